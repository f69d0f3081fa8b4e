import { describe, expect, test } from '@jest/globals';
import {
  addAcked,
  addBroadcast,
  addHistory,
  EMPTY_LOG,
  findGap,
  hasOlder,
  type MessageLog,
} from '../../../web/state/message-log.ts';
import { historyOf, messageOf, messagesOf } from '../samples.ts';

const seqs = (log: MessageLog) => log.shown.map(({ seq }) => seq);

/** A log that shows the messages `from` to `to`. */
function logOf(from: number, to: number): MessageLog {
  const history = historyOf({ messages: messagesOf(from, to), first: 1 });
  return addHistory(EMPTY_LOG, history, { limit: 50 });
}

describe('broadcast messages', () => {
  test('wait for the first history, and are shown once', () => {
    const waiting = addBroadcast(EMPTY_LOG, [messageOf(3)], 3);
    expect(seqs(waiting)).toEqual([]);
    const log = addHistory(waiting, historyOf({ messages: messagesOf(1, 3) }), { limit: 50 });
    expect(seqs(log)).toEqual([1, 2, 3]);
    expect(log.waiting).toEqual([]);
  });

  test('are shown in order of seq, in any order of the frame', () => {
    const log = addBroadcast(logOf(1, 1), [messageOf(3), messageOf(2)], 3);
    expect(seqs(log)).toEqual([1, 2, 3]);
  });

  test('beyond a gap wait until the gap closes', () => {
    const gapped = addBroadcast(logOf(1, 1), [messageOf(3), messageOf(4)], 4);
    expect(seqs(gapped)).toEqual([1]);
    expect(findGap(gapped)).toBe('broadcast');
    const closed = addBroadcast(gapped, [messageOf(2)], 2);
    expect(seqs(closed)).toEqual([1, 2, 3, 4]);
    expect(findGap(closed)).toBe('nothing');
  });

  test('that arrive twice change nothing', () => {
    const log = logOf(1, 3);
    expect(addBroadcast(log, [messageOf(2)], 3).shown).toEqual(log.shown);
    expect(addBroadcast(log, [messageOf(2)], 3).shown[1]).toBe(log.shown[1]);
  });

  test('older than the loaded part are ignored until the reader scrolls back', () => {
    expect(seqs(addBroadcast(logOf(5, 6), [messageOf(2)], 6))).toEqual([5, 6]);
  });

  test('a frame without messages shows a gap by its seq', () => {
    expect(findGap(addBroadcast(logOf(1, 1), [], 2))).toBe('broadcast');
  });
});

test('an acknowledgement shows a message whose broadcast has not arrived', () => {
  const log = addAcked(logOf(1, 1), 2);
  expect(findGap(log)).toBe('acked');
  expect(findGap(addBroadcast(log, [messageOf(2)], 2))).toBe('nothing');
});

