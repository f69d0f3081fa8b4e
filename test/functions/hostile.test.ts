// Hostile input gets a clear answer, throws nothing and disturbs nobody else. The tests are property-based: a failure
// prints the seed and the smallest input that fails.

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createLocalJWKSet } from 'jose';
import { archiveRoom } from '../../functions/http/archive-room.ts';
import { closeRoom, openRoom } from '../../functions/http/close-room.ts';
import { deleteMessage } from '../../functions/http/delete-message.ts';
import { disconnect } from '../../functions/http/disconnect.ts';
import { eraseRoom } from '../../functions/http/erase-room.ts';
import { exportRoom } from '../../functions/http/export-room.ts';
import { openHealth } from '../../functions/http/health.ts';
import { history } from '../../functions/http/history.ts';
import type { HttpHandler } from '../../functions/http/http-function.ts';
import { importRoom } from '../../functions/http/import-room.ts';
import { connections, members } from '../../functions/http/members.ts';
import { negotiate } from '../../functions/http/negotiate.ts';
import { toPageFiles } from '../../functions/http/page-file.ts';
import { publish } from '../../functions/http/publish.ts';
import { reopenRoom } from '../../functions/http/reopen-room.ts';
import { rooms } from '../../functions/http/rooms.ts';
import { search } from '../../functions/http/search.ts';
import { web } from '../../functions/http/web.ts';
import { ban } from '../../functions/hub/ban.ts';
import { close } from '../../functions/hub/close.ts';
import { connected } from '../../functions/hub/connected.ts';
import { disconnected } from '../../functions/hub/disconnected.ts';
import { edit } from '../../functions/hub/edit.ts';
import { message } from '../../functions/hub/message.ts';
import { remove } from '../../functions/hub/remove.ts';
import { typing } from '../../functions/hub/typing.ts';
import { watch } from '../../functions/hub/watch.ts';
import { newGuest, readGuest } from '../../functions/identity/guest.ts';
import { openUpstreamCheck } from '../../functions/identity/upstream-auth.ts';
import {
  ChatError,
  type ErrorBody,
  lengthOf,
  MAX_ID_LENGTH,
  MAX_NAME_LENGTH,
  MAX_ROOM_LENGTH,
  MAX_TEXT_LENGTH,
  parseMessageId,
  parseName,
  parseRoom,
  parseText,
  type SendResult,
} from '../../functions/protocol.ts';
import { readSettings } from '../../functions/settings.ts';
import { ask, openTestChat, type TestChat } from '../support/chat.ts';
import { headerValue, hostileQuery, hostileText, hostileValue } from '../support/hostile-input.ts';
import { runs } from '../support/sizes.ts';

const RUNS = runs(2_000);
const bob = { userId: 'g-bob', name: 'Bob', room: 'lobby' };

/** The parsed value, or the code of the refusal. Any other error fails the test. */
function outcomeOf<T>(run: () => T): { value: T } | { code: string } {
  try {
    return { value: run() };
  } catch (error) {
    if (error instanceof ChatError) return { code: error.code };
    throw error;
  }
}

describe('a parser accepts well-formed input in the form that is shown and stored, and refuses the rest with its own code', () => {
  const parsers = [
    ['room', parseRoom, 'bad_room', MAX_ROOM_LENGTH],
    ['name', parseName, 'bad_name', MAX_NAME_LENGTH],
    ['text', parseText, 'bad_text', MAX_TEXT_LENGTH],
    ['id', parseMessageId, 'bad_id', MAX_ID_LENGTH],
  ] as const;

  test.each(parsers)('%s', (_, parse, code, most) => {
    fc.assert(
      fc.property(hostileValue, (input) => {
        const outcome = outcomeOf(() => parse(input));
        if ('code' in outcome) {
          expect(outcome.code).toBe(code);
          return;
        }
        const { value } = outcome;
        expect(typeof input).toBe('string');
        expect(parse(value)).toBe(value);
        expect(lengthOf(value)).toBeGreaterThan(0);
        expect(lengthOf(value)).toBeLessThanOrEqual(most);
        // No lone surrogate: it can't be written as UTF-8, nor be put into a URL.
        expect(() => encodeURIComponent(value)).not.toThrow();
      }),
      RUNS,
    );
  });

  test('a refusal is one line for any refused input', () => {
    fc.assert(
      fc.property(hostileValue, fc.constantFrom(parseRoom, parseName), (input, parse) => {
        try {
          parse(input);
        } catch (error) {
          expect(String(error)).toMatch(
            /^ChatError: unable to use [^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,400}$/u,
          );
        }
      }),
      RUNS,
    );
  });
});

