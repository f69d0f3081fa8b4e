import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ChatMessage, History } from '../../../functions/protocol.ts';
import { MOST } from '../../../web/state/log-window.ts';
import {
  addAfter,
  addBefore,
  followPast,
  openPast,
  PAST_PAGE,
  type Past,
} from '../../../web/state/past.ts';
import { runs } from '../../support/sizes.ts';
import { historyOf, messageOf, messagesOf } from '../samples.ts';

/** A room with messages `first` to `last`, as the history answers it. */
function roomOf(first: number, last: number) {
  const answer = (from: number, to: number): History =>
    historyOf({
      first,
      seq: last,
      messages: messagesOf(Math.max(first, from), Math.min(last, to)),
    });
  return {
    before: (seq: number) => answer(seq - PAST_PAGE, seq - 1),
    after: (seq: number) => answer(seq + 1, seq + PAST_PAGE),
    open: (seq: number) =>
      openPast(answer(seq - PAST_PAGE, seq - 1), answer(seq, seq + PAST_PAGE - 1)),
  };
}

const edges = ({ shown }: Past) => [shown[0]?.seq, shown.at(-1)?.seq];

test('opens around a message', () => {
  const past = roomOf(1, 1_000).open(500);
  expect(edges(past)).toEqual([450, 549]);
  expect(past).toMatchObject({ hasOlder: true, hasNewer: true });
});

test('knows the beginning and the end of a room', () => {
  expect(roomOf(40, 60).open(40)).toMatchObject({ hasOlder: false, hasNewer: false });
});

test('holds a row without gaps around the reader, bounded, in any direction of the reader', () => {
  const room = roomOf(10, 700);
  const ways = fc.array(fc.constantFrom('before', 'after'), { maxLength: 60 });
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 700 }), ways, (seq, steps) => {
      let past = room.open(seq);
      for (const step of steps) {
        const [first = 0, last = 0] = edges(past);
        past =
          step === 'before'
            ? addBefore(past, room.before(first))
            : addAfter(past, room.after(last));
        const [from = 0, to = 0] = edges(past);
        expect(past.shown.map((message) => message.seq)).toEqual(
          messagesOf(from, to).map((message) => message.seq),
        );
        expect(past.shown.length).toBeLessThanOrEqual(MOST);
        // What has left can be loaded again.
        if (from > 10 && step === 'after') expect(past.hasOlder).toBe(true);
        if (to < 700 && step === 'before') expect(past.hasNewer).toBe(true);
      }
    }),
    runs(200),
  );
});

describe('what happens to its messages meanwhile', () => {
  const past = roomOf(1, 100).open(50);
  const textOf = (seq: number, news: readonly ChatMessage[]) =>
    followPast(past, news).shown.find((message) => message.seq === seq);

  test('shows an edit and a removal', () => {
    const edit = { ...messageOf(101), text: 'new', edits: 50 };
    expect(textOf(50, [edit])).toMatchObject({ text: 'new', editedAt: edit.sentAt });
    const removal = { ...messageOf(102), text: '', deletes: 50 };
    expect(textOf(50, [edit, removal])).toMatchObject({ text: '', deleted: true });
  });

  test('changes nothing else, and nothing without announcements', () => {
    expect(followPast(past, [messageOf(101)])).toBe(past);
    expect(textOf(51, [{ ...messageOf(101), text: 'new', edits: 50 }])).toEqual(messageOf(51));
  });
});
