// What long commands show on a terminal, and what they leave on it.

import { describe, expect, test } from '@jest/globals';
import type { Fetch } from '../../../../local/client/api/fetch.ts';
import { openStatusLine, Progress } from '../../../../local/client/terminal/progress.ts';
import { Clock } from '../../../support/clock.ts';
import { answer, inputOf, OF_THE_CHAT, runInProcess } from '../../../support/command-line.ts';

/** A terminal that keeps what is written to it. */
function openTerminal(columns = 80, hasEscapes = true) {
  const written: string[] = [];
  const screen = { columns: () => columns, hasEscapes, hasColours: false };
  return { written, status: openStatusLine(screen, (text) => void written.push(text)) };
}

const CLEAR = '\r\u001b[K';

describe('progress', () => {
  test.each([
    [20, 'erasing lobby, 1 s so far', 'erasing lobby, 1 s '],
    [20, 'erasing 茶室茶室茶室, 1 s so far', 'erasing 茶室茶室茶'],
    [80, 'erasing 茶室, 1 s so far', 'erasing 茶室, 1 s so far'],
  ])('16.1: fits into one line of %d columns: %s', (columns, text, shown) => {
    const { written, status } = openTerminal(columns);
    status.show(text);
    expect(written).toEqual([`${CLEAR}${shown}`]);
  });

  test('16.1: is not shown where it cannot be written over', () => {
    const { written, status } = openTerminal(80, false);
    status.show('erasing');
    status.clear();
    expect([status.isShown, written]).toEqual([false, []]);
    expect(openStatusLine(undefined, () => {}).isShown).toBe(false);
  });

  test('has count, rate, part and time left, and is written over itself', async () => {
    const clock = new Clock();
    const { written, status } = openTerminal();
    const progress = new Progress(status, clock.now);
    await clock.advance(2_000);
    progress.update(1_500, 'lines', 0.25);
    status.clear();
    status.clear();
    expect(written).toEqual([`${CLEAR}1,500 lines, 750/s, 25 %, 6 s left`, CLEAR]);
  });

  test.each([1.25, Number.POSITIVE_INFINITY])(
    'is done and no further when the whole has grown meanwhile: %d',
    async (part) => {
      const clock = new Clock();
      const { written, status } = openTerminal();
      const progress = new Progress(status, clock.now);
      await clock.advance(1_000);
      progress.update(5, 'messages', part);
      expect(written).toEqual([`${CLEAR}5 messages, 5/s, 100 %, 0 s left`]);
    },
  );

  test('is shown five times a second at most', async () => {
    const clock = new Clock();
    const { written, status } = openTerminal();
    const progress = new Progress(status, clock.now);
    for (let n = 1; n <= 100; n += 1) {
      await clock.advance(10);
      progress.update(n, 'lines', undefined);
    }
    expect(written).toHaveLength(5);
    expect(written[0]).toBe(`${CLEAR}1 lines, 100/s`);
  });
});

test('16.1: a file that comes in one chunk has a progress', async () => {
  const { written, status } = openTerminal();
  const text = Array.from({ length: 4_000 }, (_, index) => `${index}`.padStart(9)).join('\n');
  const clock = new Clock();
  const fetch: Fetch = async () => {
    await clock.sleep(500);
    return answer(202, '{"seq":1}', { headers: OF_THE_CHAT });
  };
  const options = { clock, status, input: inputOf(text), inputBytes: text.length };
  await runInProcess('publish', fetch, options);
  const parts = written.flatMap((line) => Number(/(\d+) %/.exec(line)?.[1] ?? []));
  // It reads a little ahead.
  expect(parts[0]).toBeGreaterThan(25);
  expect(parts[0]).toBeLessThan(50);
  expect(Math.max(...parts)).toBe(100);
});

const line = (seq: number) =>
  `${JSON.stringify({ seq, id: 'i', userId: 'u', name: 'Ada', text: 'hi', sentAt: 0 })}\n`;

/** A chat that takes half a second for each answer. */
function slowChat(clock: Clock): Fetch {
  const pages = [line(1), line(2), ''];
  let erased = 0;
  return async ({ pathname }, { method }) => {
    await clock.sleep(500);
    if (pathname === '/api/rooms') {
      const room = { room: 'lobby', online: 0, seq: 2, first: 1, activeAt: 0 };
      return answer(200, JSON.stringify({ rooms: [room] }), { headers: OF_THE_CHAT });
    }
    if (method === 'POST') return answer(202, '{"seq":1}', { headers: OF_THE_CHAT });
    if (method === 'DELETE') {
      erased += 1;
      return erased === 1
        ? answer(202, '{"done":false}', { headers: OF_THE_CHAT })
        : answer(204, '', { headers: OF_THE_CHAT });
    }
    const headers = { ...OF_THE_CHAT, 'content-type': 'application/x-ndjson; charset=utf-8' };
    return answer(200, pages.shift() ?? '', { headers });
  };
}

describe.each([
  ['publish', '1 lines, 2/s, 100 %, 0 s left'],
  ['export', '1 messages, 1/s, 50 %, 1 s left'],
  ['erase --yes', 'erasing lobby, 1 s so far'],
])('%s', (command, shown) => {
  const run = async (more = '') => {
    const clock = new Clock();
    const { written, status } = openTerminal();
    const options = { clock, status, input: inputOf('a\n'), inputBytes: 2 };
    const { code } = await runInProcess(`${command}${more}`, slowChat(clock), options);
    return { code, written };
  };

  test('shows how far it is, and leaves nothing of it', async () => {
    const { code, written } = await run();
    expect([code, written[0], written.at(-1)]).toEqual([0, `${CLEAR}${shown}`, CLEAR]);
  });

  test('shows nothing with --quiet', async () => {
    expect(await run(' --quiet')).toEqual({ code: 0, written: [] });
  });
});
