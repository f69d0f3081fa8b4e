// Default mode and persistent mode: an app server connects, and its log has to show why it cannot.
// The log of an app with Microsoft.Azure.SignalR 1.34 shows this error as "handshake failed … Error detail: unable to …".

import { describe, expect, test } from '@jest/globals';
import { decode, encode } from '@msgpack/msgpack';
import { WebSocket } from 'ws';
import { stageService } from './stage.ts';

const lines: string[] = [];
const stage = stageService({
  times: { handshakeMs: 100 },
  log: (line, level) => lines.push(`${level} ${line}`),
});

/** HandshakeRequestMessage: type, version, type of connection, target, migration level, extensions. */
const REQUEST = encode([1, 1, 0, '', 0, {}]);

function connect(path: string): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${stage.service.port}${path}`);
}

/** The messages until the socket closes, and its close code. */
function exchange(
  path: string,
  request?: Uint8Array,
): Promise<{ readonly messages: readonly Buffer[]; readonly code: number }> {
  const socket = connect(path);
  const messages: Buffer[] = [];
  return new Promise((resolve, reject) => {
    socket.on('open', () => request && socket.send(request));
    socket.on('message', (data: Buffer) => messages.push(data));
    socket.on('close', (code) => resolve({ messages, code }));
    socket.on('error', reject);
  });
}

function withLength(message: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([message.length]), message]);
}

describe('Default mode: a server connection', () => {
  test.each(['/server/?hub=chat', '/server?hub=chat', '/aspnetserver/?hub=chat'])(
    'to %s gets a handshake response with the reason',
    async (path) => {
      const { messages, code } = await exchange(path, withLength(REQUEST));
      expect([messages.length, code]).toEqual([1, 1000]);
      const [framed] = messages as [Buffer];
      // The length is a varint of two bytes, low bits first.
      const [low = 0, high = 0] = framed;
      expect((low & 0x7f) + high * 128).toBe(framed.length - 2);
      expect(decode(framed.subarray(2))).toEqual([
        2,
        expect.stringMatching(/serverless mode only\. For AddAzureSignalR use .+Transient\.$/),
        {},
      ]);
    },
  );

  test('is refused once in the log, however often the app repeats it', async () => {
    lines.length = 0;
    for (let count = 0; count < 3; count += 1) {
      await exchange('/server/?hub=chat', withLength(REQUEST));
    }
    const refused = lines.filter((line) => line.includes('serverless mode only'));
    expect(refused.map((line) => line.split(' ')[0])).toEqual(['warn', 'debug', 'debug']);
  });

  test('that says nothing is ended', async () => {
    const { messages, code } = await exchange('/server/?hub=chat');
    expect([messages.length, code]).toEqual([0, 1006]);
  });
});

test.each(['/server/?hub=chat', '/aspnetserver/negotiate'])(
  'Default mode: a request to %s that is no WebSocket gets 404 with the reason',
  async (path) => {
    const response = await fetch(`${stage.service.endpoint}${path}`, { method: 'POST' });
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('serverless mode only');
  },
);
