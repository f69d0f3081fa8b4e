import { describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { SignedTokens } from '../../../functions/identity/signed-tokens.ts';
import {
  KEYS_PARTITION,
  SIGNING_KEY_ROW,
  SigningKey,
} from '../../../functions/identity/signing-key.ts';
import { MemoryTable } from '../../support/memory-table.ts';

const KEY = Buffer.alloc(32, 7);
const SECOND = 1_000;
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const rest = (token: string) => token.slice(token.indexOf('.'));

/** Two processes with one stored key, at one changeable time. */
async function openTokens() {
  const table = new MemoryTable();
  const row = { key: SIGNING_KEY_ROW, properties: { key: KEY.toString('base64url') } };
  await table.commit(KEYS_PARTITION, [{ kind: 'insert', row }]);
  const clock = { now: 1_000_000 * SECOND };
  const open = (audience: string) =>
    new SignedTokens(new SigningKey(table), audience, () => clock.now);
  return { clock, tickets: open('ticket'), elsewhere: open('ticket'), guests: open('guest') };
}

const signWith = (key: Uint8Array, claims: Record<string, unknown>) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(key);

describe('a token of our own', () => {
  test('is verified in the process that signed it, and in any other, each time it comes', async () => {
    const { tickets, elsewhere } = await openTokens();
    const token = await tickets.sign({ sub: '阿达' }, 60);
    const verified = { claims: { sub: '阿达', aud: 'ticket', exp: 1_000_060 }, isFresh: true };
    for (const process of [tickets, elsewhere, tickets, elsewhere]) {
      expect(await process.verify(token)).toEqual(verified);
    }
  });

  test('ends in the second of its end, also if its claims are remembered', async () => {
    const { clock, tickets, elsewhere } = await openTokens();
    const token = await tickets.sign({ sub: 'ada' }, 60);
    clock.now += 60 * SECOND - 1;
    expect(await elsewhere.verify(token)).toMatchObject({ isFresh: true });
    clock.now += 1;
    for (const process of [tickets, elsewhere]) {
      expect(await process.verify(token)).toMatchObject({ isFresh: false });
    }
  });

  const claims = { sub: 'ada', aud: 'ticket', exp: 4_000_000_000 };
  test.each<[string, (token: string) => string | Promise<string>]>([
    ['nothing', () => ''],
    ['a word', () => 'hello'],
    ['two parts', (token) => token.split('.').slice(0, 2).join('.')],
    ['an empty signature', (token) => `${token.split('.').slice(0, 2).join('.')}.`],
    ['four parts', (token) => `${token}.x`],
    ['another signature', (token) => `${token.slice(0, -2)}AA`],
    ['the header of another algorithm', (token) => `${encode({ alg: 'none' })}${rest(token)}`],
    ['another audience', () => signWith(KEY, { ...claims, aud: 'guest' })],
    ['no end', () => signWith(KEY, { aud: 'ticket' })],
    ['an end that is no number', () => signWith(KEY, { ...claims, exp: '4e9' })],
    ['another key', () => signWith(Buffer.alloc(32, 8), claims)],
  ])('is refused with %s, also after the right one', async (_, forge) => {
    const { tickets } = await openTokens();
    const token = await signWith(KEY, claims);
    expect(await tickets.verify(token)).toMatchObject({ isFresh: true });
    expect(await tickets.verify(await forge(token))).toBeUndefined();
  });

  test('of one audience is none of another', async () => {
    const { tickets, guests } = await openTokens();
    expect(await guests.verify(await tickets.sign({ sub: 'ada' }, 60))).toBeUndefined();
  });
});
