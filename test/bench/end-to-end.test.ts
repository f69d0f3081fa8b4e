// What `npm run bench -- end-to-end` makes of the receipts.

import { describe, expect, test } from '@jest/globals';
import {
  addCounts,
  percentile,
  Receipts,
  roundMs,
  turnsOf,
} from '../../bench/end-to-end/receipts.ts';
import { type EndToEnd, toChecks, toSentence, toTimes } from '../../bench/end-to-end/tables.ts';

/** What so many clients receive, each list in the order of arrival. */
function receive(orders: readonly (readonly number[])[], sent: readonly number[]): Receipts {
  const receipts = new Receipts(orders.length);
  for (const message of sent) receipts.sent(message, 0);
  for (const [client, order] of orders.entries()) {
    for (const message of order) receipts.arrived(client, message, 1);
  }
  return receipts;
}

describe('receipts', () => {
  test('a message is complete with its last receipt, and takes until then', () => {
    const receipts = new Receipts(3);
    receipts.sent(7, 100);
    expect([2, 0, 1].map((client, n) => receipts.arrived(client, 7, 110 + n))).toEqual([
      false,
      false,
      true,
    ]);
    expect(receipts.latencies([7])).toEqual([12]);
  });

  test('a doubled copy is no receipt of somebody else, and comes too late to count', () => {
    const receipts = new Receipts(2);
    receipts.sent(0, 0);
    expect(receipts.arrived(0, 0, 5)).toBe(false);
    expect(receipts.arrived(0, 0, 6)).toBe(false);
    expect(receipts.arrived(1, 0, 7)).toBe(true);
    expect(receipts.arrived(1, 0, 99)).toBe(false);
    expect(receipts.latencies([0])).toEqual([7]);
    expect(receipts.count()).toEqual({ copies: 2, lost: 0, doubled: 2, reordered: 0 });
  });

  test('a message without one of its copies takes for ever, and the copy is lost', () => {
    const receipts = receive([[0, 1], [0]], [0, 1]);
    expect(receipts.latencies([0, 1])).toEqual([1, Number.POSITIVE_INFINITY]);
    expect(receipts.count()).toEqual({ copies: 4, lost: 1, doubled: 0, reordered: 0 });
  });

  test('messages of an earlier measurement do not count', () => {
    expect(receive([[9, 0]], [0]).count()).toEqual({
      copies: 1,
      lost: 0,
      doubled: 0,
      reordered: 0,
    });
  });

  test.each([
    [
      'as stored',
      [
        [0, 1, 2],
        [0, 1, 2],
      ],
      [0, 1, 2],
      0,
    ],
    [
      'all alike, and not as stored',
      [
        [1, 0, 2],
        [1, 0, 2],
      ],
      [0, 1, 2],
      2,
    ],
    [
      'as the first client, with nothing stored',
      [
        [1, 0, 2],
        [1, 0, 2],
      ],
      undefined,
      0,
    ],
    [
      'not as the first client',
      [
        [0, 1, 2],
        [2, 0, 1],
      ],
      undefined,
      2,
    ],
    [
      'with one that is not stored',
      [
        [0, 9, 1],
        [9, 0, 1],
      ],
      [0, 1],
      0,
    ],
  ])('copies %s', (_, orders, stored, reordered) => {
    expect(receive(orders, [0, 1, 2, 9]).count(stored)).toMatchObject({ reordered });
  });

  test('counts of several sizes are added', () => {
    const one = { copies: 4, lost: 1, doubled: 2, reordered: 3 };
    expect(addCounts(one, one)).toEqual({ copies: 8, lost: 2, doubled: 4, reordered: 6 });
  });
});

test('a percentile is a sample: the smallest that so many do not exceed', () => {
  const hundred = Array.from({ length: 100 }, (_, n) => 100 - n);
  expect([0.5, 0.95, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([
    50, 95, 99, 100,
  ]);
  expect([0, 0.5, 0.99].map((share) => percentile([3], share))).toEqual([3, 3, 3]);
  expect(percentile([], 0.5)).toBeNaN();
  // A lost copy is later than all others.
  expect(percentile([1, Number.POSITIVE_INFINITY, 2], 0.5)).toBe(2);
});

test('nobody sends more than five messages a second', () => {
  expect(roundMs(1, 1)).toBe(200);
  expect(roundMs(1, 100)).toBe(2);
  expect(roundMs(20, 20)).toBe(200);
});

test('each server has one turn in each round, and is the first as often as the others', () => {
  const rounds = Array.from({ length: 24 }, (_, round) => turnsOf('abcd'.split(''), round));
  for (const turns of rounds) expect(turns.toSorted()).toEqual(['a', 'b', 'c', 'd']);
  for (const name of 'abcd') expect(rounds.filter(([first]) => first === name)).toHaveLength(6);
  const beforeB = rounds.map((turns) => turns[turns.indexOf('b') - 1]);
  expect(new Set(beforeB)).toEqual(new Set(['a', 'c', undefined]));
});

describe('tables', () => {
  const counts = { copies: 1_000, lost: 0, doubled: 0, reordered: 0 };
  const measured = (name: 'this chat' | 'ws', ms: number, atOnceMs: readonly number[]) => ({
    name,
    aloneMs: [ms, ms, ms * 10],
    atOnceMs,
    counts,
  });
  const results: EndToEnd = {
    names: ['this chat', 'ws'],
    measured: new Map([
      [1, [measured('this chat', 6, []), measured('ws', 2, [])]],
      [1_000, [measured('this chat', 9, [30]), measured('ws', 4.5, [Number.POSITIVE_INFINITY])]],
    ]),
    missing: 5,
    missed: [
      { name: 'this chat', got: 5, online: 20 },
      { name: 'ws', got: 0, online: 18 },
    ],
    crashed: 20,
    cameBack: [
      { name: 'this chat', online: 20, hasHistory: true },
      { name: 'ws', online: 40, hasHistory: false },
    ],
  };

  test('times stand beside those of ws, and a lost message has none', () => {
    expect(toTimes(results).split('\n').slice(2)).toEqual([
      '| 1 | this chat | 6.0 | 60.0 | 60.0 | 3.0 |  |  |  |  |',
      '| 1 | ws | 2.0 | 20.0 | 20.0 | 1.0 |  |  |  |  |',
      '| 1,000 | this chat | 9.0 | 90.0 | 90.0 | 2.0 | 30.0 | 30.0 | 30.0 |  |',
      '| 1,000 | ws | 4.5 | 45.0 | 45.0 | 1.0 | lost | lost | lost |  |',
    ]);
  });

  test('what went wrong is one row for each server', () => {
    expect(toChecks(results).split('\n').slice(2)).toEqual([
      '| this chat | 2,000 | 0 | 0 | 0 | 5 of 5 | yes | right | right |',
      '| ws | 2,000 | 0 | 0 | 0 | 0 of 5 | no | −2 | +20 |',
    ]);
  });

  test('the price of exactness is of the most clients and the servers that ran', () => {
    expect(toSentence(results)).toBe(
      'What exactness costs: 1,000 clients have a message after 9.0 ms, 2.0 times that of ws.\nIts number and the number online are committed before anybody sees it.',
    );
  });
});
