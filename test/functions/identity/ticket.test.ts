import { describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import {
  KEYS_PARTITION,
  SIGNING_KEY_ROW,
  SigningKey,
} from '../../../functions/identity/signing-key.ts';
import { SignedTickets, TICKET_LIFETIME_SECONDS } from '../../../functions/identity/ticket.ts';
import { Clock } from '../../support/clock.ts';
import { MemoryTable } from '../../support/memory-table.ts';

const ada = { userId: 'g-1', name: '阿达 👩🏽‍🚀', room: '大厅' };
const open = () => {
  const clock = new Clock();
  const table = new MemoryTable();
  return { clock, table, tickets: new SignedTickets(new SigningKey(table), clock.now) };
};
const readKey = async (table: MemoryTable) => {
  const row = await table.get(KEYS_PARTITION, SIGNING_KEY_ROW);
  return Buffer.from(String(row?.properties.key), 'base64url');
};

describe('a ticket', () => {
  test('shows in any process of the app who it was issued to', async () => {
    const { clock, table, tickets } = open();
    const token = await tickets.issue(ada);
    expect(await tickets.read(token, 'fresh')).toEqual({ ...ada, isFresh: true });
    expect(await new SignedTickets(new SigningKey(table), clock.now).read(token, 'fresh')).toEqual({
      ...ada,
      isFresh: true,
    });
  });

  test('needs no encoding in a query', async () => {
    const token = await open().tickets.issue(ada);
    expect(encodeURIComponent(token)).toBe(token);
  });

  test('opens no connection after its lifetime, and stays valid for an open one', async () => {
    const { clock, tickets } = open();
    const token = await tickets.issue(ada);
    await clock.advance(TICKET_LIFETIME_SECONDS * 1_000 + 1_000);
    await expect(tickets.read(token, 'fresh')).rejects.toMatchObject({ code: 'bad_ticket' });
    expect(await tickets.read(token, 'any')).toEqual({ ...ada, isFresh: false });
  });

  test('is signed with one key if several processes need the first key at once', async () => {
    const { clock, table } = open();
    const processes = Array.from(
      { length: 5 },
      () => new SignedTickets(new SigningKey(table), clock.now),
    );
    const tokens = await Promise.all(processes.map((tickets) => tickets.issue(ada)));
    for (const token of tokens) {
      expect(await processes[0]?.read(token, 'fresh')).toEqual({ ...ada, isFresh: true });
    }
  });

  const forgeries: [string, (token: string, table: MemoryTable) => unknown][] = [
    ['nothing', () => undefined],
    ['an empty one', () => ''],
    ['no token', () => 'hello'],
    ['a number', () => 7],
    ['several', (token) => [token]],
    ['one with another payload', (token) => alter(token, { sub: 'g-2' })],
    ['one with another room', (token) => alter(token, { room: 'other' })],
    ['one without its signature', (token) => `${token.split('.').slice(0, 2).join('.')}.`],
    [
      'one that claims to need no signature',
      (token) => `${encode({ alg: 'none' })}.${token.split('.')[1]}.`,
    ],
    ['one signed with another key', () => sign(Buffer.alloc(32, 1), {})],
    [
      'one of ours for another purpose',
      async (_, table) => sign(await readKey(table), { aud: 'other' }),
    ],
    [
      'one of ours that never expires',
      async (_, table) => sign(await readKey(table), { exp: null }),
    ],
    ['one of ours without a user', async (_, table) => sign(await readKey(table), { sub: null })],
  ];
  test.each(forgeries)('is refused if it is %s, for old and new connections', async (_, forge) => {
    const { table, tickets } = open();
    const forged = await forge(await tickets.issue(ada), table);
    for (const age of ['fresh', 'any'] as const) {
      await expect(tickets.read(forged, age)).rejects.toMatchObject({ code: 'bad_ticket' });
    }
  });
});

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function alter(token: string, claims: Record<string, unknown>): string {
  const [header, payload, signature] = token.split('.');
  const before = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString());
  return `${header}.${encode({ ...before, ...claims })}.${signature}`;
}

function sign(key: Uint8Array, claims: Record<string, unknown>): Promise<string> {
  const all = { sub: 'g-1', name: 'Ada', room: 'r', aud: 'ticket', exp: 4_000_000_000, ...claims };
  const payload = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
  return new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(key);
}
