import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ChatMessage, PUBLISHER } from '../../../functions/protocol.ts';
import { type LogView, WHOLE_LOG } from '../../../web/state/log-room.ts';
import {
  LEVELS_A_PASS,
  LogFilter,
  LogSources,
  TEXTS_A_PASS,
} from '../../../web/text/log-filter.ts';
import type { Level } from '../../../web/text/log-level.ts';
import { runs } from '../../support/sizes.ts';

const line = (seq: number, text: string, name = 'api'): ChatMessage => ({
  seq,
  id: `${seq}`,
  userId: PUBLISHER,
  name,
  text,
  sentAt: 0,
});
const LOG = [
  line(1, 'INFO started'),
  line(2, '\u001b[31mERR\u001b[0mOR Disk full'),
  line(3, 'no level'),
  { ...line(4, 'error? I see one'), userId: 'ada', name: 'Ada' },
  line(5, 'WARN slow'),
];
const numbers = (messages: readonly ChatMessage[]) => messages.map(({ seq }) => seq);
const only = (levels: readonly Level[], text = ''): LogView => ({
  ...WHOLE_LOG,
  levels: new Set(levels),
  text,
});

/** The texts of a log that is longer than what is looked at in one pass. */
const LONG = Array.from({ length: 10 * LEVELS_A_PASS }, (_, n) => `request ${n}`);

/** The message, which counts how often its text is read. */
function counted(message: ChatMessage, reads: { count: number }): ChatMessage {
  const { text } = message;
  return Object.defineProperty({ ...message }, 'text', {
    get: () => {
      reads.count += 1;
      return text;
    },
  });
}

describe('U18: a log', () => {
  test.each([
    [[], '', [1, 2, 3, 4, 5]],
    [['error'], '', [2, 4]],
    [['warning', 'info'], '', [1, 4, 5]],
    [[], 'dIsK', [2]],
    [[], 'error', [2, 4]],
    [['error'], 'full', [2]],
    [['debug'], 'full', []],
  ] as const)('with the levels %j and the text %j shows %j', (levels, text, seqs) => {
    const { shown, isComplete } = new LogFilter().apply(LOG, only(levels, text));
    expect(numbers(shown)).toEqual(seqs);
    expect(isComplete).toBe(true);
  });

  test('that pauses stays as it is while lines come, the same array all the time', () => {
    const filter = new LogFilter();
    const view = { ...WHOLE_LOG, pausedAt: 3 };
    const { shown } = filter.apply(LOG, view);
    expect(numbers(shown)).toEqual([1, 2, 3]);
    expect(filter.apply([...LOG, line(6, 'x')], view).shown).toBe(shown);
    expect(numbers(filter.apply([...LOG, line(6, 'x')], WHOLE_LOG).shown)).toHaveLength(6);
  });

  test('gives the same array while no line that it shows is added', () => {
    const filter = new LogFilter();
    const view = only(['error']);
    const { shown } = filter.apply(LOG, view);
    const grown = [...LOG, line(6, 'INFO x')];
    expect(filter.apply(grown, view).shown).toBe(shown);
    expect(numbers(filter.apply([...grown, line(7, 'ERROR y')], view).shown)).toEqual([2, 4, 7]);
  });

  test('is looked at from its end, so many lines at a time', () => {
    const filter = new LogFilter();
    const all = Array.from({ length: 3 * LEVELS_A_PASS - 1 }, (_, n) => line(n + 1, `ERROR ${n}`));
    const view = only(['error']);
    const first = filter.apply(all, view);
    expect([first.shown.length, first.isComplete]).toEqual([LEVELS_A_PASS, false]);
    expect(first.shown.at(-1)).toBe(all.at(-1));
    expect(filter.apply(all, view).shown).toHaveLength(2 * LEVELS_A_PASS);
    const last = filter.apply(all, view);
    expect([last.shown.length, last.isComplete]).toEqual([all.length, true]);
  });

  test('shows the same after any changes as one that is looked at anew', () => {
    const step = fc.record({
      change: fc.constantFrom('add', 'older', 'remove', 'view'),
      level: fc.constantFrom('INFO', 'ERROR', 'none'),
      text: fc.constantFrom('', 'a', 'b'),
      levels: fc.subarray(['error', 'info'] as const),
      at: fc.nat(20),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const filter = new LogFilter();
        let all: readonly ChatMessage[] = [line(1_000, 'INFO a')];
        let view = WHOLE_LOG;
        for (const { change, level, text, levels, at } of steps) {
          const first = all[0]?.seq ?? 0;
          const last = all.at(-1)?.seq ?? 0;
          if (change === 'add') all = [...all, line(last + 1, `${level} ${text}`)];
          if (change === 'older') all = [line(first - 1, `${level} ${text}`), ...all];
          if (change === 'remove') {
            all = all.map((message, index) =>
              index === at ? { ...message, text: '', deleted: true } : message,
            );
          }
          if (change === 'view') view = only(levels, text);
          const shown = filter.apply(all, view).shown;
          expect(shown).toEqual(new LogFilter().apply(all, view).shown);
        }
      }),
      runs(),
    );
  });

  test('reads one text for one line more, at any length of it', () => {
    const reads = { count: 0 };
    const filter = new LogFilter();
    const all = LONG.map((text, n) => counted(line(n + 1, text), reads));
    const view = only([], 'request 9');
    const { shown } = filter.apply(all, view);
    expect(reads.count).toBeGreaterThanOrEqual(all.length);
    reads.count = 0;
    const one = counted(line(all.length + 1, 'request 9'), reads);
    const after = filter.apply([...all, one], view).shown;
    expect(reads.count).toBe(1);
    expect(after).toHaveLength(shown.length + 1);
    reads.count = 0;
    const older = counted(line(0, 'request 9'), reads);
    expect(filter.apply([older, ...all, one], view).shown).toHaveLength(shown.length + 2);
    expect(reads.count).toBe(1);
  });
});