describe('names that imitate', () => {
  /** Has no width and no visible form of its own. It may change its neighbours. */
  const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cc}\u2028\u2029\u2800\ufff9-\ufffb]/u;
  const invisible = fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code));
  const hidden = fc.oneof(
    invisible.filter((character) => INVISIBLE.test(character)),
    fc.constantFrom(...'\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u3164\u115f\ufe0f\u202e\u2800'),
  );

  test('no invisible character makes another name of Ada, Адам or 阿达', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('Ada', 'Адам', '阿达'),
        fc.nat(4),
        hidden,
        (name, at, character) => {
          const imitation = name.slice(0, at) + character + name.slice(at);
          const outcome = outcomeOf(() => parseName(imitation));
          if ('value' in outcome) expect(outcome.value).toBe(name);
          else expect(outcome.code).toBe('bad_name');
        },
      ),
      RUNS,
    );
  });

  test('no space makes another name of “Ada B”', () => {
    const spaces = [...Array(0x10000).keys()]
      .map((code) => String.fromCharCode(code))
      .filter((character) => /\p{Zs}/u.test(character));
    expect(spaces.length).toBeGreaterThan(10);
    for (const space of spaces) expect(parseName(`${space}Ada${space} B${space}`)).toBe('Ada B');
  });
});

describe('an HTTP request gets an answer below 500', () => {
  const handlers: readonly (readonly [string, HttpHandler, string])[] = [
    ['negotiate', negotiate, 'POST'],
    ['history', history, 'GET'],
    ['search', search, 'GET'],
    ['members', members, 'GET'],
    ['connections', connections, 'GET'],
    ['health', openHealth(), 'GET'],
    ['publish', publish, 'POST'],
    ['disconnect', disconnect, 'DELETE'],
    ['rooms', rooms, 'GET'],
    ['export', exportRoom, 'GET'],
    ['archive', archiveRoom, 'GET'],
    ['import', importRoom, 'POST'],
    ['erase', eraseRoom, 'DELETE'],
    ['close', closeRoom, 'PUT'],
    ['open', openRoom, 'DELETE'],
    ['reopen', reopenRoom, 'PUT'],
    ['delete', deleteMessage, 'DELETE'],
  ];
  const orAs = (usual: string) => fc.oneof(fc.constant(usual), hostileText);
  const headers = fc.record(
    {
      cookie: headerValue,
      'content-type': fc.oneof(
        fc.constantFrom('application/json', 'text/plain', 'text/plain; charset=utf-16', 'a/b'),
        headerValue,
      ),
      authorization: headerValue,
      'x-ms-client-principal': headerValue,
      'x-forwarded-proto': headerValue,
    },
    { requiredKeys: [] },
  );
  const body = fc.oneof(
    hostileText,
    fc.json(),
    fc
      .record({ text: hostileValue, name: hostileValue, id: hostileValue }, { requiredKeys: [] })
      .map((value) => toJson(value)),
  );

  async function openSpokenIn(): Promise<TestChat> {
    const chat = openTestChat();
    await sendOne(chat);
    return chat;
  }

  test.each(handlers)('from %s', async (_, handler, method) => {
    // What is only read stays as it is, so all requests read the same chat.
    const read = method === 'GET' ? await openSpokenIn() : undefined;
    await fc.assert(
      fc.asyncProperty(
        fc.record({ room: orAs('lobby'), connectionId: orAs('c1'), seq: orAs('1') }),
        hostileQuery,
        headers,
        body,
        async (params, query, sentHeaders, sentBody) => {
          const chat = read ?? (await openSpokenIn());
          const withBody = method === 'GET' ? {} : { body: sentBody };
          const sent = { method, params, query: `?${query}`, headers: sentHeaders, ...withBody };
          const { status = 200, jsonBody } = await ask(handler, chat, sent);
          expect(status).toBeLessThan(500);
          if (status >= 400)
            expect((jsonBody as ErrorBody).error.message).toMatch(/^(line \d+: )?unable to /);
        },
      ),
      runs(200),
    );
  });

  test('from the page, with its headers, for any path', () => {
    const files = toPageFiles([['index.html', Buffer.from('page')]]);
    fc.assert(
      fc.property(orAs('r/lobby'), headerValue, (path, value) => {
        const request = {
          url: `http://chat.test/${path}`,
          params: { path },
          method: 'GET',
          headers: new Headers({
            'if-none-match': value,
            'if-match': value,
            'accept-encoding': value,
          }),
        };
        const answer = web(request as never, files, openTestChat().settings);
        expect(answer.status ?? 200).toBeLessThan(500);
        expect(
          new Headers(answer.headers as Record<string, string>).get('x-content-type-options'),
        ).toBe('nosniff');
      }),
      RUNS,
    );
  });
});

