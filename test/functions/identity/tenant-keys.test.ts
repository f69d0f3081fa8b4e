// The keys of Entra ID, and what happens while nobody can fetch them.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { history } from '../../../functions/http/history.ts';
import { negotiate } from '../../../functions/http/negotiate.ts';
import { GuestTokens } from '../../../functions/identity/guest-token.ts';
import { openSignIn } from '../../../functions/identity/sign-in.ts';
import { SigningKey } from '../../../functions/identity/signing-key.ts';
import { TenantKeys } from '../../../functions/identity/tenant-keys.ts';
import { openUpstreamCheck } from '../../../functions/identity/upstream-auth.ts';
import type { AuthSettings } from '../../../functions/settings.ts';
import { ask, openTestChat } from '../../support/chat.ts';
import { Clock, settle } from '../../support/clock.ts';
import { type Entra, openEntra } from '../../support/entra.ts';
import { MemoryTable } from '../../support/memory-table.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const tenant = '11111111-1111-1111-1111-111111111111';
const clientId = '44444444-4444-4444-4444-444444444444';
const oid = '55555555-5555-5555-5555-555555555555';
const person = {
  iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
  aud: clientId,
  tid: tenant,
  oid,
  name: 'Ada',
};
const service = { iss: `https://sts.windows.net/${tenant}/`, aud: 'api', tid: tenant, oid };

let entra: Entra;
let next: Entra;
let stranger: Entra;
beforeAll(async () => {
  [entra, next, stranger] = await Promise.all([
    openEntra('key-1'),
    openEntra('key-2'),
    openEntra('key-of-nobody'),
  ]);
});

type Answer = () => Promise<Response>;
const keysOf =
  (...tenants: Entra[]): Answer =>
  async () =>
    Response.json({ keys: tenants.flatMap(({ keySet }) => keySet.keys) });
const FAILURES: [string, Answer][] = [
  ['refuses connections', async () => Promise.reject(new TypeError('fetch failed'))],
  ['answers 500', async () => new Response('sorry', { status: 500 })],
  ['redirects', async () => new Response(null, { status: 302, headers: { location: '/' } })],
  ['answers a page', async () => new Response('<html>', { status: 200 })],
  ['answers null', async () => Response.json(null)],
  ['answers another JSON', async () => Response.json({ keys: 'none' })],
  ['has no key', async () => Response.json({ keys: [] })],
  [
    'has only keys that verify nothing',
    async () =>
      Response.json({
        keys: [
          null,
          7,
          { kty: 'EC', kid: 'key-1' },
          { kty: 'RSA', kid: 'key-1', n: 'AA', e: 'AQ' },
        ],
      }),
  ],
];

/** One process of the app, whose key server answers as the test wants. */
function openProcess(table = new MemoryTable(), clock = new Clock(entra.now())) {
  const asked: string[] = [];
  const lines: string[] = [];
  const server = { answer: keysOf(entra) };
  const keys = new TenantKeys({
    tenant,
    table,
    now: clock.now,
    monotonicNow: clock.monotonicNow,
    report: (line) => lines.push(line),
    fetch: async (url) => {
      asked.push(String(url));
      return server.answer();
    },
  }).find;
  const auth: AuthSettings = { kind: 'entra', tenant, clientId, isBehindAppServiceAuth: false };
  const chat = openTestChat(
    table,
    auth,
    openSignIn(auth, () => keys, new GuestTokens(new SigningKey(table)), clock.now),
  );
  const verify = openUpstreamCheck(
    { kind: 'token', tenant, audiences: ['api'], objectId: oid },
    () => keys,
    clock.now,
  );
  const bearer = async (claims: object, by: Entra) => {
    const exp = (clock.now() - entra.now()) / 1_000 + 3_600;
    return { authorization: `Bearer ${await by.sign({ ...claims }, { exp })}` };
  };
  return {
    clock,
    server,
    asked,
    lines,
    /** The status of a person's request, and what becomes of an event of the service. */
    enter: async (by = entra) => {
      const headers = await bearer(person, by);
      const { status = 200 } = await ask(negotiate, chat, { headers });
      const read = await ask(history, chat, { params: { room: 'lobby' }, headers });
      expect(read.status ?? 200).toBe(status);
      return status;
    },
    callHub: async (by = entra) =>
      verify(await bearer(service, by), 'c1').then(
        () => 'accepted',
        ({ code }) => code,
      ),
  };
}