test('U18: a text is looked for from the end of a log, so many lines at a time, and each line is read once for all texts', () => {
  const reads = { count: 0 };
  const filter = new LogFilter();
  const all = Array.from({ length: TEXTS_A_PASS + 1 }, (_, n) =>
    counted(line(n + 1, `\u001b[31mRequest\u001b[0m ${n}`), reads),
  );
  const first = filter.apply(all, only([], 'request'));
  expect([first.shown.length, first.isComplete]).toEqual([TEXTS_A_PASS, false]);
  expect(first.shown.at(-1)).toBe(all.at(-1));
  const rest = filter.apply(all, only([], 'request'));
  expect([rest.shown.length, rest.isComplete]).toEqual([all.length, true]);
  expect(numbers(filter.apply(all, only([], 'request 42')).shown).slice(0, 2)).toEqual([43, 421]);
  expect(reads.count).toBe(all.length);
});

describe('U18: the levels of a log', () => {
  const countAll = (filter: LogFilter, all: readonly ChatMessage[]) => {
    for (;;) {
      const { counts, isComplete } = filter.count(all);
      if (isComplete) return counts;
    }
  };

  test('are counted in its lines, and not in what people say', () => {
    expect(new LogFilter().count(LOG)).toEqual({
      counts: { error: 1, warning: 1, info: 1, debug: 0 },
      isComplete: true,
    });
  });

  test('are counted so many lines at a time, from the end', () => {
    const filter = new LogFilter();
    const all = Array.from({ length: LEVELS_A_PASS + 1 }, (_, n) => line(n + 1, `ERROR ${n}`));
    expect(filter.count(all)).toMatchObject({
      counts: { error: LEVELS_A_PASS },
      isComplete: false,
    });
    expect(filter.count(all)).toMatchObject({
      counts: { error: LEVELS_A_PASS + 1 },
      isComplete: true,
    });
  });

  test('are the same after any changes as those that are counted anew', () => {
    const step = fc.record({
      change: fc.constantFrom('add', 'older', 'remove', 'start over'),
      level: fc.constantFrom('INFO', 'ERROR', 'WARN', 'none'),
      at: fc.nat(20),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const filter = new LogFilter();
        let all: readonly ChatMessage[] = [line(1_000, 'INFO a')];
        for (const { change, level, at } of steps) {
          const first = all[0]?.seq ?? 1_000;
          const last = all.at(-1)?.seq ?? 1_000;
          if (change === 'add') all = [...all, line(last + 1, `${level} x`)];
          if (change === 'older') all = [line(first - 1, `${level} x`), ...all];
          if (change === 'start over') all = [];
          if (change === 'remove') {
            all = all.map((message, index) =>
              index === at ? { ...message, text: '', deleted: true } : message,
            );
          }
          expect(countAll(filter, all)).toEqual(countAll(new LogFilter(), all));
        }
      }),
      runs(),
    );
  });

  test('read one text for one line more, at any length of the log', () => {
    const reads = { count: 0 };
    const filter = new LogFilter();
    const all = LONG.map((text, n) => counted(line(n + 1, `INFO ${text}`), reads));
    countAll(filter, all);
    expect(reads.count).toBeGreaterThanOrEqual(all.length);
    reads.count = 0;
    const one = counted(line(all.length + 1, 'ERROR x'), reads);
    const { counts } = filter.count([...all, one]);
    expect(reads.count).toBe(1);
    expect(counts).toEqual({ error: 1, warning: 0, info: all.length, debug: 0 });
  });

  test('are looked at in older lines alone, when those come', () => {
    // Whose every look is counted: at 100,000 lines, one look at each takes longer than a frame.
    const looks = { count: 0 };
    const isLookedAt = (message: ChatMessage): ChatMessage =>
      Object.defineProperty({ ...message }, 'userId', {
        get: () => {
          looks.count += 1;
          return PUBLISHER;
        },
      });
    const filter = new LogFilter();
    const all = LONG.map((text, n) => isLookedAt(line(n + 100, `INFO ${text}`)));
    countAll(filter, all);
    looks.count = 0;
    const older = Array.from({ length: 50 }, (_, n) => isLookedAt(line(n + 1, 'WARN x')));
    expect(countAll(filter, [...older, ...all])).toMatchObject({ warning: 50, info: all.length });
    expect(looks.count).toBeLessThanOrEqual(3 * older.length);
  });
});

test('U18: a log shows the lines of one source, and what people say', () => {
  const other = line(6, 'INFO from elsewhere', 'worker');
  const { shown } = new LogFilter().apply([...LOG, other], { ...WHOLE_LOG, source: 'worker' });
  expect(numbers(shown)).toEqual([4, 6]);
});

test('U18: the sources of a log are those of its lines, older ones too, and not its readers', () => {
  const sources = new LogSources();
  expect(sources.of(LOG)).toEqual(['api']);
  const grown = [...LOG, line(6, 'x', 'worker')];
  const names = sources.of(grown);
  expect(names).toEqual(['api', 'worker']);
  expect(sources.of([...grown, line(7, 'y', 'api')])).toBe(names);
  expect(sources.of([line(0, 'z', 'db'), ...grown])).toEqual(['api', 'worker', 'db']);
});