describe('send', () => {
  test('answers arguments of every type, count and size, and leaves the others alone', async () => {
    const chat = openTestChat();
    let mine = 0;
    let theirs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(hostileValue, { maxLength: 5 }), async (args) => {
        theirs += 1;
        // A different user each time, so that the flood guard never refuses.
        const eve = { userId: `g-eve${theirs}`, name: 'Eve', room: 'lobby' };
        const { result } = await message(await chat.call('c-eve', eve, ...args), chat);
        const answer = result as SendResult;
        if (answer.ok) mine += 1;
        else expect(['bad_text', 'bad_id', 'bad_request']).toContain(answer.code);
        expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);

        await chat.clock.advance(1_000);
        const call = await chat.call('c-bob', bob, 'hi', `b${theirs}`);
        mine += 1;
        expect((await message(call, chat)).result).toMatchObject({ ok: true, seq: mine });
      }),
      // One that is accepted, in any case.
      { ...RUNS, examples: [[['hi', 'e1']]] },
    );
    expect(mine).toBeGreaterThan(theirs);
  });

  test.each([
    ['edit', edit],
    ['remove', remove],
    ['ban', ban],
    ['close', close],
  ])(
    '%s answers arguments of every type, count and size, and changes nothing of others',
    async (_, handler) => {
      const chat = openTestChat();
      await sendOne(chat);
      const before = await numbersOf(chat);
      let calls = 0;
      const refusals = [
        'bad_text',
        'bad_id',
        'bad_request',
        'not_found',
        'not_author',
        'not_moderator',
      ];
      await fc.assert(
        fc.asyncProperty(fc.array(hostileValue, { maxLength: 5 }), async (args) => {
          calls += 1;
          const eve = { userId: `g-eve${calls}`, name: 'Eve', room: 'lobby' };
          const { result, actions } = await handler(await chat.call('c-eve', eve, ...args), chat);
          expect({ result, actions }).toMatchObject({ result: { ok: false }, actions: [] });
          expect(refusals).toContain((result as { code: string }).code);
        }),
        { ...RUNS, examples: [[[1, 'hi', 'e1']], [[2, 'hi', 'e1']]] },
      );
      expect(await numbersOf(chat)).toEqual(before);
    },
  );

  test.each([
    ['remove', remove, ['ok', 'bad_request', 'not_found']],
    ['ban', ban, ['ok', 'bad_request']],
  ] as const)(
    '%s of a moderator answers arguments of every type, count and size',
    async (_, handler, codes) => {
      const open = openTestChat();
      let calls = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(hostileValue, { maxLength: 5 }), async (args) => {
          calls += 1;
          const eve = { userId: `g-eve${calls}`, name: 'Eve', room: 'lobby' };
          const settings = { ...open.settings, moderators: new Set([eve.userId]) };
          const call = await open.call('c-eve', eve, ...args);
          const { result } = await handler(call, { ...open, settings });
          const { ok, code } = result as { ok: boolean; code?: string };
          expect(codes).toContain(ok ? 'ok' : code);
        }),
        { ...RUNS, examples: [[[1, { reason: '\0' }]], [['g-x', 5, { reason: ['2', ''] }]]] },
      );
    },
  );

  test('accepts texts and ids at their limits, in every encoding, and returns them unchanged', async () => {
    const chat = openTestChat();
    let count = 0;
    await fc.assert(
      fc.asyncProperty(hostileText, hostileText, async (text, id) => {
        count += 1;
        const eve = { userId: `g-eve${count}`, name: 'Eve', room: 'lobby' };
        const { result } = await message(await chat.call('c-eve', eve, text, id), chat);
        const answer = result as SendResult;
        if (!answer.ok) return;
        const query = `?after=${answer.seq - 1}&limit=1`;
        const { jsonBody } = await ask(history, chat, { params: { room: 'lobby' }, query });
        expect(jsonBody).toMatchObject({ messages: [{ id, text: parseText(text) }] });
      }),
      RUNS,
    );
  });

  test.each([
    ['connected', connected],
    ['disconnected', disconnected],
    ['send', message],
    ['edit', edit],
    ['remove', remove],
    ['typing', typing],
    ['watch', watch],
  ])('%s with a ticket that is not ours changes nothing', async (_, handler) => {
    const chat = openTestChat();
    await sendOne(chat);
    const before = await numbersOf(chat);
    const forged = fc.oneof(
      hostileValue,
      fc.array(fc.base64String(), { minLength: 3, maxLength: 3 }).map((parts) => parts.join('.')),
    );
    await fc.assert(
      fc.asyncProperty(forged, fc.array(hostileValue, { maxLength: 3 }), async (ticket, args) => {
        const call = { connectionId: 'c-eve', ticket, arguments: args };
        // `typing` has no answer. The wrapper turns what it throws into a plain error.
        const answer = await handler(call, chat).catch((error) => {
          expect(error).toMatchObject({ code: 'bad_ticket' });
          return { actions: [] };
        });
        expect(answer.actions).toEqual([]);
        if (handler === message) expect(answer).toMatchObject({ result: { code: 'bad_ticket' } });
      }),
      RUNS,
    );
    expect(await numbersOf(chat)).toEqual(before);
  });
});

