import { expect, test } from '@jest/globals';
import { EventQueue, type QueuedEvent } from '../../../../local/service/upstream/event-queue.ts';

/** Events that run until the test finishes them. */
function slowEvents() {
  const started: string[] = [];
  const finish: (() => void)[] = [];
  const event = (name: string, bytes = 0): QueuedEvent => ({
    bytes,
    run: () => {
      started.push(name);
      return new Promise((resolve) => finish.push(resolve));
    },
  });
  const finishNext = async () => {
    finish.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { started, event, finishNext };
}

test('events run one after the other', async () => {
  const { started, event, finishNext } = slowEvents();
  const queue = new EventQueue(() => {});
  for (const name of ['a', 'b', 'c']) queue.push(event(name));
  expect(started).toEqual(['a']);
  await finishNext();
  expect(started).toEqual(['a', 'b']);
  await finishNext();
  queue.push(event('d'));
  await finishNext();
  expect(started).toEqual(['a', 'b', 'c', 'd']);
});

test('the last event waits for those before it, and nothing follows it', async () => {
  const { started, event, finishNext } = slowEvents();
  const queue = new EventQueue(() => {});
  queue.push(event('a'));
  queue.push(event('b'));
  queue.end(event('last'), false);
  queue.push(event('late'));
  queue.end(event('again'), false);
  for (let step = 0; step < 4; step += 1) await finishNext();
  expect(started).toEqual(['a', 'b', 'last']);
});

test('waiting events can be dropped, the running one not', async () => {
  const { started, event, finishNext } = slowEvents();
  const queue = new EventQueue(() => {});
  queue.push(event('running'));
  queue.push(event('waiting'));
  queue.end(event('last'), true);
  expect(started).toEqual(['running']);
  await finishNext();
  expect(started).toEqual(['running', 'last']);
});

test.each([
  ['events', 400, 0],
  ['bytes', 20, 100_000],
])('too many waiting %s stop the client until half of them are gone', async (_, count, bytes) => {
  const { event, finishNext } = slowEvents();
  const changes: boolean[] = [];
  const queue = new EventQueue((isFull) => changes.push(isFull));
  for (let index = 0; index < count; index += 1) queue.push(event(String(index), bytes));
  expect(changes).toEqual([true]);
  expect(queue.isFull).toBe(true);
  for (let index = 0; index < count; index += 1) await finishNext();
  expect(changes).toEqual([true, false]);
});
