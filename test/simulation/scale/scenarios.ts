// What the model measures: a whole room that comes back at once, and messages meanwhile.

import { onePartition, ScaleWorld } from './scale-world.ts';
import { sharded } from './sharded-room.ts';

export interface Scenario {
  readonly rooms: number;
  /** People in each room. */
  readonly people: number;
  readonly instances: number;
  /** Partitions for the connections of a room. 0 for the layout of today. */
  readonly shards: number;
  /** New connections that the service lets through, a second. */
  readonly connectsPerSecond: number;
  readonly seed: number;
}

export interface Measured {
  /** Joins a second, from the 10th to the 90th percentile of all. */
  readonly joinsPerSecond: number;
  /** From the connection to its welcome, ms. */
  readonly joinP50: number;
  readonly joinP99: number;
  /** Connections whose function gave up, and came back. */
  readonly givenUp: number;
  readonly conflictsPerJoin: number;
  readonly requestsPerJoin: number;
  readonly entitiesPerJoin: number;
  /** From the last welcome until everyone has seen the right number, s. Infinite if nobody ever has. */
  readonly rightAfterSeconds: number;
  /** Outbound messages for each person, with the welcome. */
  readonly billedPerPerson: number;
  /** Of a message that is sent during the storm, ms. */
  readonly messageP50: number;
  readonly messageP95: number;
  /** Of a message afterwards: what storage bills for one, the dearer reading. */
  readonly entitiesPerMessage: number;
  readonly requestsPerMessage: number;
}

const MESSAGE_EVERY_MS = 500;
/** After a failed join a page comes back after up to this time. */
const RETRY_MS = 3_000;
const MOST_MS = 600_000;
const QUIET_MESSAGES = 20;

export async function measure(scenario: Scenario): Promise<Measured> {
  const { rooms, people, instances, shards, connectsPerSecond, seed } = scenario;
  const world = new ScaleWorld(seed, instances);
  const { scheduler, storage } = world;
  const layout = shards === 0 ? onePartition(world) : sharded(world, shards);
  const total = rooms * people;
  const joinedAt: number[] = [];
  const joinMs: number[] = [];
  const messageMs: number[] = [];
  let givenUp = 0;
  let billedWelcomes = 0;

  const arrive = (room: string) => {
    const since = scheduler.now;
    const connectionId = world.newConnectionId();
    void world
      .call((instance) => layout.join(instance, room, connectionId))
      .then((isIn) => {
        if (isIn) {
          joinedAt.push(scheduler.now);
          joinMs.push(scheduler.now - since);
          billedWelcomes += 1;
          return;
        }
        givenUp += 1;
        scheduler.after(scheduler.random() * RETRY_MS, 'comes back', () => arrive(room));
      });
  };
  // One after another: a million steps that wait would need memory.
  const connect = (n: number) => {
    if (n === total) return;
    arrive(`room-${n % rooms}`);
    scheduler.after(1_000 / connectsPerSecond, 'connects', () => connect(n + 1));
  };
  connect(0);
  const isOver = () => joinedAt.length === total;
  const speak = () => {
    if (isOver()) return;
    const since = scheduler.now;
    void world
      .call((instance) => layout.send(instance, 'room-0', `m${since}`))
      .then((isStored) => {
        if (isStored) messageMs.push(scheduler.now - since);
      });
    scheduler.after(MESSAGE_EVERY_MS, 'speaks', speak);
  };
  scheduler.after(MESSAGE_EVERY_MS, 'speaks', speak);

  await world.runUntil(MOST_MS, isOver);
  const { requests, entities, conflicts } = storage;
  const lastAt = scheduler.now;
  await world.runUntil(lastAt + 30_000, () => false);
  const seen = Array.from({ length: rooms }, (_, n) => world.seen.get(`room-${n}`));
  const isRight = isOver() && seen.every((room) => room?.online === people);
  const rightAt = Math.max(...seen.map((room) => room?.at ?? 0));

  const billed = world.billed + billedWelcomes;
  const before = { requests: storage.requests, entities: storage.entities };
  for (let n = 0; n < QUIET_MESSAGES; n += 1) {
    void world.call((instance) => layout.send(instance, 'room-0', `quiet-${n}`));
    await world.runUntil(scheduler.now + 10_000, () => false);
  }
  joinedAt.sort((a, b) => a - b);
  const at = (share: number) => joinedAt[Math.floor(share * (joinedAt.length - 1))] ?? 0;
  return {
    joinsPerSecond: (0.8 * joinedAt.length * 1_000) / (at(0.9) - at(0.1)),
    joinP50: percentile(joinMs, 0.5),
    joinP99: percentile(joinMs, 0.99),
    givenUp,
    conflictsPerJoin: conflicts / total,
    requestsPerJoin: requests / total,
    entitiesPerJoin: entities / total,
    rightAfterSeconds: isRight ? Math.max(0, rightAt - lastAt) / 1_000 : Number.POSITIVE_INFINITY,
    billedPerPerson: billed / total,
    messageP50: percentile(messageMs, 0.5),
    messageP95: percentile(messageMs, 0.95),
    entitiesPerMessage: (storage.entities - before.entities) / QUIET_MESSAGES,
    requestsPerMessage: (storage.requests - before.requests) / QUIET_MESSAGES,
  };
}

function percentile(values: number[], share: number): number {
  values.sort((a, b) => a - b);
  return values[Math.floor(share * (values.length - 1))] ?? Number.NaN;
}
