import { describe, expect, test } from '@jest/globals';
import type { ChatMessage } from '../../../functions/protocol.ts';
import {
  cut,
  extend,
  missingIn,
  shorten,
  type Tail,
} from '../../../functions/room/history-tail.ts';

const message = (seq: number, more: Partial<ChatMessage> = {}): ChatMessage => ({
  ...{ seq, id: `i${seq}`, userId: 'u', name: 'N', text: `t${seq}`, sentAt: 0 },
  ...more,
});
const span = (from: number, to: number) => ({ from, to });
const tailOf = (from: number, to: number): Tail => ({
  from,
  to,
  messages: Array.from({ length: to - from }, (_, n) => message(from + n)),
});
const seqs = (messages: readonly ChatMessage[] = []) => messages.map(({ seq }) => seq);

describe('Group read: of a history of which the end is kept', () => {
  test.each([
    ['nothing, if it has all of it', span(5, 8), 9, undefined],
    ['nothing, if it has exactly that', span(3, 9), 9, undefined],
    ['what is newer', span(5, 12), 12, span(9, 12)],
    ['what follows directly', span(9, 12), 12, span(9, 12)],
    ['everything, if it begins earlier', span(2, 12), 12, span(2, 12)],
    ['everything, if there is a gap', span(10, 12), 12, span(10, 12)],
    ['everything, if a later message may change a part of it', span(5, 8), 10, span(5, 8)],
    ['everything, if not all of what is newer is wanted', span(5, 11), 12, span(5, 11)],
  ])('%s is read', (_, wanted, end, missing) => {
    expect(missingIn(tailOf(3, 9), wanted, end)).toEqual(missing);
  });

  test('everything is read if nothing is kept', () => {
    expect(missingIn(undefined, span(1, 4), 4)).toEqual(span(1, 4));
  });
});

test('Group read: newer messages extend what is kept, and only the last ones stay', () => {
  const longer = extend(tailOf(3, 6), [message(6), message(7)], 8);
  expect(seqs(longer?.messages)).toEqual([3, 4, 5, 6, 7]);
  const shorter = longer && shorten(longer, 3);
  expect(shorter).toMatchObject(span(5, 8));
  expect(seqs(shorter?.messages)).toEqual([5, 6, 7]);
  expect(seqs(shorter && cut(shorter, span(6, 8)))).toEqual([6, 7]);
});

test('Group read: a removal ends what is kept, because that has the text', () => {
  expect(extend(tailOf(3, 6), [message(6), message(7, { deletes: 4 })], 8)).toBeUndefined();
});

test('Group read: a message that has expired meanwhile ends what is kept, because that is older', () => {
  expect(extend(tailOf(3, 6), [message(8), message(9)], 10)).toBeUndefined();
  expect(extend(tailOf(3, 6), [], 8)).toBeUndefined();
});