describe('history', () => {
  test.each([
    ['an empty room', historyOf(), 0],
    ['a room that lost all its messages to age', historyOf({ first: 41, seq: 40 }), 40],
  ])('of %s leaves nothing missing', (_, history, to) => {
    const log = addHistory(EMPTY_LOG, history, { limit: 50 });
    expect(log.to).toBe(to);
    expect(findGap(log)).toBe('nothing');
    expect(seqs(addBroadcast(log, [messageOf(to + 1)], to + 1))).toEqual([to + 1]);
  });

  test('that begins after the gap shows only what the room still keeps', () => {
    const history = historyOf({ first: 10, messages: messagesOf(10, 11) });
    const log = addHistory(logOf(1, 4), history, { after: 4, limit: 200 });
    expect(seqs(log)).toEqual([10, 11]);
    expect(findGap(log)).toBe('nothing');
    expect([log.from > 1, hasOlder(log)]).toEqual([true, false]);
  });

  test('that is empty, because the whole gap is gone, lets the next message be shown', () => {
    const gone = addHistory(addBroadcast(logOf(1, 4), [], 9), historyOf({ first: 10, seq: 9 }), {
      after: 4,
      limit: 200,
    });
    expect(seqs(addBroadcast(gone, [messageOf(10)], 10))).toEqual([10]);
  });

  test.each([
    ['after', { after: 9, limit: 200 }],
    ['before', { before: 5, limit: 50 }],
  ])(
    'P15: of an erased room (%s a message) takes all that is shown from the log, and the next message is its first',
    (_, query) => {
      const log = addHistory(logOf(5, 9), historyOf({ first: 10, seq: 9 }), query);
      expect(seqs(log)).toEqual([]);
      expect([hasOlder(log), findGap(log)]).toEqual([false, 'nothing']);
      expect(seqs(addBroadcast(log, [messageOf(10)], 10))).toEqual([10]);
    },
  );

  test('P15: takes what has expired from the log, and nothing else', () => {
    const log = addHistory(logOf(1, 4), historyOf({ first: 3, seq: 4 }), { after: 4, limit: 200 });
    expect(seqs(log)).toEqual([3, 4]);
    expect(hasOlder(log)).toBe(false);
  });

  test('of one page of several leaves the rest missing', () => {
    const history = historyOf({ seq: 9, messages: messagesOf(2, 5) });
    const log = addHistory(logOf(1, 1), history, { after: 1, limit: 4 });
    expect(seqs(log)).toEqual([1, 2, 3, 4, 5]);
    expect(findGap(log)).toBe('broadcast');
  });

  test('puts a message that seemed gone into its place', () => {
    const history = historyOf({ first: 1, messages: messagesOf(4, 4) });
    const log = addHistory(logOf(1, 1), history, { after: 1, limit: 200 });
    expect(seqs(addBroadcast(log, [messageOf(3)], 4))).toEqual([1, 3, 4]);
  });

  test('that was requested before the room started over changes nothing', () => {
    const history = historyOf({ messages: messagesOf(8, 9) });
    const log = logOf(1, 2);
    expect(addHistory(log, history, { after: 7, limit: 200 })).toBe(log);
    expect(addHistory(EMPTY_LOG, history, { after: 7, limit: 200 })).toBe(EMPTY_LOG);
    expect(addHistory(EMPTY_LOG, history, { before: 7, limit: 50 })).toBe(EMPTY_LOG);
  });
});

describe('scrolling back', () => {
  test('puts older messages above, until the oldest kept', () => {
    const log = logOf(5, 6);
    expect(hasOlder(log)).toBe(true);
    const more = addHistory(log, historyOf({ seq: 6, first: 3, messages: messagesOf(3, 4) }), {
      before: 5,
      limit: 50,
    });
    expect(seqs(more)).toEqual([3, 4, 5, 6]);
    expect(hasOlder(more)).toBe(false);
  });

  test('sorts none of the messages that are shown, which may be 100,000', () => {
    let reads = 0;
    const counted = messagesOf(51, 2_050).map((message) =>
      Object.defineProperty({ ...message }, 'seq', {
        get: () => {
          reads += 1;
          return message.seq;
        },
      }),
    );
    const latest = historyOf({ messages: counted, first: 1 });
    const log = addHistory(EMPTY_LOG, latest, { limit: 2_000 });
    reads = 0;
    const older = historyOf({ messages: messagesOf(1, 50), first: 1 });
    const { shown } = addHistory(log, older, { before: 51, limit: 50 });
    expect(reads).toBeLessThan(1.5 * counted.length);
    expect(shown.map(({ seq }) => seq)).toEqual(messagesOf(1, 2_050).map(({ seq }) => seq));
  });

  test('ends with an empty answer', () => {
    const log = addHistory(logOf(5, 6), historyOf({ seq: 6 }), { before: 5, limit: 50 });
    expect(hasOlder(log)).toBe(false);
  });
});

