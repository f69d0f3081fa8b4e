// Days on which people come and go, and nobody speaks. The room vanishes when it is empty, also while people come back and
// processes die, and nobody who came may lose anything.

import {
  duringACleanup,
  everyoneLeaves,
  LATE_MS,
  LONG_RETENTION_DAYS,
  restart,
  TOMBSTONE_MS,
  trouble,
} from './cleanup-days.ts';
import { untruth } from './rest-checks.ts';
import { ROOM } from './simulation.ts';
import type { World } from './world.ts';

/** As in simulate.ts: the longest silence of a page before it asks by itself. */
const REST_WITHIN_MS = 480_000;
const LOOK_EVERY_MS = 10_000;
/** A connection whose end was lost is found, and its tombstone goes. */
const GONE_WITHIN_MS = LATE_MS + TOMBSTONE_MS + LATE_MS;

export async function silentDays(world: World): Promise<void> {
  const { scheduler, fleet, table } = world;
  restart(world, LONG_RETENTION_DAYS);
  visit(world);
  await world.runFor(scheduler.between(1_000, 20_000));
  everyoneLeaves(world);
  // Until the timer is about to remove the last tombstone.
  await world.runFor(TOMBSTONE_MS);
  await trouble(world, () => {
    for (let left = scheduler.whole(0, 3); left > 0; left -= 1) {
      duringACleanup(world, scheduler.chance(0.5) ? () => visit(world) : () => fleet.join());
    }
    table.beforeHeadDeletion = () => {
      if (scheduler.chance(0.3)) fleet.join();
    };
  });
  table.beforeHeadDeletion = undefined;
  if (world.pages.length > 0) {
    // A page without news for minutes asks seldom. The next join makes the room broadcast its number.
    world.arrive();
    const end = scheduler.now + REST_WITHIN_MS;
    while (untruth(world) && scheduler.now < end) await world.runFor(LOOK_EVERY_MS);
    const why = untruth(world);
    if (why) world.fail(`on a silent day: ${why}`);
    await expectListed(world);
    everyoneLeaves(world);
  }
  await world.runFor(GONE_WITHIN_MS);
  await expectNothing(world);
  while (fleet.size > 0) fleet.killOne();
}

/** Somebody comes, and may go at once. */
function visit(world: World): void {
  world.arrive();
  const page = world.pages.at(-1);
  if (page && world.scheduler.chance(0.3)) world.depart(page, 'close');
}

async function expectListed({ table, fail, ledger }: World): Promise<void> {
  const isListed = (await table.rowsOf('.rooms')).length > 0;
  if (ledger.online > 0 && !isListed) fail('somebody is in the room, and it is not on the list');
}

async function expectNothing({ table, fail }: World): Promise<void> {
  for (const partition of [ROOM, '.rooms', '.tidy']) {
    const [row] = await table.rowsOf(partition);
    if (row) fail(`nobody is there or has spoken, and ${partition} has ${row.key}`);
  }
}