describe('at the other edges', () => {
  test('an upstream request with any other signature is refused', async () => {
    const check = openUpstreamCheck({ kind: 'signature', accessKey: 'k' }, () =>
      createLocalJWKSet({ keys: [] }),
    );
    const headers = fc.oneof(
      fc.dictionary(hostileText, hostileValue),
      hostileValue.map((signature) => ({ 'X-ASRS-Signature': signature })),
      fc
        .stringMatching(/^(sha256=[0-9a-f]{64},?){1,3}$/)
        .map((text) => ({ 'x-asrs-signature': text })),
    );
    await fc.assert(
      fc.asyncProperty(headers, hostileText, async (sent, connectionId) => {
        await expect(check(sent, connectionId)).rejects.toMatchObject({ code: 'bad_signature' });
      }),
      RUNS,
    );
  });

  test('a guest with any cookies has an id of the same form, which does not reveal the secret', () => {
    fc.assert(
      fc.property(headerValue, fc.boolean(), (header, isSecure) => {
        const { userId, cookie } = readGuest(header, isSecure) ?? newGuest(isSecure);
        expect(userId).toMatch(/^g-[\w-]{16}$/);
        expect(cookie.value).toMatch(/^[\w-]{22}$/);
        expect(userId).not.toContain(cookie.value);
      }),
      RUNS,
    );
  });

  test('settings are read, or the error names the wrong one without its value', () => {
    const names = [
      'AzureSignalRConnectionString',
      'AzureWebJobsStorage',
      'CHAT_AUTH',
      'CHAT_TABLE',
      'CHAT_BATCH_MS',
      'CHAT_TYPING',
    ];
    const secret = 'c2VjcmV0LWtleQ';
    const value = fc.oneof(
      hostileText,
      fc.constantFrom('Endpoint=http://s;', 'UseDevelopmentStorage=true', 'guest', 'entra', '7'),
      hostileText.map((text) => `AccountKey=${secret};AccessKey=${secret};${text}`),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), value), (env) => {
        try {
          readSettings(env);
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad_setting' });
          const isKey = Object.entries(env).some(
            ([name, text]) => /^Azure/.test(name) && text.includes(secret),
          );
          if (isKey && !/CHAT_/.test(String(error))) expect(String(error)).not.toContain(secret);
        }
      }),
      RUNS,
    );
  });
});

/** Two people in the room, one message. */
async function sendOne(chat: TestChat): Promise<void> {
  await connected(await chat.call('c1', bob), chat);
  await message(await chat.call('c1', bob, 'hi', 'first'), chat);
}

async function numbersOf(chat: TestChat): Promise<unknown> {
  const { jsonBody } = await ask(history, chat, { params: { room: 'lobby' } });
  return jsonBody;
}

function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    // Values that JSON cannot express, such as a BigInt.
    return '{"text":';
  }
}
