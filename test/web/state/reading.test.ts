import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addBroadcast,
  addHistory,
  EMPTY_LOG,
  type MessageLog,
} from '../../../web/state/message-log.ts';
import {
  countUnread,
  isMentioned,
  look,
  MOST_UNREAD,
  NOT_READ,
  type Reading,
  readElsewhere,
  readOn,
  see,
} from '../../../web/state/reading.ts';
import { runs } from '../../support/sizes.ts';
import { historyOf, messageOf, messagesOf } from '../samples.ts';

const logTo = (seq: number): MessageLog =>
  addHistory(EMPTY_LOG, historyOf({ messages: messagesOf(1, seq) }), { limit: 50 });
const withBroadcast = (log: MessageLog, ...messages: Parameters<typeof addBroadcast>[1]) =>
  addBroadcast(log, messages, messages.at(-1)?.seq ?? 0);

describe('on a first visit', () => {
  test('old messages are not unread', () => {
    const reading = readOn(NOT_READ, logTo(7), 'ada');
    expect(reading).toMatchObject({ readTo: 7, newAfter: undefined });
    expect(countUnread(reading, logTo(7), 'ada')).toBe(0);
  });
});

describe('on a later visit', () => {
  const before: Reading = { ...NOT_READ, readTo: 4 };

  test('newer messages are unread and marked, and the mark stays after reading', () => {
    const back = readOn(before, logTo(7), 'ada');
    expect(countUnread(back, logTo(7), 'ada')).toBe(3);
    expect(back.newAfter).toBe(4);
    const read = look(back, true, logTo(7));
    expect(read).toMatchObject({ isReading: true, readTo: 7, newAfter: 4 });
    expect(countUnread(read, logTo(7), 'ada')).toBe(0);
  });

  test('nothing is unread in a room that has started over', () => {
    const anew = readOn({ ...NOT_READ, readTo: 900 }, logTo(3), 'ada');
    expect(countUnread(anew, logTo(3), 'ada')).toBe(0);
    expect(countUnread(readOn(anew, logTo(5), 'ada'), logTo(5), 'ada')).toBe(2);
  });
});

test('messages that arrive while the person looks at the end are read', () => {
  const reading = look(readOn(NOT_READ, logTo(3), 'ada'), true, logTo(3));
  expect(readOn(reading, logTo(6), 'ada')).toMatchObject({
    isReading: true,
    readTo: 6,
    newAfter: undefined,
  });
});

describe('P8: what another tab has read', () => {
  const log = withBroadcast(logTo(3), messageOf(4), messageOf(5));
  const unread = readOn(readOn(NOT_READ, logTo(3), 'ada'), log, 'ada');

  test('is neither unread nor new here', () => {
    expect([countUnread(unread, log, 'ada'), unread.newAfter]).toEqual([2, 3]);
    const read = readElsewhere(unread, 5, log, 'ada');
    expect(read).toMatchObject({ isReading: false, readTo: 5, newAfter: undefined });
    expect(countUnread(read, log, 'ada')).toBe(0);
  });

  test('in part leaves the rest unread, and new from there', () => {
    const read = readElsewhere(unread, 4, log, 'ada');
    expect(read).toMatchObject({ readTo: 4, newAfter: 4 });
    expect(countUnread(read, log, 'ada')).toBe(1);
  });

  test('counts when it arrives, if this tab is behind', () => {
    const ahead = readElsewhere(unread, 6, log, 'ada');
    expect(ahead.readTo).toBe(5);
    const later = withBroadcast(log, messageOf(6), messageOf(7));
    expect(countUnread(readOn(ahead, later, 'ada'), later, 'ada')).toBe(1);
  });

  test('never takes back what was read here', () => {
    const read = look(unread, true, log);
    expect(readElsewhere(read, 4, log, 'ada').readTo).toBe(5);
    expect(readElsewhere(readElsewhere(unread, 5, log, 'ada'), 4, log, 'ada').readTo).toBe(5);
  });

  test('on another device is where a first visit of this one begins', () => {
    const reading = readElsewhere(NOT_READ, 4, EMPTY_LOG, 'ada');
    expect(readOn(reading, logTo(7), 'ada')).toMatchObject({ readTo: 4, newAfter: 4 });
    expect(readOn(readElsewhere(NOT_READ, 9, EMPTY_LOG, 'ada'), logTo(7), 'ada').readTo).toBe(7);
  });

  test('is no news of a tab that has read further: its mark stays', () => {
    const half = see(unread, 4, log);
    expect(half).toMatchObject({ readTo: 4, newAfter: 3 });
    expect(readElsewhere(half, 4, log, 'ada')).toBe(half);
    expect(readElsewhere(half, 3, log, 'ada')).toBe(half);
  });

  test('is old messages before the first history', () => {
    expect(readElsewhere(NOT_READ, 7, EMPTY_LOG, 'ada').readTo).toBeUndefined();
  });
});