describe('S2: without the key server', () => {
  test.each(FAILURES)(
    'that %s, nobody is locked out and the hub accepts events for a day',
    async (_, answer) => {
      const app = openProcess();
      expect([await app.enter(), await app.callHub()]).toEqual([200, 'accepted']);
      app.server.answer = answer;
      for (let hours = 0; hours < 24; hours += 1) {
        await app.clock.advance(HOUR);
        expect([await app.enter(), await app.callHub()]).toEqual([200, 'accepted']);
        await settle();
      }
      expect(app.lines[0]).toMatch(/^keys-failed \{"tenant":"1111.*"reason":".+"\}$/);
      app.server.answer = keysOf(entra);
      await app.clock.advance(MINUTE);
      const before = app.asked.length;
      expect(await app.enter()).toBe(200);
      expect(app.asked.length).toBe(before + 1);
    },
  );

  test.each(FAILURES)(
    'that %s, a process without keys answers 503, and lets in soon after',
    async (_, answer) => {
      const app = openProcess();
      app.server.answer = answer;
      expect([await app.enter(), await app.callHub()]).toEqual([503, 'unavailable']);
      app.server.answer = keysOf(entra);
      await app.clock.advance(5_000);
      expect([await app.enter(), await app.callHub()]).toEqual([200, 'accepted']);
    },
  );

  test('a new process takes the keys that another one stored', async () => {
    const table = new MemoryTable();
    await openProcess(table).enter();
    const young = openProcess(table);
    young.server.answer = async () => Promise.reject(new TypeError('fetch failed'));
    await young.clock.advance(23 * HOUR);
    expect([await young.enter(), await young.callHub()]).toEqual([200, 'accepted']);
  });

  test('keys of long ago end', async () => {
    const app = openProcess();
    await app.enter();
    app.server.answer = async () => new Response('', { status: 503 });
    await app.clock.advance(49 * HOUR);
    expect([await app.enter(), await app.callHub()]).toEqual([503, 'unavailable']);
  });

  test('that never answers, nobody with a known key waits', async () => {
    const app = openProcess();
    await app.enter();
    app.server.answer = () => new Promise<Response>(() => {});
    await app.clock.advance(2 * HOUR);
    expect([await app.enter(), await app.callHub()]).toEqual([200, 'accepted']);
    expect(app.asked.length).toBe(2);
  });

  test('storage may fail, too', async () => {
    const broken = new MemoryTable();
    broken.get = async () => Promise.reject(new Error('no storage'));
    broken.commit = async () => Promise.reject(new Error('no storage'));
    expect(await openProcess(broken).callHub()).toBe('accepted');
  });
});

describe('S2: a token of an unknown key', () => {
  test('is refused while the key server answers, however many come, with one request in 30 s', async () => {
    const app = openProcess();
    await app.enter();
    await app.clock.advance(MINUTE);
    const before = app.asked.length;
    for (let tokens = 0; tokens < 20; tokens += 1) {
      expect([await app.enter(stranger), await app.callHub(stranger)]).toEqual([
        401,
        'bad_signature',
      ]);
    }
    expect(app.asked.length).toBe(before + 1);
    await app.clock.advance(30_000);
    await app.enter(stranger);
    expect(app.asked.length).toBe(before + 2);
  });

  test('is accepted as soon as the tenant publishes the key, and the old key is not any more', async () => {
    const app = openProcess();
    await app.enter();
    await app.clock.advance(MINUTE);
    app.server.answer = keysOf(next);
    expect([await app.enter(next), await app.callHub(next)]).toEqual([200, 'accepted']);
    expect(await app.enter(entra)).toBe(401);
  });

  test('is no final refusal while the key server fails, and costs a request in 5 s', async () => {
    const app = openProcess();
    await app.enter();
    await app.clock.advance(MINUTE);
    app.server.answer = async () => new Response('', { status: 500 });
    const before = app.asked.length;
    for (let tokens = 0; tokens < 20; tokens += 1) {
      expect([await app.enter(next), await app.callHub(next)]).toEqual([503, 'unavailable']);
    }
    expect(app.asked.length).toBe(before + 1);
    app.server.answer = keysOf(entra, next);
    await app.clock.advance(5_000);
    expect(await app.enter(next)).toBe(200);
  });
});

test('S2: a storm of first requests asks the key server once', async () => {
  const app = openProcess();
  const answers = await Promise.all(Array.from({ length: 50 }, () => app.callHub()));
  expect(new Set(answers)).toEqual(new Set(['accepted']));
  expect(app.asked).toEqual([`https://login.microsoftonline.com/${tenant}/discovery/v2.0/keys`]);
});

test('H9: a clock that is set back neither ends good keys nor stops the search for new ones', async () => {
  const app = openProcess();
  await app.enter();
  app.clock.set(-2 * MINUTE);
  await app.clock.advance(30_000);
  app.server.answer = keysOf(entra, next);
  expect([await app.enter(entra), await app.enter(next)]).toEqual([200, 200]);
});
