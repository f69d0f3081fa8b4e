import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { numberAt } from '../../../functions/room/room-at.ts';
import { MemoryTable } from '../../support/memory-table.ts';
import { describeRoomAt } from '../../support/room-at-contract.ts';
import { runs } from '../../support/sizes.ts';

describeRoomAt('the memory table', async () => new MemoryTable());

/** Messages with these times, in the order of their numbers, which skip what `gaps` says. */
function roomOf(times: readonly number[], gaps: readonly number[]) {
  let seq = 0;
  const messages = times.map((sentAt, index) => {
    seq += 1 + (gaps[index] ?? 0);
    return { seq, id: `m${seq}`, userId: 'u', name: 'N', text: '', sentAt };
  });
  let reads = 0;
  const reader = {
    messages: async (_: string, { from = 0, to = Infinity }: { from: number; to?: number }) => {
      reads += 1;
      return messages.filter((message) => message.seq >= from && message.seq < to).slice(0, 1);
    },
  };
  return { messages, seq, reader, reads: () => reads };
}

const TIMES = fc.array(fc.nat(50), { maxLength: 80 });
const GAPS = fc.array(fc.nat(3), { maxLength: 80 });

test('finds the first message from a time on, with any gaps, in log2 of the numbers and one', async () => {
  await fc.assert(
    fc.asyncProperty(TIMES, GAPS, fc.nat(60), async (times, gaps, at) => {
      const sorted = times.toSorted((a, b) => a - b);
      const { messages, seq, reader, reads } = roomOf(sorted, gaps);
      const found = await numberAt('lobby', { first: 1, seq }, at, reader);
      const next = (from: number) => messages.find((message) => message.seq >= from)?.seq;
      expect(next(found)).toBe(messages.find(({ sentAt }) => sentAt >= at)?.seq);
      expect(reads()).toBeLessThanOrEqual(seq === 0 ? 0 : Math.ceil(Math.log2(seq)) + 1);
    }),
    runs(300),
  );
});

test('with clocks that differ, only messages as close to the time as the clocks differ are on the wrong side', async () => {
  const skew = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 80, maxLength: 80 });
  await fc.assert(
    fc.asyncProperty(TIMES, skew, fc.nat(60), async (times, skews, at) => {
      const sorted = times.toSorted((a, b) => a - b);
      const stamps = sorted.map((time, index) => time + (skews[index] ?? 0));
      const { messages, seq, reader } = roomOf(stamps, []);
      const found = await numberAt('lobby', { first: 1, seq }, at, reader);
      for (const message of messages) {
        // Two clocks differ by at most 6.
        if (message.seq < found) expect(message.sentAt).toBeLessThan(at + 6);
        else expect(message.sentAt).toBeGreaterThanOrEqual(at - 6);
      }
    }),
    runs(300),
  );
});
