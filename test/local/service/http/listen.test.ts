// Answers on a socket before paths and tokens are checked.

import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { EMULATOR_KEY, signAccessToken } from '../../../../local/access-token.ts';
import { startEmulator } from '../../../../local/service/emulator.ts';
import { collect } from '../hub-client.ts';
import { stageService } from '../stage.ts';

const stage = stageService();

/** All answers to these bytes, sent one after the other, until the server ends. */
function exchange(...sent: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(stage.service.port, '127.0.0.1');
    let received = '';
    socket.on('data', (bytes) => {
      received += bytes;
      // The last part may depend on the answer to the first part.
      const next = sent.shift();
      if (next !== undefined) socket.write(next);
    });
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
    socket.write(sent.shift() ?? '');
  });
}

test('a request that offers an upgrade is served without it, with its body', async () => {
  const client = await stage.client();
  const news = collect(client, 'news');
  const path = '/api/hubs/chat/:send';
  const token = await signAccessToken(EMULATOR_KEY, `http://localhost${path}`, {}, Date.now());
  const body = '{"target":"news","arguments":["hi"]}';
  const answer = await exchange(
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n` +
      `HTTP2-Settings: AAMAAABkAAQAAP__\r\nAuthorization: Bearer ${token}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    'GET /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
  );
  expect(answer.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 202', 'HTTP/1.1 200']);
  expect(await news.until(1)).toEqual([['hi']]);
});

test('of several such requests the first is served, and the connection closed', async () => {
  const request =
    'GET /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';
  const answer = await exchange(request.repeat(3));
  expect(answer.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 200']);
  expect(answer).toMatch(/^Connection: close\r$/m);
});

test('an unread body ends the connection', async () => {
  const answer = await exchange(
    'POST /api/hubs/chat/:send HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nx',
  );
  expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  expect(answer).toMatch(/^Connection: close\r$/m);
});

test('loopback listens at both of its addresses', async () => {
  const service = await startEmulator();
  try {
    const answers = await Promise.all(
      ['127.0.0.1', '[::1]'].map((host) =>
        fetch(`http://${host}:${service.port}/api/health`).then(
          ({ status }) => status,
          // A machine without IPv6.
          () => 'no such address',
        ),
      ),
    );
    expect(answers[0]).toBe(200);
    expect([200, 'no such address']).toContain(answers[1]);
  } finally {
    await service.stop();
  }
});
