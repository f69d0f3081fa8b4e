// A service that delivers events as badly as the platform permits: late, at the same time, twice, or never.

import { afterEach, expect, jest, test } from '@jest/globals';
import { type ChaosStack, startChaosStack } from '../support/chaos-stack.ts';
import { eventually } from '../support/eventually.ts';
import { newRandom } from '../support/random.ts';
import { sized } from '../support/sizes.ts';
import { type SteadyClient, stay } from '../support/steady-client.ts';

jest.setTimeout(240_000);

const ROOM = 'disorder';
const PEOPLE = sized(24, 60);
const STAYING = sized(16, 40);
const LINES = sized(80, 200);
/** A client without a welcome retries after half a minute. */
const PATIENCE_MS = 150_000;

let stack: ChaosStack | undefined;
let people: SteadyClient[] = [];
afterEach(async () => {
  for (const person of people) person.stop();
  await stack?.stop();
});

const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test.each([
  ['late, at the same time and twice', 'concurrent,late=300,twice=0.3,seed=5'],
  ['lost, too', 'concurrent,late=300,twice=0.2,lost=0.03,seed=6'],
])('events that come %s leave every message once, and the count exact', async (_, faults) => {
  const chaos = await startChaosStack({ faults });
  stack = chaos;
  people = Array.from({ length: PEOPLE }, (_, n) => stay(chaos.url, ROOM, `P${n}`));
  const random = newRandom(3);
  for (let line = 0; line < LINES; line += 1) {
    const writer = people[Math.floor(random() * PEOPLE)];
    writer?.write(`${writer.name} ${writer.written.length}`);
    if (line % (LINES / 4) === LINES / 8) chaos.clients.cut(() => random() < 0.2);
    await pass(50);
  }
  const left = people.slice(STAYING);
  const stayed = people.slice(0, STAYING);
  const isThrough = ({ isOnline, state }: SteadyClient) => isOnline && state.outbox.length === 0;
  await eventually(() => people.every(isThrough), 'everybody through', PATIENCE_MS);
  for (const person of left) person.stop();

  const history = await chaos.readHistory(ROOM);
  expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => index + 1));
  const written = people.flatMap((person) => person.written);
  expect(history.map(({ text }) => text).sort()).toEqual(written.sort());
  const hasAll = ({ state }: SteadyClient) => state.log.to === history.length;
  await eventually(() => stayed.every(hasAll), 'all caught up', PATIENCE_MS);
  for (const { state, complaints } of stayed) {
    const from = history.filter(({ seq }) => seq >= state.log.from);
    expect(state.log.shown).toEqual(from);
    expect(complaints).toEqual([]);
  }

  // The last late event has arrived.
  await pass(1_000);
  if (faults.includes('lost')) await chaos.cleanUpRooms(ROOM);
  const online = async () => (await chaos.readHead(ROOM)).online;
  await eventually(async () => (await online()) === STAYING, 'those who stay in the head', 30_000);
  await pass(1_000);
  expect(await online()).toBe(STAYING);
  expect(chaos.crashes).toEqual([]);
});
