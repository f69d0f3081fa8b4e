// A chat on a plain `ws` broadcast loop: what a client says goes to every client. It stores nothing.
// Ends with its standard input.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

const server = createServer((_, response) => {
  response.end(JSON.stringify(sockets.clients.size));
});
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', (socket) => {
  socket.on('message', (data) => {
    const { text } = JSON.parse(String(data)) as { text: string };
    const message = JSON.stringify({ type: 'news', text });
    for (const client of sockets.clients) client.send(message);
  });
});
const port = Number(process.argv[2] ?? 0);
server.listen({ port, host: '127.0.0.1', backlog: 4_096 }, () => {
  console.log(`port ${(server.address() as AddressInfo).port}`);
});
process.stdin.resume().on('end', () => process.exit());
