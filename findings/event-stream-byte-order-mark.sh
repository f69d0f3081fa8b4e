#!/usr/bin/env bash
# Package:  eventsource-parser 3.1.1, @microsoft/fetch-event-source 2.0.1 (npm); undici 7.30.2 beside them
# Input:    a stream that begins with U+FEFF, and an event whose data begins with it. Node's `toString` and `setEncoding` keep it.
# Expected: HTML, 9.2.5: `stream = [ bom ] *event`, so one at the start is no part of the first field. Elsewhere it is any-char.
# Seen:     eventsource-parser loses the first event: it looks for the three bytes of the mark, each as a character of the text.
#           fetch-event-source drops the mark from the data.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts eventsource-parser@3.1.1 @microsoft/fetch-event-source@2.0.1 undici@7.30.2

cat > try.mjs <<'JS'
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { createParser } from 'eventsource-parser';
import { EventSource } from 'undici';

const { getLines, getMessages } = createRequire(import.meta.url)('./node_modules/@microsoft/fetch-event-source/lib/cjs/parse.js');
const STREAM = Buffer.from('\ufeffdata: first\n\ndata: \ufeffsecond\n\n');
const show = (name, events) => {
  const shown = events.map((data) => JSON.stringify(data).replace('\ufeff', '\\ufeff'));
  console.log(`${name} | ${shown.join(' ')}`);
};

const server = createServer((_, answer) => answer.writeHead(200, { 'content-type': 'text/event-stream' }).end(STREAM));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const source = new EventSource(`http://127.0.0.1:${server.address().port}`);
const received = [];
source.onmessage = ({ data }) => received.push(data);
await new Promise((resolve) => (source.onerror = resolve));
source.close();
server.close();
server.closeAllConnections();
show('undici', received);

const parsed = [];
createParser({ onEvent: ({ data }) => parsed.push(data) }).feed(STREAM.toString('utf8'));
show('eventsource-parser', parsed);

const fetched = [];
getLines(getMessages(() => {}, () => {}, ({ data }) => fetched.push(data)))(STREAM);
show('fetch-event-source', fetched);
JS
node --no-warnings try.mjs | tee actual
diff actual - <<'SEEN'
undici | "first" "\ufeffsecond"
eventsource-parser | "\ufeffsecond"
fetch-event-source | "first" "second"
SEEN
