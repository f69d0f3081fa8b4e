#!/usr/bin/env bash
# Package:  faye-websocket 0.11.4 with websocket-driver 0.8.0, ws 8.23.0 (npm)
# Input:    a server that closes with 1012 (service restart), 1013 (try again later) or 1014 (bad gateway).
# Expected: these codes are in the IANA registry of close codes, which RFC 6455, 7.4.2 and 11.7 opens for 1000 to 2999. ws, browsers and
#           .NET tell them to the program, so that it knows to connect again.
# Seen:     the client takes them for a fault of the protocol: the program and the server see 1002.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts faye-websocket@0.11.4 websocket-driver@0.8.0 ws@8.23.0

cat > try.mjs <<'JS'
import { once } from 'node:events';
import faye from 'faye-websocket';
import { WebSocket, WebSocketServer } from 'ws';

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
await once(server, 'listening');
const address = `ws://127.0.0.1:${server.address().port}`;
for (const code of [1001, 1011, 1012, 1013, 1014]) {
  const ends = [];
  server.removeAllListeners('connection');
  server.on('connection', (socket) => {
    ends.push(once(socket, 'close'));
    socket.close(code);
  });
  const [seenByWs] = await once(new WebSocket(address), 'close');
  const client = new faye.Client(address);
  const seenByFaye = await new Promise((resolve) => client.on('close', (event) => resolve(event.code)));
  const [, [seenByServer]] = await Promise.all(ends);
  console.log(code, '| ws', seenByWs, '| faye-websocket', seenByFaye, '| its server', seenByServer);
}
process.exit();
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
1001 | ws 1001 | faye-websocket 1001 | its server 1001
1011 | ws 1011 | faye-websocket 1011 | its server 1011
1012 | ws 1012 | faye-websocket 1002 | its server 1002
1013 | ws 1013 | faye-websocket 1002 | its server 1002
1014 | ws 1014 | faye-websocket 1002 | its server 1002
SEEN
