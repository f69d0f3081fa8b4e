#!/usr/bin/env bash
# Package:  parse-sse 0.1.0 (npm), "spec-compliant"
# Input:    a stream with the event `data` (no colon, no value), and one that ends inside an event.
# Expected: WHATWG HTML, 9.2.6: each `data` field adds its value and a line feed, so the buffer of the first event is not
#           empty, and an event with empty data is dispatched. An event that no blank line ends is discarded.
# Seen:     the event with empty data is missing, two such fields are one line feed as expected, and the unfinished event comes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts parse-sse@0.1.0

cat > try.mjs <<'JS'
import { parseServerSentEvents } from 'parse-sse';

for (const text of ['data\n\n', 'data\ndata\n\n', 'data: a\n\ndata: cut']) {
  const seen = [];
  const response = new Response(text, { headers: { 'content-type': 'text/event-stream' } });
  for await (const { data } of parseServerSentEvents(response)) seen.push(data);
  console.log(JSON.stringify(text), JSON.stringify(seen));
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
"data\n\n" []
"data\ndata\n\n" ["\n"]
"data: a\n\ndata: cut" ["a","cut"]
SEEN
