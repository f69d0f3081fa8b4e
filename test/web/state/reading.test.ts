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
  look,
  MOST_UNREAD,
  NOT_READ,
  type Reading,
  readOn,
} from '../../../web/state/reading.ts';
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
    expect(read).toEqual({ isReading: true, readTo: 7, newAfter: 4 });
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
  expect(readOn(reading, logTo(6), 'ada')).toEqual({
    isReading: true,
    readTo: 6,
    newAfter: undefined,
  });
});

test('one’s own lines and removals are not unread', () => {
  const away = readOn(NOT_READ, logTo(3), 'ada');
  const removal = { ...messageOf(5, 'app'), text: '', deletes: 2 };
  const log = withBroadcast(logTo(3), messageOf(4, 'ada'), removal, messageOf(6));
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
  );
});
