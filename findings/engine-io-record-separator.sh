#!/usr/bin/env bash
# Package:  engine.io 6.6.13, engine.io-client 6.6.8 (npm)
# Input:    the text `a`, U+001E, `b`, sent by a server over each transport.
# Expected: the Engine.IO protocol 4: a message has any text, and the transports differ in speed only.
# Seen:     by WebSocket it arrives. By long polling, where U+001E stands between packets and is not escaped, two messages
#           arrive: `a`, and an empty binary one, for which the `b` is taken.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts engine.io@6.6.13 engine.io-client@6.6.8

cat > try.mjs <<'JS'
import { once } from 'node:events';
import http from 'node:http';
import { Server } from 'engine.io';
import { Socket } from 'engine.io-client';

const server = http.createServer();
const engine = new Server();
engine.attach(server);
engine.on('connection', (socket) => {
  socket.send('a\u001eb');
  socket.send('the end');
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
for (const transport of ['websocket', 'polling']) {
  const socket = new Socket(`http://127.0.0.1:${server.address().port}`, { transports: [transport] });
  const seen = [];
  await new Promise((resolve) => {
    socket.on('message', (text) => {
      seen.push(JSON.stringify(text));
      if (text === 'the end') resolve();
    });
    socket.on('close', (reason) => {
      seen.push(reason);
      resolve();
    });
  });
  console.log(transport, '|', seen.join(', '));
  socket.close();
}
process.exit();
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
websocket | "a\u001eb", "the end"
polling | "a", {"type":"Buffer","data":[]}, "the end"
SEEN
