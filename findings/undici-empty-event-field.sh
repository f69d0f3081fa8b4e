#!/usr/bin/env bash
# Package:  undici 7.30.2 (npm), `EventSource`
# Input:    a server-sent event whose second `event` line is empty: `event: x`, `event:`, `data: a`, blank line.
# Expected: WHATWG HTML 9.2.6, "Interpreting an event stream": a field named "event" sets the event type buffer to the
#           field value, so the empty value takes back the `x`, and the event is a `message`.
# Seen:     undici skips an `event` line without a value; the event keeps the type `x` and a `message` listener stays silent.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts undici@7.30.2

cat > try.mjs <<'JS'
import { createServer } from 'node:http';
import { EventSource } from 'undici';

const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('event: x\nevent:\ndata: a\n\nevent: end\ndata: b\n\n');
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const source = new EventSource(`http://127.0.0.1:${server.address().port}/`);
for (const type of ['message', 'x']) source.addEventListener(type, () => console.log(`type: ${type}`));
await new Promise((ended) => source.addEventListener('end', ended));
source.close();
server.closeAllConnections();
server.close();
JS
node --disable-warning=UNDICI-ES try.mjs 2> /dev/null | tee actual
diff actual - <<'SEEN'
type: x
SEEN
