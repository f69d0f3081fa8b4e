// A chat on Socket.IO 4 with its own adapter, in memory, and its connection state recovery: who is back within two minutes gets
// what it missed. What a client says goes to every client, then the client gets its acknowledgement.
// Ends with its standard input.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';

const server = createServer((_, response) => {
  response.end(JSON.stringify(io.sockets.sockets.size));
});
const io = new Server(server, {
  transports: ['websocket'],
  serveClient: false,
  connectionStateRecovery: { maxDisconnectionDuration: 2 * 60_000 },
});
io.on('connection', (socket) => {
  socket.on('send', (text: string, acknowledge: () => void) => {
    io.emit('news', text);
    acknowledge();
  });
});
const port = Number(process.argv[2] ?? 0);
server.listen({ port, host: '127.0.0.1', backlog: 4_096 }, () => {
  console.log(`port ${(server.address() as AddressInfo).port}`);
});
process.stdin.resume().on('end', () => process.exit());
