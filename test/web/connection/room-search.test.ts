// A search of the page: stretch after stretch, its pauses, its end, and what it does without an answer.

import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import {
  CALLS_IN_A_ROW,
  HITS_IN_A_ROW,
  RETRY_MS,
  type SearchState,
  startSearch,
} from '../../../web/connection/room-search.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const settle = () => jest.advanceTimersByTimeAsync(0);

/** A page of a room in which each message is a hit, or none is. */
function stretch(to: number, size: number, hits: number) {
  const from = Math.max(1, to - size + 1);
  const messages = Array.from({ length: Math.min(hits, to) }, (_, n) => {
    return { seq: to - n, id: `m${to - n}`, userId: 'g', name: 'Ada', text: 'x', sentAt: to - n };
  });
  const rest = from > 1 ? { before: from } : {};
  return {
    room: 'r',
    revision: 9,
    first: 1,
    seq: 9,
    online: 1,
    messages,
    searchedTo: from,
    ...rest,
  };
}

function open(answer: (before: number | undefined) => Response | Promise<Response>) {
  const asked: string[] = [];
  const signals: (AbortSignal | null | undefined)[] = [];
  const states: SearchState[] = [];
  const fetcher: typeof fetch = async (input, init) => {
    const url = new URL(`${input}`, 'http://chat');
    asked.push(`${url.pathname}${url.search}`);
    signals.push(init?.signal);
    const before = url.searchParams.get('before');
    return answer(before === null ? undefined : Number(before));
  };
  const search = startSearch('大厅', 'two words', fetcher, (state) => states.push(state));
  return { search, asked, signals, states, last: () => states.at(-1) };
}

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

const refusal = (code: string, status: number) =>
  json({ error: { code, message: `unable to search; ${code}.` } }, status);

test('goes on until nothing is left, and gathers what it finds', async () => {
  const { asked, last } = open((before = 31) => json(stretch(before - 1, 10, 2)));
  await settle();
  expect(asked).toEqual([
    '/api/rooms/%E5%A4%A7%E5%8E%85/search?q=two+words',
    '/api/rooms/%E5%A4%A7%E5%8E%85/search?q=two+words&before=21',
    '/api/rooms/%E5%A4%A7%E5%8E%85/search?q=two+words&before=11',
  ]);
  expect(last()).toMatchObject({ phase: { kind: 'done' }, searchedTo: 1 });
  expect(last()?.hits.map(({ seq }) => seq)).toEqual([30, 29, 20, 19, 10, 9]);
});

test('says how far back it has come while it searches', async () => {
  const { states } = open((before = 31) => json(stretch(before - 1, 10, 0)));
  await settle();
  expect(states.map(({ phase, searchedTo }) => [phase.kind, searchedTo])).toEqual([
    ['searching', undefined],
    ['searching', 21],
    ['searching', 11],
    ['searching', 1],
    ['done', 1],
  ]);
});

test(`pauses after ${CALLS_IN_A_ROW} calls, and goes on when it is asked to`, async () => {
  const { search, asked, last } = open((before = 1_001) => json(stretch(before - 1, 10, 0)));
  await settle();
  expect([asked.length, last()?.phase.kind]).toEqual([CALLS_IN_A_ROW, 'paused']);
  search.goOn();
  search.goOn();
  await settle();
  expect([asked.length, last()?.phase.kind]).toEqual([2 * CALLS_IN_A_ROW, 'paused']);
});

test(`pauses after ${HITS_IN_A_ROW} messages`, async () => {
  const { asked, last } = open((before = 1_001) => json(stretch(before - 1, 50, 50)));
  await settle();
  expect([asked.length, last()?.hits.length]).toEqual([2, HITS_IN_A_ROW]);
  expect(last()?.phase.kind).toBe('paused');
});

test('waits a second while too much is searched, and shows that it is searching', async () => {
  let busy = 2;
  const { asked, last } = open(() => {
    busy -= 1;
    return busy >= 0 ? refusal('too_many_searches', 429) : json(stretch(5, 10, 1));
  });
  await settle();
  expect([asked.length, last()?.phase.kind]).toEqual([1, 'searching']);
  await jest.advanceTimersByTimeAsync(2 * RETRY_MS);
  expect([asked.length, last()?.phase.kind]).toEqual([3, 'done']);
});

test.each([
  ['no answer', () => Promise.reject(new TypeError('offline')), undefined],
  ['a proxy’s page', () => new Response('<html>', { status: 502 }), undefined],
  ['another shape', () => json({ messages: 1 }), undefined],
  ['a ban', () => refusal('banned', 403), 'banned'],
  ['busy storage', () => refusal('unavailable', 503), 'unavailable'],
] as const)('fails with %s, keeps what it has found, and tries again', async (_, fail, code) => {
  let isOut = false;
  const { search, last } = open((before = 31) => {
    if (isOut) return fail();
    isOut = before > 20;
    return json(stretch(before - 1, 20, 1));
  });
  await settle();
  const phase = last()?.phase;
  expect(phase?.kind).toBe('failed');
  expect(phase?.kind === 'failed' && phase.problem?.code).toBe(code);
  expect(last()?.hits.map(({ seq }) => seq)).toEqual([30]);
  isOut = false;
  search.goOn();
  await settle();
  expect(last()).toMatchObject({ phase: { kind: 'done' }, hits: [{ seq: 30 }, { seq: 10 }] });
});

test.each([
  ['a request', () => new Promise<Response>(() => {})],
  ['a pause', () => refusal('too_many_searches', 429)],
])('stopped during %s says nothing more, and asks nothing more', async (_, answer) => {
  const { search, asked, signals, states } = open(answer);
  await settle();
  const count = states.length;
  search.stop();
  await jest.advanceTimersByTimeAsync(60_000);
  expect([asked.length, states.length]).toEqual([1, count]);
  if (_ === 'a request') expect(signals[0]?.aborted).toBe(true);
});
