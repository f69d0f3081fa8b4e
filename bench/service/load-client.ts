// One client of the load generator: a plain socket that has passed the handshake of its kind of server.

import { connect, type Socket } from 'node:net';
import { clientFrame, NumberReader, payloadAt } from './frames.ts';
import type { Target } from './target.ts';

export interface Access {
  readonly port: number;
  readonly target: Pick<Target, 'kind' | 'protocol'>;
  /** SignalR only. */
  readonly token: string;
}

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

/** Resolves when the client is ready to receive messages. */
export async function openClient(
  access: Access,
  onNumber: (number: number) => void,
): Promise<Socket> {
  const { target } = access;
  switch (target.kind) {
    case 'ws':
      return await upgrade(access, '/', onNumber, () => undefined);
    case 'socket.io':
      return await upgrade(access, '/socket.io/?EIO=4&transport=websocket', onNumber, (text) => {
        if (text.startsWith('0')) return '40';
        return text.startsWith('40') ? undefined : '';
      });
    case 'signalr': {
      const id = await negotiate(access);
      const path = `/client/?hub=chat&id=${id}`;
      let hasAsked = false;
      return await upgrade(access, path, onNumber, () => {
        if (hasAsked) return undefined;
        hasAsked = true;
        return `{"protocol":"${target.protocol}","version":1}\x1e`;
      });
    }
  }
}

/** The negotiate request of a SignalR client, on a separate connection. */
function negotiate({ port, token }: Access): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setNoDelay(true);
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      const id = /"connectionToken":"([^"]+)"/.exec(answer)?.[1];
      if (id === undefined) return;
      socket.destroy();
      resolve(id);
    });
    socket.on('close', () => reject(new Error(`no negotiation: ${answer.slice(0, 200)}`)));
    socket.write(
      `POST /client/negotiate?hub=chat&negotiateVersion=1 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n` +
        `Authorization: Bearer ${token}\r\nContent-Length: 0\r\n\r\n`,
    );
  });
}

/**
 * @param next returns the next text to send, '' to wait, or undefined at the end of the handshake. Called with each text
 *   that arrives, and first with an empty text for SignalR, whose client begins.
 */
function upgrade(
  { port, token, target }: Access,
  path: string,
  onNumber: (number: number) => void,
  next: (text: string) => string | undefined,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    const reader = new NumberReader(onNumber);
    const say = (text: string) => {
      const answer = next(text);
      if (answer) socket.write(clientFrame(answer));
      if (answer !== undefined) return;
      socket.on('data', (chunk) => reader.read(chunk));
      socket.off('data', open);
      resolve(socket);
    };
    let bytes = Buffer.alloc(0);
    let isOpen = false;
    const open = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (!isOpen) {
        const end = bytes.indexOf('\r\n\r\n');
        if (end < 0) return;
        if (!bytes.toString('latin1', 0, 12).endsWith('101')) {
          reject(new Error(`no upgrade: ${bytes.toString('latin1', 0, 200)}`));
          return;
        }
        isOpen = true;
        bytes = bytes.subarray(end + 4);
        if (target.kind !== 'socket.io') say('');
      }
      for (let frame = payloadAt(bytes, 0); frame; frame = payloadAt(bytes, 0)) {
        const text = bytes.toString('latin1', frame.start, frame.end);
        bytes = bytes.subarray(frame.end);
        say(text);
      }
    };
    socket.on('data', open);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('closed')));
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    );
  });
}
