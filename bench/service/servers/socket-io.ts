// Socket.IO 4 with WebSockets only. Every posted message goes to every client.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const { text } = JSON.parse(body) as { text: string };
  io.emit('news', text);
  response.writeHead(202, { 'Content-Length': 0 }).end();
});
const io = new Server(server, { transports: ['websocket'], serveClient: false });
server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  console.log(`port ${(server.address() as AddressInfo).port}`);
});
