import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ChatState, initialState } from '../../../web/state/chat-state.ts';
import { addBroadcast, addHistory, EMPTY_LOG } from '../../../web/state/message-log.ts';
import {
  countUnread,
  isFar,
  look,
  NOT_READ,
  readAll,
  readOn,
  see,
} from '../../../web/state/reading.ts';
import { isBarShown, unreadOf, whereIs } from '../../../web/state/unread.ts';
import { runs } from '../../support/sizes.ts';
import { historyOf, messageOf, messagesOf, ROOM } from '../samples.ts';

/** A room of `last` messages of which those from `from` are loaded, and a reader who stopped at `readTo`. */
function opened(readTo: number | undefined, last: number, from = 1): ChatState {
  const history = historyOf({ seq: last, messages: messagesOf(from, last) });
  const log = addHistory(EMPTY_LOG, history, { limit: 50 });
  return { ...initialState(ROOM), log, reading: readOn({ ...NOT_READ, readTo }, log, 'ada') };
}

const saw = (state: ChatState, seq: number): ChatState => ({
  ...state,
  reading: see(state.reading, seq, state.log),
});

describe('what counts as read', () => {
  test('is what has been in sight, and never less than before', () => {
    let state = opened(4, 20);
    for (const [seq, readTo] of [
      [9, 9],
      [7, 9],
      [12, 12],
      [3, 12],
    ] as const) {
      state = saw(state, seq);
      expect(state.reading.readTo).toBe(readTo);
      expect(countUnread(state.reading, state.log, 'ada')).toBe(20 - readTo);
      expect(state.reading.newAfter).toBe(4);
    }
  });

  test('is nothing while the first unread message is not loaded: not what is in sight, and not the end', () => {
    const { log, reading } = opened(4, 900, 851);
    expect(isFar(reading, log)).toBe(true);
    expect(see(reading, 900, log).readTo).toBe(4);
    const atEnd = look(reading, true, log);
    expect(atEnd.readTo).toBe(4);
    expect(readOn(atEnd, addBroadcast(log, [messageOf(901)], 901), 'ada').readTo).toBe(4);
    expect(readAll(atEnd, log)).toMatchObject({ readTo: 900, newAfter: undefined });
    const next = addBroadcast(log, [messageOf(901)], 901);
    expect(readOn(readAll(atEnd, log), next, 'ada').readTo).toBe(901);
  });

  test('is not all of it when that message is loaded while the person looks at the end', () => {
    const { log, reading } = opened(4, 900, 851);
    const atEnd = look(reading, true, log);
    const older = historyOf({ seq: 900, messages: messagesOf(3, 850) });
    const whole = addHistory(log, older, { before: 851, limit: 900 });
    const held = readOn(atEnd, whole, 'ada', log.to);
    expect(held).toMatchObject({ readTo: 4, newAfter: 4 });
    expect(look(look(held, false, whole), true, whole).readTo).toBe(900);
  });

  test('keeps its mark while something is unread, also if more comes', () => {
    const { log, reading } = opened(4, 20);
    const more = addBroadcast(log, [messageOf(21)], 21);
    const half = readOn(see(reading, 12, log), more, 'ada', log.to);
    expect(half).toMatchObject({ readTo: 12, newAfter: 4 });
    const all = readOn(see(reading, 20, log), more, 'ada', log.to);
    expect(all).toMatchObject({ readTo: 20, newAfter: 20 });
  });

  test('begins again when it is loaded, or if it is not kept', () => {
    const { log, reading } = opened(4, 900, 851);
    const older = historyOf({ seq: 900, messages: messagesOf(3, 850) });
    const whole = addHistory(log, older, { before: 851, limit: 900 });
    expect(see(reading, 7, whole).readTo).toBe(7);
    const gone = addHistory(log, historyOf({ seq: 900, first: 851 }), { before: 851, limit: 200 });
    expect(see(reading, 860, gone).readTo).toBe(860);
  });

  test('never goes back and leaves unread what follows it, in any order of looks, lines and marks', () => {
    const act = fc.oneof(
      fc.record({ see: fc.nat({ max: 60 }) }),
      fc.record({ look: fc.boolean() }),
      fc.record({ lines: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ all: fc.constant(true) }),
    );
    fc.assert(
      fc.property(fc.nat({ max: 20 }), fc.array(act, { maxLength: 40 }), (start, acts) => {
        let { log, reading } = opened(start, 20);
        for (const step of acts) {
          const before = reading.readTo ?? 0;
          if ('see' in step) reading = see(reading, Math.min(step.see, log.to ?? 0), log);
          else if ('look' in step) reading = look(reading, step.look, log);
          else if ('all' in step) reading = readAll(reading, log);
          else {
            const last = log.to ?? 0;
            const lines = messagesOf(last + 1, last + step.lines);
            log = addBroadcast(log, lines, last + step.lines);
            reading = readOn(reading, log, 'ada');
          }
          const now = reading.readTo ?? 0;
          expect(now).toBeGreaterThanOrEqual(before);
          expect(countUnread(reading, log, 'ada')).toBe((log.to ?? 0) - now);
        }
      }),
      runs(),
    );
  });
});

