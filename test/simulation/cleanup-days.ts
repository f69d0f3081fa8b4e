// After the good day everyone leaves. On the first of the last days moderators act and processes die while the timer works.
// Then the retention is lowered to minutes. At the end of each day exactly the right rows are stored.

import { MODERATOR } from '../../functions/protocol.ts';
import { drawFaults, NO_FAULTS } from './faults.ts';
import { ROOM } from './simulation.ts';
import { EPOCH_MS } from './virtual-time.ts';
import { TIMER_EVERY_MS, type World } from './world.ts';

const DAY_MS = 86_400_000;
export const LONG_RETENTION_DAYS = 30;
const SHORT_RETENTION_MS = 600_000;
/** The timer looks again after 5 minutes, and runs every minute. */
export const LATE_MS = 420_000;
/** Functions forget a connection after this long. */
export const TOMBSTONE_MS = 600_000;
/** The usual maximum duration of a cleanup, ms. */
const CLEANUP_MS = 60;
const TROUBLED_RUNS = 8;
/** A cleanup or an erase makes about as many requests to storage. */
const MOST_STEPS = 12;
const ERASED_WITHIN_MS = 900_000;

export async function cleanupDays(world: World): Promise<void> {
  const { scheduler } = world;
  everyoneLeaves(world);
  restart(world, LONG_RETENTION_DAYS);
  // Until nothing but a moderator can make the room due.
  await world.runFor(TOMBSTONE_MS + LATE_MS);
  await trouble(world, () => {
    world.publisher.publish(scheduler.whole(1, 3));
    if (scheduler.chance(0.6)) duringACleanup(world, () => world.fleet.erase());
    if (scheduler.chance(0.3)) duringACleanup(world, () => world.fleet.removeMessage());
    for (let left = scheduler.whole(0, 2); left > 0; left -= 1) {
      duringACleanup(world, () => world.fleet.ban('u-eve'));
    }
    if (scheduler.chance(0.3)) duringACleanup(world, () => world.fleet.closeAndOpen());
    if (world.traits.hasEraser) duringACleanup(world, () => erase(world));
    const changes = world.traits.hasChanges ? scheduler.whole(1, 6) : 0;
    for (let left = changes; left > 0; left -= 1) {
      duringACleanup(world, () => world.editors.change());
    }
  });
  await world.runFor(TOMBSTONE_MS + LATE_MS);
  const { eraser } = world;
  await world.runFor(ERASED_WITHIN_MS, () => eraser?.isDone !== false);
  if (eraser?.isDone === false) world.fail('the erase of a person does not end');
  await expectTidy(world, LONG_RETENTION_DAYS * DAY_MS);

  restart(world, SHORT_RETENTION_MS / DAY_MS);
  await trouble(world, () => {});
  await world.runFor(LATE_MS);
  await expectTidy(world, SHORT_RETENTION_MS);
  world.publisher.publish(2);
  await world.runFor(SHORT_RETENTION_MS / 2);
  await expectTidy(world, SHORT_RETENTION_MS);
  await world.runFor(SHORT_RETENTION_MS + LATE_MS);
  await expectTidy(world, SHORT_RETENTION_MS);
}

/** Somebody who has said something, or has reacted. */
function erase(world: World): void {
  const { scheduler, ledger } = world;
  const people = [...new Set(ledger.messages.map(({ userId }) => userId))].filter(isPerson);
  world.startErase(scheduler.pick(people) ?? 'u-eve');
}

const isPerson = (userId: string) => !['', 'app', MODERATOR].includes(userId);

export function everyoneLeaves(world: World): void {
  for (const page of [...world.pages]) world.depart(page, 'close');
  world.crowd.shrink(world.crowd.size);
}

/** A deployment: new processes, with another retention. */
export function restart(world: World, retentionDays: number): void {
  const { fleet, scheduler } = world;
  fleet.retentionDays = retentionDays;
  fleet.batchMs = scheduler.chance(0.3) ? scheduler.whole(1, 50) : 0;
  while (fleet.size > 0) fleet.killOne();
  for (let left = scheduler.whole(1, 3); left > 0; left -= 1) world.startInstance();
}

