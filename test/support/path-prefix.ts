// A reverse proxy that serves a chat below a path of its origin, and another app everywhere else. It takes the path away, as
// nginx does for `location /chat/ { proxy_pass http://chat/; }`.

import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PathPrefix {
  /** The chat's address, e.g. `http://127.0.0.1:1234/chat`. */
  readonly url: string;
  /** Paths outside of the prefix that were requested. */
  readonly strayed: readonly string[];
  stop(): Promise<void>;
}

/** @param to the chat's own address */
export async function serveBelow(prefix: string, to: string): Promise<PathPrefix> {
  const strayed: string[] = [];
  const server = createServer((incoming, answer) => {
    const { method, headers, url = '' } = incoming;
    if (!url.startsWith(`${prefix}/`)) {
      strayed.push(url);
      answer.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Another app</h1>');
      return;
    }
    const target = new URL(url.slice(prefix.length), to);
    const onward = request(
      target,
      { method, headers: { ...headers, host: target.host } },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      },
    );
    onward.on('error', () => answer.writeHead(502).end());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${prefix}`,
    strayed,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