describe('a removal', () => {
  const removal = (seq: number, deletes: number) => ({
    ...messageOf(seq, 'app'),
    text: '',
    deletes,
  });
  const texts = (log: MessageLog) => log.shown.map(({ text, deleted }) => (deleted ? '–' : text));

  test('empties the message that it names, and no other', () => {
    const log = addBroadcast(logOf(1, 3), [removal(4, 2)], 4);
    expect(texts(log)).toEqual(['text 1', '–', 'text 3', '']);
    expect(log.shown[1]).toMatchObject({ text: '', deleted: true, seq: 2 });
  });

  test.each([['rude'], ['']])('by a moderator leaves the reason %j with its message', (reason) => {
    const log = addBroadcast(logOf(1, 3), [{ ...removal(4, 2), reason }], 4);
    expect(log.shown[1]).toMatchObject({ deleted: true, reason });
    expect(log.shown[0]).not.toHaveProperty('reason');
  });

  test('works together with its message, behind a gap, and twice', () => {
    const waiting = addBroadcast(logOf(1, 1), [messageOf(3), removal(4, 3)], 4);
    expect(texts(waiting)).toEqual(['text 1']);
    const closed = addBroadcast(waiting, [messageOf(2)], 2);
    expect(texts(closed)).toEqual(['text 1', 'text 2', '–', '']);
    expect(texts(addBroadcast(closed, [removal(4, 3)], 4))).toEqual(texts(closed));
  });

  test('of an older message finds it empty when that is loaded', () => {
    const log = addBroadcast(logOf(10, 12), [removal(13, 5)], 13);
    const older = messagesOf(1, 9).map((message) =>
      message.seq === 5 ? { ...message, text: '', deleted: true as const } : message,
    );
    const history = historyOf({ messages: older, seq: 13 });
    expect(texts(addHistory(log, history, { before: 10, limit: 50 }))[4]).toBe('–');
  });
});

describe('an edit', () => {
  const edit = (seq: number, edits: number, text: string) => ({ ...messageOf(seq), text, edits });
  const texts = (log: MessageLog) => log.shown.map(({ text, deleted }) => (deleted ? '–' : text));

  test('changes the text and the time of the message that it names, and no other', () => {
    const log = addBroadcast(logOf(1, 3), [edit(4, 2, 'new')], 4);
    expect(texts(log)).toEqual(['text 1', 'new', 'text 3', 'new']);
    expect(log.shown[1]).toEqual({ ...messageOf(2), text: 'new', editedAt: messageOf(4).sentAt });
  });

  test('is applied in order, behind a gap, and once: a late repetition changes nothing', () => {
    const waiting = addBroadcast(logOf(1, 2), [edit(5, 2, 'b')], 5);
    expect(texts(waiting)).toEqual(['text 1', 'text 2']);
    const closed = addBroadcast(waiting, [edit(4, 2, 'a'), edit(3, 1, 'c')], 4);
    expect(texts(closed)).toEqual(['c', 'b', 'c', 'a', 'b']);
    expect(texts(addBroadcast(closed, [edit(4, 2, 'a')], 5))).toEqual(texts(closed));
  });

  test('without a text, of a removed message, or of one that is not shown changes nothing', () => {
    const removal = { ...messageOf(5), text: '', deletes: 1 };
    const log = addBroadcast(logOf(1, 3), [edit(4, 2, ''), removal, edit(6, 1, 'x')], 6);
    expect(texts(log).slice(0, 3)).toEqual(['–', 'text 2', 'text 3']);
    expect(texts(addBroadcast(logOf(7, 8), [edit(9, 2, 'x')], 9))).toEqual([
      'text 7',
      'text 8',
      'x',
    ]);
  });

  test('reaches an older message that was read before it', () => {
    const log = addBroadcast(logOf(10, 12), [edit(13, 5, 'new')], 13);
    const history = historyOf({ messages: messagesOf(1, 9), seq: 12 });
    expect(texts(addHistory(log, history, { before: 10, limit: 50 }))[4]).toBe('new');
  });
});
