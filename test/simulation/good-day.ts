// After the storm, on a good day: nothing goes wrong, so everything must be quick, and cost what it should. Here it shows
// whether the safety nets hide something that does not work without them.

import { untruth } from './rest-checks.ts';
import type { World } from './world.ts';

/** The storm's last late events have come by then, and windows and races are over. */
const SETTLE_MS = 15_000;
/** Before the page's own gap timer helps (GAP_MS in web/catch-up.ts). */
const TOLD_WITHIN_MS = 950;
/** Beyond the window (design: "within the window plus a second"). */
const PRESENCE_GRACE_MS = 1_000;

export async function goodDay(world: World): Promise<void> {
  const { pages, crowd, scheduler } = world;
  await world.runFor(SETTLE_MS);
  await expectTruth(world, 0, 'it has come to rest');
  await expectCheap(world, () => scheduler.pick(pages)?.write());
  await expectTruth(world, 0, 'somebody wrote');

  world.arrive();
  await expectTruth(world, presenceLimit(world), 'somebody came');
  if (crowd.size > 0) {
    crowd.shrink(scheduler.whole(1, 8));
    await expectTruth(world, presenceLimit(world), 'some of the crowd went');
  }
  const leaver = pages.at(-1);
  if (leaver) world.depart(leaver, 'close');
  await expectTruth(world, presenceLimit(world), 'somebody went');

  for (const page of pages) page.write();
  await expectTruth(world, TOLD_WITHIN_MS, 'everybody wrote');
}

function presenceLimit({ subject, ledger }: World): number {
  return subject.presenceWindowMs(ledger.online) + PRESENCE_GRACE_MS;
}

async function expectTruth(world: World, withinMs: number, after: string): Promise<void> {
  await world.runFor(withinMs);
  const why = untruth(world);
  if (why) world.fail(`on a good day, ${withinMs} ms after ${after}: ${why}`);
}

/** One message in a quiet room: one transaction, or where another process was there last, a failed one before it. */
async function expectCheap(world: World, write: () => void): Promise<void> {
  const { table, service, pages } = world;
  if (pages.length === 0) return;
  const before = { commits: table.commits, broadcasts: service.broadcasts };
  write();
  await world.runFor(TOLD_WITHIN_MS);
  const commits = table.commits - before.commits;
  const broadcasts = service.broadcasts - before.broadcasts;
  if (commits < 1 || commits > 2) world.fail(`one message costs ${commits} transactions`);
  if (broadcasts !== 1) world.fail(`one message is told ${broadcasts} times`);
}