test('one’s own lines, removals and edits are not unread', () => {
  const away = readOn(NOT_READ, logTo(3), 'ada');
  const removal = { ...messageOf(5, 'app'), text: '', deletes: 2 };
  const edit = { ...messageOf(7, 'bob'), edits: 2 };
  const log = withBroadcast(logTo(3), messageOf(4, 'ada'), removal, messageOf(6), edit);
  expect(countUnread(away, log, 'ada')).toBe(1);
});

test('the mark is where the person stopped reading, not at the last message', () => {
  let reading = readOn(NOT_READ, logTo(3), 'ada');
  let log = logTo(3);
  for (const seq of [4, 5, 6]) {
    log = withBroadcast(log, messageOf(seq));
    reading = readOn(reading, log, 'ada');
    expect(reading.newAfter).toBe(3);
  }
});

test('the count ends at 999', () => {
  const reading = { ...NOT_READ, readTo: 0 };
  expect(countUnread(reading, { shown: messagesOf(1, 5_000) }, 'ada')).toBe(MOST_UNREAD);
});

test('a mention counts until its line is read, and only for the one who is meant', () => {
  const log = withBroadcast(logTo(3), { ...messageOf(4), mentions: ['ada'] }, messageOf(5));
  const readTo = (seq: number) => ({ ...NOT_READ, readTo: seq });
  expect(isMentioned(readTo(3), log, 'ada')).toBe(true);
  expect(isMentioned(readTo(4), log, 'ada')).toBe(false);
  expect(isMentioned(readTo(3), log, 'bob')).toBe(false);
  expect(isMentioned(readTo(3), log, undefined)).toBe(false);
  expect(isMentioned(NOT_READ, log, 'ada')).toBe(false);
});

test('in any order of looks and messages, reading only moves forward, and unread is what follows it', () => {
  const steps = fc.array(fc.oneof(fc.boolean(), fc.integer({ min: 1, max: 4 })), { maxLength: 40 });
  fc.assert(
    fc.property(steps, fc.option(fc.nat({ max: 10 }), { nil: undefined }), (acts, readTo) => {
      let log = logTo(10);
      let reading = readOn({ ...NOT_READ, readTo }, log, 'ada');
      for (const act of acts) {
        const before = reading.readTo ?? 0;
        if (typeof act === 'boolean') reading = look(reading, act, log);
        else {
          const last = log.to ?? 0;
          log = withBroadcast(log, ...messagesOf(last + 1, last + act));
          reading = readOn(reading, log, 'ada');
        }
        const now = reading.readTo ?? 0;
        expect(now).toBeGreaterThanOrEqual(before);
        expect(countUnread(reading, log, 'ada')).toBe((log.to ?? 0) - now);
        if (reading.isReading) expect(now).toBe(log.to);
      }
    }),
    runs(),
  );
});
