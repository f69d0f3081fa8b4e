import { describe, expect, test } from '@jest/globals';
import { jwtVerify, SignJWT } from 'jose';
import { isExpired, readToken, signToken } from '../../../functions/identity/signed-token.ts';

const KEY = Buffer.alloc(32, 7);
const CLAIMS = { sub: '阿达', aud: 'ticket', exp: 4_000_000_000 };
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('Work per message: a token of our own', () => {
  test('is what a library signs, byte for byte, and verifies', async () => {
    const token = signToken(CLAIMS, KEY);
    expect(token).toBe(
      await new SignJWT({ ...CLAIMS }).setProtectedHeader({ alg: 'HS256' }).sign(KEY),
    );
    expect((await jwtVerify(token, KEY, { audience: 'ticket' })).payload).toEqual(CLAIMS);
    expect(readToken(token, KEY, 'ticket')).toEqual(CLAIMS);
  });

  test('takes a key that is a text as UTF-8', () => {
    const token = signToken(CLAIMS, 'schlüssel');
    expect(readToken(token, Buffer.from('schlüssel'), 'ticket')).toEqual(CLAIMS);
  });

  test.each<[string, (token: string) => string]>([
    ['nothing', () => ''],
    ['a word', () => 'hello'],
    ['two parts', (token) => token.split('.').slice(0, 2).join('.')],
    ['an empty signature', (token) => `${token.split('.').slice(0, 2).join('.')}.`],
    ['four parts', (token) => `${token}.x`],
    ['a longer signature', (token) => `${token}A`],
    ['a signature with padding', (token) => `${token}=`],
    ['another signature', (token) => `${token.slice(0, -2)}AA`],
    ['the header of another algorithm', (token) => `${encode({ alg: 'none' })}${rest(token)}`],
    [
      'a header with an extension',
      (token) => `${encode({ alg: 'HS256', crit: [] })}${rest(token)}`,
    ],
    ['another audience', () => signToken({ ...CLAIMS, aud: 'guest' }, KEY)],
    ['a list of audiences', () => signToken({ ...CLAIMS, aud: ['ticket'] as never }, KEY)],
    ['no end', () => signToken({ aud: 'ticket' } as never, KEY)],
    ['an end that is no number', () => signToken({ ...CLAIMS, exp: '4e9' as never }, KEY)],
    ['another key', () => signToken(CLAIMS, Buffer.alloc(32, 8))],
  ])('is refused with %s', (_, forge) => {
    expect(readToken(forge(signToken(CLAIMS, KEY)), KEY, 'ticket')).toBeUndefined();
  });

  test('has expired from the second of its end', () => {
    const claims = { ...CLAIMS, exp: 1_000 };
    expect([999_999, 1_000_000].map((now) => isExpired(claims, now))).toEqual([false, true]);
  });
});

function rest(token: string): string {
  return token.slice(token.indexOf('.'));
}