/** Some minutes of faults, in which processes die while the timer works, and bans are renewed while they are removed. */
export async function trouble(world: World, draw: () => void): Promise<void> {
  const { scheduler, table, fleet } = world;
  const { tableBusy, tableRequestLost, tableAnswerLost, tableSlow, restLost } =
    drawFaults(scheduler);
  world.faults = {
    ...NO_FAULTS,
    tableBusy,
    tableRequestLost,
    tableAnswerLost,
    tableSlow,
    restLost,
  };
  table.beforeBanDeletion = () => {
    if (scheduler.chance(0.5)) fleet.ban('u-eve');
  };
  draw();
  let deaths = scheduler.whole(0, 5);
  let left = scheduler.whole(1, MOST_STEPS);
  table.onRequest = (instance) => {
    left -= 1;
    if (left > 0 || deaths === 0) return;
    deaths -= 1;
    left = scheduler.whole(1, MOST_STEPS);
    fleet.kill(instance);
    if (fleet.size === 0) world.startInstance();
  };
  await world.runFor(TROUBLED_RUNS * TIMER_EVERY_MS);
  table.beforeBanDeletion = undefined;
  table.onRequest = undefined;
  world.faults = NO_FAULTS;
}

export function duringACleanup({ scheduler }: World, run: () => void): void {
  const nextRunMs = TIMER_EVERY_MS - (scheduler.now % TIMER_EVERY_MS);
  const at = nextRunMs + scheduler.whole(0, TROUBLED_RUNS - 2) * TIMER_EVERY_MS;
  scheduler.after(at + scheduler.between(0, CLEANUP_MS), 'while the timer works', run);
}

export async function expectTidy(world: World, retentionMs: number): Promise<void> {
  const { ledger, table, scheduler, fail } = world;
  const now = EPOCH_MS + scheduler.now;
  const rows = await table.rowsOf(ROOM);
  const head = rows.find(({ key }) => key === 'head')?.properties;
  const ofKind = (prefix: string) => rows.filter(({ key }) => key.startsWith(prefix));
  const messages = ofKind('m:').map(({ properties }) => properties);
  const first = Number(head?.first ?? 1);

  const garbage = messages.find(({ seq }) => Number(seq) < first);
  if (garbage) fail(`message ${garbage.seq} is stored below ${first}`);
  for (const message of messages) {
    if (Number(message.seq) >= first) ledger.texts.checkStored(message);
  }
  const expired = messages.find(({ sentAt }) => Number(sentAt) < now - retentionMs - LATE_MS);
  if (expired) fail(`message ${expired.seq} has expired and is stored`);
  const kept = ledger.messages.filter(({ seq }) => seq >= first).length;
  if (messages.length < kept) fail(`${kept} messages should be stored, ${messages.length} are`);
  const lost = ledger.messages.find(({ seq, sentAt }) => {
    return seq < first && seq > ledger.erasedTo && sentAt > now - retentionMs;
  });
  if (lost) fail(`message ${lost.seq} is deleted before its time`);
  const receipts = messages.filter(({ receipt }) => receipt !== 'none').length;
  if (ofKind('i:').length !== receipts) {
    fail(`${ofKind('i:').length} receipts are stored for ${receipts} messages`);
  }

  const tombstone = ofKind('c:').find(({ properties: { open, closedAt } }) => {
    return open === true || Number(closedAt) < now - TOMBSTONE_MS - LATE_MS;
  });
  if (tombstone) fail(`${tombstone.key} is stored after the end of its time`);
  const ban = ofKind('b:').find(({ properties: { until } }) => Number(until) < now - LATE_MS);
  if (ban) fail(`${ban.key} is over and stored`);

  const onList = (await table.rowsOf('.rooms')).length > 0;
  if (onList !== (head?.listed === true)) {
    fail(onList ? 'an erased room is on the list' : 'a live room is not on the list');
  }
}
