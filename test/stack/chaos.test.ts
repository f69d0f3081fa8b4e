// People in one room while the processes around them are killed, stopped and cut off. After each fault all of them show the
// whole history, message by message, and every written message is in it once.
//
// The platform's storage has stored what it acknowledged. Azurite writes its tables to disk every five seconds. So its crash
// counts as a crash of storage only if it was quiet for longer.

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type ChaosStack, startChaosStack } from '../support/chaos-stack.ts';
import { eventually } from '../support/eventually.ts';
import { newRandom } from '../support/random.ts';
import { sized } from '../support/sizes.ts';
import { type SteadyClient, stay } from '../support/steady-client.ts';

jest.setTimeout(180_000);

const ROOM = 'storm';
const PEOPLE = sized(40, 200);
const WRITERS = sized(10, 20);
/** Time between two lines of all people together, ms: slightly slower than the rate limit of one. */
const LINE_EVERY_MS = 50;
/** The page's longest pause between two attempts is 30 s. */
const PATIENCE_MS = 90_000;
const AZURITE_SAVES_WITHIN_MS = 6_000;
const FROZEN_MS = sized(3_000, 10_000);
/** How long people write before and after a fault, ms. */
const AROUND_MS = sized(500, 1_000);

const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let stack: ChaosStack;
let people: SteadyClient[] = [];

beforeAll(async () => {
  stack = await startChaosStack();
  people = Array.from({ length: PEOPLE }, (_, n) => stay(stack.url, ROOM, `P${n}`));
  // With the empty history. A later client would get its last page only.
  const isIn = ({ isOnline, state }: SteadyClient) => isOnline && state.log.to !== undefined;
  await eventually(() => people.every(isIn), 'everybody in', PATIENCE_MS);
});
afterAll(async () => {
  for (const person of people) person.stop();
  await stack?.stop();
});

/** People write during the fault, and for a while before and after it. */
async function whileWriting(blow: () => Promise<unknown>): Promise<void> {
  let line = 0;
  const writing = setInterval(() => {
    const writer = people[line % WRITERS];
    writer?.write(`${writer.name} 说 ${writer.written.length}`);
    line += 1;
  }, LINE_EVERY_MS);
  try {
    await pass(AROUND_MS);
    await blow();
    await pass(AROUND_MS);
  } finally {
    clearInterval(writing);
  }
}

/** Waits until nobody has anything to send or to fetch, then compares the shown messages of all with the stored ones. */
async function allShowTheHistory(): Promise<void> {
  const isThrough = ({ isOnline, state }: SteadyClient) => isOnline && state.outbox.length === 0;
  await eventually(() => people.every(isThrough), 'everybody through', PATIENCE_MS);
  const history = await stack.readHistory(ROOM);
  const last = history.length;
  const hasAll = ({ state }: SteadyClient) => state.log.to === last;
  await eventually(() => people.every(hasAll), `all at ${last}`, PATIENCE_MS).catch(() => {});

  expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => index + 1));
  const written = people.flatMap((person) => person.written);
  expect(history.map(({ text }) => text).sort()).toEqual(written.sort());
  const expected = JSON.stringify(history);
  const others = people.filter(({ state }) => JSON.stringify(state.log.shown) !== expected);
  const { length } = history;
  expect(others.map(({ name, state }) => ({ name, ...ends(state.log), length }))).toEqual([]);
  expect(people.flatMap(({ complaints }) => complaints)).toEqual([]);
  expect(stack.crashes).toEqual([]);
}

/** First and last numbers of a log, which show what is wrong with it. */
function ends({ from, to, broadcast, shown, waiting }: SteadyClient['state']['log']) {
  return { from, to, broadcast, shown: shown.length, waiting: waiting.length };
}

describe('people who continue to write', () => {
  test.each([
    ['the host is killed', () => stack.crash('host')],
    [
      'the host is killed twice in a row',
      async () => {
        await stack.crash('host');
        await stack.crash('host');
      },
    ],
    ['the service is killed', () => stack.crash('service')],
    ['storage does not answer for a while', () => stack.freeze('azurite', FROZEN_MS)],
    ['the host does not answer for a while', () => stack.freeze('host', FROZEN_MS / 2)],
    [
      'every third of them is cut off, three times',
      async () => {
        const random = newRandom(7);
        for (const _ of [1, 2, 3]) {
          expect(stack.clients.cut(() => random() < 1 / 3)).toBeGreaterThan(0);
          await pass(AROUND_MS);
        }
      },
    ],
    [
      'host and service are killed at once',
      () => Promise.all([stack.crash('host'), stack.crash('service')]),
    ],
  ])('show it all, once and in one order, when %s', async (_, blow) => {
    await whileWriting(blow);
    await allShowTheHistory();
  });

  test('show it all when storage is killed after its last save, and continue', async () => {
    await pass(AZURITE_SAVES_WITHIN_MS);
    await stack.crash('azurite');
    await whileWriting(async () => {});
    await allShowTheHistory();
  });

  test('are all counted again after the timer has removed the lost connections', async () => {
    await stack.cleanUpRooms(ROOM);
    const areInHead = async () => (await stack.readHead(ROOM)).online === PEOPLE;
    await eventually(areInHead, 'all in the head', PATIENCE_MS);
    const areCounted = () => people.every(({ state }) => state.online === PEOPLE);
    await eventually(areCounted, 'all everywhere', PATIENCE_MS);
  });
});
