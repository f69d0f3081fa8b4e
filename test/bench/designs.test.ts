// The designs that `npm run bench -- cost` compares do what their descriptions say.

import { expect, test } from '@jest/globals';
import { type Design, Meter } from '../../bench/designs/design.ts';
import { ANCESTOR, COUNTER, QUICKSTART } from '../../bench/designs/others.ts';
import { OURS } from '../../bench/designs/ours.ts';

/** A room with so many people. */
async function fill(design: Design, people: number) {
  const meter = new Meter();
  const room = await design.open(meter);
  for (let n = 0; n < people; n += 1) {
    room.service.add(`c${n}`);
    await room.connect(`c${n}`);
  }
  const costOf = async (run: () => Promise<void>) => {
    const before = meter.cost;
    await run();
    room.charge?.();
    const { requests, entities, restCalls, billed } = meter.cost;
    return {
      requests: requests - before.requests,
      entities: entities - before.entities,
      restCalls: restCalls - before.restCalls,
      billed: billed - before.billed,
    };
  };
  return { room, costOf };
}

test.each([
  // With the answer, and without a further read.
  [OURS, { requests: 1, entities: 3, restCalls: 1, billed: 13 }],
  [ANCESTOR, { requests: 1, entities: 12, restCalls: 12, billed: 12 }],
  [COUNTER, { requests: 0, entities: 0, restCalls: 1, billed: 12 }],
  [QUICKSTART, { requests: 0, entities: 0, restCalls: 1, billed: 12 }],
])('a message to 12 people: %#', async (design, expected) => {
  const { room, costOf } = await fill(design, 12);
  await room.message('c0', 'first', 'm0');
  expect(await costOf(() => room.message('c0', 'hello', 'm1'))).toEqual(expected);
});

test('each design that has a number online counts those who are there', async () => {
  for (const design of [OURS, ANCESTOR, COUNTER]) {
    const { room } = await fill(design, 5);
    room.service.delete('c0');
    await room.disconnect('c0');
    expect([design.name, await room.count()]).toEqual([design.name, 4]);
  }
});

test('an end that is lost stays in the count of others, and is found by this chat’s timer', async () => {
  const counts: unknown[] = [];
  for (const design of [OURS, ANCESTOR, COUNTER]) {
    const { room } = await fill(design, 5);
    room.service.delete('c0');
    for (let minute = 0; minute < 10; minute += 1) {
      await room.clock.advance(60_000);
      await room.everyMinute?.();
    }
    counts.push(await room.count());
  }
  expect(counts).toEqual([4, 5, 5]);
});
