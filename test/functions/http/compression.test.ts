import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { chooseCoding, withCompression } from '../../../functions/http/compression.ts';
import { answerHttp } from '../../../functions/http/http-function.ts';
import { openContext, openTestChat, toRequest } from '../../support/chat.ts';

const accepting = (value: string) => new Headers({ 'accept-encoding': value });
const LARGE = { messages: Array.from({ length: 200 }, (_, seq) => ({ seq, text: '大家好 👋' })) };

describe('H4: gzip is chosen', () => {
  test.each(['gzip', 'br, gzip', 'GZIP', 'x-gzip', '*', 'gzip;q=0.1', 'deflate , gzip ; q=1.0'])(
    'by %j',
    (value) => expect(chooseCoding(accepting(value), ['gzip'])).toBe('gzip'),
  );

  test.each(['', 'br', 'gzip;q=0', '*;q=0', 'gzip;q=0, *', 'identity, gzip;q=0.5', 'gzip;q=x'])(
    'not by %j',
    (value) => expect(chooseCoding(accepting(value), ['gzip'])).toBeUndefined(),
  );

  test('not without accept-encoding', () => {
    expect(chooseCoding(new Headers(), ['gzip'])).toBeUndefined();
  });
});

test.each([
  ['gzip, deflate, br, zstd', 'br'],
  ['br', 'br'],
  ['*', 'br'],
  ['gzip', 'gzip'],
  ['br;q=0.5, gzip', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['br;q=0, *', 'gzip'],
  ['br;q=0.5, gzip;q=0.5', 'br'],
  ['identity, br;q=0.9', undefined],
  ['identity;q=0.1, br;q=0.9', 'br'],
  ['deflate', undefined],
])('issue 15: of Brotli and gzip, %j gets %s', (value, coding) => {
  expect(chooseCoding(accepting(value), ['br', 'gzip'])).toBe(coding);
});

describe('H4: a large answer', () => {
  test('is the same JSON, compressed', async () => {
    const response = { status: 200, jsonBody: LARGE, headers: { 'cache-control': 'no-store' } };
    const { body, headers, status, jsonBody } = await withCompression(accepting('gzip'), response);
    expect([status, jsonBody]).toEqual([200, undefined]);
    expect(headers).toEqual({
      'cache-control': 'no-store',
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      vary: 'accept-encoding',
    });
    expect(JSON.parse(gunzipSync(body as Buffer).toString())).toEqual(LARGE);
  });

  test('Group read: is made once for all who get the same object', async () => {
    let count = 0;
    const shared = { ...LARGE, toJSON: () => ({ ...LARGE, count: ++count }) };
    const answers = await Promise.all(
      [1, 2, 3].map(() => withCompression(accepting('gzip'), { jsonBody: shared })),
    );
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    const plain = await withCompression(new Headers(), { jsonBody: shared });
    expect(JSON.parse(`${plain.body}`)).toMatchObject({ count: 1 });
  });

  test('keeps its own type', async () => {
    const headers = { 'content-type': 'application/x-ndjson' };
    const packed = await withCompression(accepting('gzip'), { body: 'x'.repeat(5_000), headers });
    expect(packed.headers).toMatchObject({ ...headers, 'content-encoding': 'gzip' });
  });

  test('is plain for a caller without gzip, and still has vary', async () => {
    const { body, headers } = await withCompression(new Headers(), { jsonBody: LARGE });
    expect(JSON.parse(`${body}`)).toEqual(LARGE);
    expect(headers).toEqual({ 'content-type': 'application/json', vary: 'accept-encoding' });
  });

  test('is unchanged if it is small or no text', async () => {
    for (const response of [{ jsonBody: null }, { jsonBody: { a: 1 } }, { status: 204 }]) {
      expect(await withCompression(accepting('gzip'), response)).toBe(response);
    }
  });

  test.each([
    ['GET', 'gzip'],
    ['POST', undefined],
  ] as const)(
    'of a %s has the encoding %j: orders answer with tokens',
    async (method, encoding) => {
      const answer = answerHttp(
        'any',
        { method },
        async () => ({ jsonBody: LARGE }),
        openTestChat(),
      );
      const request = toRequest({ method, headers: { 'accept-encoding': 'gzip' } });
      const { headers } = await answer(request, openContext());
      expect(
        new Headers(headers as Record<string, string>).get('content-encoding') ?? undefined,
      ).toBe(encoding);
    },
  );
});