describe('the bar', () => {
  test('says how much is new, since when, and leads to the first unread line', () => {
    const state = opened(4, 20);
    const fifth = state.log.shown[4];
    expect(unreadOf(state)).toEqual({
      count: 16,
      isMore: false,
      since: fifth?.sentAt,
      target: 5,
      mark: 5,
      isUnread: true,
      isFar: false,
    });
    expect(unreadOf(saw(state, 9))).toMatchObject({ count: 16, target: 10, mark: 5 });
    expect(unreadOf(saw(state, 20))).toMatchObject({ isUnread: false, target: 5 });
  });

  test('says that there is more, and no time, if the first unread line is not loaded', () => {
    expect(unreadOf(opened(4, 900, 851))).toMatchObject({
      count: 50,
      isMore: true,
      since: undefined,
      isFar: true,
    });
  });

  test.each([
    ['on a first visit', undefined],
    ['with nothing new', 20],
  ])('has nothing to say %s', (_, readTo) => {
    expect(unreadOf(opened(readTo, 20))).toBeUndefined();
  });

  test.each([
    [5, 'above'],
    [9, 'above'],
    [10, 'here'],
    [14, 'here'],
    [15, 'here'],
    [16, 'below'],
  ] as const)('finds line %i %s of a reader who sees 10 to 14', (target, where) => {
    expect(whereIs(target, { first: 10, last: 14 }, opened(4, 20).log)).toBe(where);
  });

  test.each([
    ['at the first unread line', 'here', 16, false, false, true],
    ['above it, with much to come', 'below', 16, false, false, true],
    ['above it, with little to come', 'below', 9, false, false, false],
    ['below it', 'above', 3, false, false, true],
    ['at the end, with the new lines in sight', 'here', 3, true, false, false],
    [
      'at the end, with new lines above that have not been in sight',
      'above',
      30,
      true,
      false,
      true,
    ],
    ['at the end, with new lines above that have been in sight', 'above', 30, true, true, false],
  ] as const)('for a reader %s', (_, where, count, isAtEnd, hasSeenMark, isShown) => {
    const unread = {
      count,
      isMore: false,
      since: 1,
      target: 5,
      mark: 5,
      isUnread: !isAtEnd,
      isFar: false,
    };
    expect(isBarShown(unread, where, { isAtEnd, hasSeenMark })).toBe(isShown);
  });

  test('shows at the end as long as the first unread line is not loaded', () => {
    const unread = unreadOf(opened(4, 900, 851));
    expect(unread && isBarShown(unread, 'here', { isAtEnd: true, hasSeenMark: false })).toBe(true);
  });
});
