#!/usr/bin/env bash
# Package:  eventsource-parser 3.1.1 (npm)
# Input:    a stream whose lines end with CR alone, one event a chunk.
# Expected: HTML, 9.2.5: a line ends with CRLF, LF or CR, and a blank line dispatches the event. So each chunk is an event at once.
#           If an LF came next, it would belong to the line end that is over already.
# Seen:     each event waits for the next chunk: the parser wants to see whether an LF follows. The last one is never dispatched.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts eventsource-parser@3.1.1

cat > try.mjs <<'JS'
import { createParser } from 'eventsource-parser';

for (const [name, end] of [['LF', '\n'], ['CRLF', '\r\n'], ['CR', '\r']]) {
  const seen = [];
  const parser = createParser({ onEvent: ({ data }) => seen.push(data) });
  const counts = ['one', 'two', 'three'].map((data) => {
    parser.feed(`data: ${data}${end}${end}`);
    return seen.length;
  });
  console.log(name, '| events after each chunk:', counts.join(' '));
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
LF | events after each chunk: 1 2 3
CRLF | events after each chunk: 1 2 3
CR | events after each chunk: 0 1 2
SEEN
