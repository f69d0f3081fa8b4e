#!/usr/bin/env bash
# Package:  @microsoft/fetch-event-source 2.0.1 (npm)
# Input:    streams with an event of two empty data lines, an event without data, and an id with a NUL.
# Expected: WHATWG HTML, 9.2.6: the data of two empty lines is one line feed, an event without data is not dispatched, and
#           a field `id` with a NUL is ignored. The README: "fully compatible with the Event Stream format".
# Seen:     the line feed is missing, the event without data is dispatched, and the id holds the NUL.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts @microsoft/fetch-event-source@2.0.1

cat > try.mjs <<'JS'
import parser from '@microsoft/fetch-event-source/lib/cjs/parse.js';

const { getBytes, getLines, getMessages } = parser;
for (const text of ['data\ndata\n\n', 'event: x\n\n', 'id: a\0b\ndata: c\n\n']) {
  const seen = [];
  const ignore = () => {};
  await getBytes(new Response(text).body, getLines(getMessages(ignore, ignore, (event) => seen.push(event))));
  console.log(JSON.stringify(text), JSON.stringify(seen.map(({ event, data, id }) => ({ event, data, id }))));
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
"data\ndata\n\n" [{"event":"","data":"","id":""}]
"event: x\n\n" [{"event":"x","data":"","id":""}]
"id: a\u0000b\ndata: c\n\n" [{"event":"","data":"c","id":"a\u0000b"}]
SEEN
