// Answers that are nearly the chat's. Commands refuse all of them.

import { describe, expect, test } from '@jest/globals';
import type { Fetch } from '../../../../local/client/api/fetch.ts';
import {
  always,
  answer,
  inputOf,
  OF_THE_CHAT,
  runInProcess,
} from '../../../support/command-line.ts';

const message = { seq: 1, id: 'i', userId: 'u', name: 'Ada', text: 'hi', sentAt: 0 };
const member = { connectionId: 'c', userId: 'u', name: 'Ada', connectedAt: 0 };
const room = { room: 'r', online: 0, seq: 1, first: 1, activeAt: 0 };

const GOOD: [string, number, object][] = [
  ['publish', 202, { seq: 1 }],
  ['rooms', 200, { rooms: [room] }],
  ['members', 200, { online: 1, members: [member], truncated: false }],
  ['health', 200, { status: 'ok', storage: 'ok', signalR: 'ok' }],
  ['tail', 200, { revision: 1, first: 1, seq: 1, messages: [message] }],
];

/** The same answer with one field missing or of another type, also in items of lists. */
function* variants(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) {
      for (const one of variants(item)) yield value.with(at, one);
    }
    yield* [{}, null, 'x', [null], [7]];
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      const { [key]: _, ...others } = value as Record<string, unknown>;
      yield others;
      for (const one of variants(part)) yield { ...value, [key]: one };
    }
    yield* [null, 'x', [value]];
  } else {
    yield* [null, {}, [value], typeof value === 'string' ? 7 : 'x'];
    if (typeof value === 'number') yield* [-1, 0.5, 1e300];
  }
}

describe.each(GOOD)('%s', (line, status, body) => {
  const run = (text: string) => {
    const fetch = always(() => answer(status, text, { headers: OF_THE_CHAT }));
    return runInProcess(`${line} --retry-for 0`, fetch, { input: inputOf('a') });
  };

  test('accepts the right answer', async () => {
    const { code, stdout } = await run(JSON.stringify(body));
    // A tail reads the answer, and then refuses it as no connection info.
    expect([code, stdout]).toEqual([line === 'tail' ? 1 : 0, expect.stringMatching(/./)]);
  });

  test.each([...variants(body)].map((one) => [JSON.stringify(one)]))(
    'takes no %s for one',
    async (text) => {
      const { code, stdout, stderr } = await run(text);
      expect([code, stderr[0]]).toEqual([1, expect.stringContaining("is not the chat's")]);
      expect(stdout).not.toMatch(/published|ok|Ada/);
    },
  );

  test('refuses an incomplete one', async () => {
    const text = JSON.stringify(body);
    for (let end = 0; end < text.length; end += 1) {
      expect((await run(text.slice(0, end))).code).toBe(1);
    }
  });
});

describe('export', () => {
  const ndjson = { ...OF_THE_CHAT, 'content-type': 'application/x-ndjson; charset=utf-8' };
  const lineOf = (seq: number) => `${JSON.stringify({ ...message, seq })}\n`;
  const run = (pages: readonly string[], more = '', headers: Record<string, string> = ndjson) => {
    const left = [...pages];
    const fetch = always(() => answer(200, left.shift() ?? '', { headers }));
    return runInProcess(`export --retry-for 0${more}`, fetch);
  };

  test('prints every page, until one is empty', async () => {
    const { code, stdout, stderr } = await run([lineOf(1) + lineOf(2), lineOf(5)]);
    expect([code, stdout, stderr]).toEqual([0, lineOf(1) + lineOf(2) + lineOf(5), []]);
  });

  test.each([
    ['a cut line', lineOf(3) + lineOf(4).slice(0, -5)],
    ['a last line without its end', lineOf(3).trimEnd()],
    ['an empty line', `${lineOf(3)}\n${lineOf(4)}`],
    ['what was there before', lineOf(2)],
    ['the same twice', lineOf(3) + lineOf(3)],
    ['another order', lineOf(4) + lineOf(3)],
    ['a page of HTML', '<html>\n'],
    ['an array', `[${lineOf(3).trimEnd()}]\n`],
  ])('C4: takes no page with %s, and says how to go on after the page before', async (_, page) => {
    const { code, stdout, stderr } = await run([lineOf(1) + lineOf(2), page]);
    expect([code, stdout]).toEqual([1, lineOf(1) + lineOf(2)]);
    expect(stderr).toEqual([
      expect.stringContaining("is not the chat's"),
      'The messages up to 2 are written, those after it are not. To go on, run the same command with --after 2, and append its output.',
    ]);
  });

  test('C4: does not end at an empty answer of another server', async () => {
    const { code, stderr } = await run([''], '', {});
    expect([code, stderr[1]]).toEqual([1, 'No message is written.']);
  });
});

describe('Ctrl+C', () => {
  /** Answers the first request. Presses Ctrl+C at the second one. */
  const interrupted = (line: string, first: ReturnType<typeof answer>) => {
    const end = new AbortController();
    const answers = [first];
    const fetch: Fetch = async () => {
      const next = answers.shift();
      if (next) return next;
      end.abort();
      throw end.signal.reason;
    };
    return runInProcess(line, fetch, { interrupts: { first: end.signal, second: end.signal } });
  };

  test('ends an export with 130, and prints how to continue', async () => {
    const page = answer(200, `${JSON.stringify(message)}\n`, {
      headers: { 'content-type': 'application/x-ndjson' },
    });
    const { code, stderr } = await interrupted('export', page);
    expect([code, stderr]).toEqual([130, [expect.stringContaining('with --after 1,')]]);
  });

  test('ends an erase with 130, and warns that a part may be deleted', async () => {
    const { code, stderr } = await interrupted('erase --yes', answer(202, '{"done":false}'));
    expect([code, stderr]).toEqual([130, [expect.stringContaining('may be erased in part')]]);
  });

  test('ends a list with 130', async () => {
    const page = answer(200, JSON.stringify({ rooms: [room], continue: 'a' }));
    expect(await interrupted('rooms', page)).toMatchObject({ code: 130, stderr: [] });
  });
});

test('rooms follows the chat’s `continue`, and not for ever', async () => {
  const pages = [
    { rooms: [room], continue: 'a' },
    { rooms: [room], continue: 'b' },
    { rooms: [room], continue: 'b' },
  ];
  const fetch = always(() => answer(200, JSON.stringify(pages.shift())));
  const { code, stderr } = await runInProcess('rooms', fetch);
  expect([code, stderr[0]]).toEqual([1, expect.stringContaining("is not the chat's")]);
  expect(fetch.calls.map(([url]) => url.search)).toEqual(['', '?continue=a', '?continue=b']);
});
