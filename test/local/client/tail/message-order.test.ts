// The order of a room, restored.

import { describe, expect, test } from '@jest/globals';
import { MessageOrder } from '../../../../local/client/tail/message-order.ts';

const message = (seq: number) => {
  return { seq, id: `${seq}`, userId: 'u', name: 'U', text: `text ${seq}`, sentAt: 0 };
};
const frame = (...seqs: readonly number[]) => ({
  seq: Math.max(...seqs),
  messages: seqs.map(message),
});
const seqsOf = (messages: readonly { readonly seq: number }[]) => messages.map(({ seq }) => seq);

describe('the order of a room', () => {
  test('returns each message once, in order, for any order of frames', () => {
    const order = new MessageOrder(0);
    const frames = [frame(2), frame(1), frame(1, 2), frame(5), frame(4, 3), frame(5)];
    expect(frames.map((one) => seqsOf(order.take(one)))).toEqual([
      [],
      [1, 2],
      [],
      [],
      [3, 4, 5],
      [],
    ]);
    expect(order.hasGap).toBe(false);
  });

  test('detects a gap from a number alone', () => {
    const order = new MessageOrder(3);
    expect(order.take({ seq: 3, messages: [] })).toEqual([]);
    expect(order.hasGap).toBe(false);
    order.take({ seq: 4, messages: [] });
    expect(order.hasGap).toBe(true);
  });

  test('fills a gap from the history, and continues with messages that came early', () => {
    const order = new MessageOrder(0);
    order.take(frame(4));
    const { gone, ready } = order.catchUp({ first: 1, ...frame(1, 2, 3) });
    expect([gone, seqsOf(ready), order.hasGap]).toEqual([0, [1, 2, 3, 4], false]);
  });

  test('skips deleted messages, and returns their number', () => {
    const order = new MessageOrder(2);
    order.take(frame(5));
    order.take({ seq: 12, messages: [] });
    const { gone, ready } = order.catchUp({ first: 11, ...frame(11, 12) });
    expect([gone, seqsOf(ready), order.last, order.hasGap]).toEqual([8, [11, 12], 12, false]);
  });

  test('continues after an erase', () => {
    const order = new MessageOrder(2);
    order.take({ seq: 9, messages: [] });
    expect(order.catchUp({ first: 10, seq: 9, messages: [] })).toEqual({ gone: 7, ready: [] });
    expect(order.hasGap).toBe(false);
    expect(seqsOf(order.take(frame(10)))).toEqual([10]);
  });
});
