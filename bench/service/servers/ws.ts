// A plain broadcast loop on `ws`. Every posted message goes to every client.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const { text } = JSON.parse(body) as { text: string };
  const message = JSON.stringify({ type: 'news', text });
  for (const client of sockets.clients) client.send(message);
  response.writeHead(202, { 'Content-Length': 0 }).end();
});
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  console.log(`port ${(server.address() as AddressInfo).port}`);
});
