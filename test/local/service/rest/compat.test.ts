// `compat`: each behaviour of the official emulator that differs from the service.

import { describe, expect, test } from '@jest/globals';
import { EMULATOR_KEY, signAccessToken } from '../../../../local/access-token.ts';
import { collect, type RestOptions, rest } from '../hub-client.ts';
import { stageService } from '../stage.ts';

const stage = stageService({ compat: true });
const HUB = '/api/hubs/chat';

async function status(method: string, path: string, options?: RestOptions): Promise<number> {
  return (await rest(stage.service, method, path, options)).status;
}

describe('tokens', () => {
  test.each([
    ['for another address', 'http://elsewhere/x', Date.now()],
    ['of another time', `http://127.0.0.1${HUB}/:send`, 0],
  ])('%s are taken', async (_, audience, signedAt) => {
    const token = await signAccessToken(EMULATOR_KEY, audience, {}, signedAt);
    expect(await status('POST', `${HUB}/:send`, { token, body: { target: 'a' } })).toBe(202);
  });

  test('of another key are not', async () => {
    const token = await signAccessToken('other', `http://127.0.0.1${HUB}/:send`, {}, Date.now());
    expect(await status('POST', `${HUB}/:send`, { token, body: { target: 'a' } })).toBe(401);
  });

  test('are needed even to ask for its health', async () => {
    expect(await status('HEAD', '/api/health', { token: null })).toBe(401);
    expect(await status('HEAD', '/api/health')).toBe(200);
  });
});

test.each([
  ['PUT', '/users/ada/groups/g', 202],
  ['DELETE', '/users/ada/groups/g', 202],
  ['DELETE', '/users/ada/groups', 200],
  ['DELETE', '/connections/gone', 200],
  ['DELETE', '/groups/g/connections/gone', 404],
])('%s %s answers %d', async (method, path, expected) => {
  const response = await rest(stage.service, method, `${HUB}${path}`);
  expect(response.status).toBe(expected);
  expect(response.headers.get('x-ms-error-code')).toBeNull();
});

test('REST bodies are JSON only', async () => {
  const options = { rawBody: Buffer.from([0x80]), contentType: 'application/x-msgpack' };
  expect(await status('POST', `${HUB}/:send`, options)).toBe(415);
});

test('a REST close asks clients to leave, and disconnects nobody', async () => {
  const client = await stage.shakenClient();
  const { connectionId } = await stage.upstream.next(({ event }) => event === 'connected');
  const next = client.next();
  await status('POST', `${HUB}/:closeConnections?excluded=${connectionId}&reason=why`);
  expect(await next).toBe('{"type":7,"error":"why","allowReconnect":true}\x1e');
  client.send('{"type":1,"target":"still here","arguments":[]}\x1e');
  await stage.upstream.next(({ event }) => event === 'still here');
});

test('an invocation without an upstream, and a stream, are never answered', async () => {
  stage.service.setUpstream([]);
  const client = await stage.client();
  const news = collect(client, 'news');
  const answers: unknown[] = [];
  client.invoke('nobody').then(
    (result) => answers.push(result),
    () => {},
  );
  client.stream('nobody').subscribe({ next: () => {}, complete: () => {}, error: () => {} });
  await rest(stage.service, 'POST', `${HUB}/:send`, { body: { target: 'news' } });
  await news.until(1);
  expect(answers).toEqual([]);
});

test('disconnected has member names in capitals', async () => {
  const client = await stage.client();
  const id = client.connectionId;
  await client.stop();
  expect(await stage.disconnected(id)).toEqual({ Type: 11 });
});
