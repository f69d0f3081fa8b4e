// After the storm, a day without faults: everything must be quick, and cost what it should. This shows whether the safety
// nets hide something that does not work without them.

import { NO_FAULTS } from './faults.ts';
import { ghosts, untruth } from './rest-checks.ts';
import { TIMER_EVERY_MS, type World } from './world.ts';

/** A cleanup without faults takes no longer. */
const CLEANUP_MS = 2_000;
/** Before the page's own gap timer helps (GAP_MS in web/connection/history-follower.ts). */
const BROADCAST_WITHIN_MS = 950;
/** Extra time after the window: presence is broadcast within the window plus a second. */
const PRESENCE_GRACE_MS = 1_000;

export async function goodDay(world: World): Promise<void> {
  const { pages, crowd, scheduler, table } = world;
  await expectTruth(world, 0, 'it has come to rest');
  await expectCheap(world, () => scheduler.pick(pages)?.write());
  await expectTruth(world, 0, 'somebody wrote');

  if (world.traits.hasChanges) {
    await expectCheap(world, () => scheduler.pick(pages)?.write());
    await expectChanged(world);
  }
  world.arrive();
  await expectTruth(world, presenceLimit(world), 'somebody came');
  if (crowd.size > 0) {
    // One after the other, so that some presence is deferred.
    for (let left = scheduler.whole(1, 8); left > 0; left -= 1) {
      crowd.shrink(1);
      await world.runFor(scheduler.between(1, 20));
    }
    await expectTruth(world, presenceLimit(world), 'some of the crowd went');
  }
  // A process whose commit had no answer must notice that it took effect, and broadcast it.
  table.losesNextCommit = true;
  const leaver = pages.at(-1);
  if (leaver) world.depart(leaver, 'close');
  await expectTruth(world, presenceLimit(world), 'somebody went');

  await expectOneBroadcast(world, () => {
    for (const page of pages) page.write();
  });
  await expectDroppedFound(world);
  await expectGapClosed(world);
  await expectRebroadcast(world);
  await expectSilenceBroken(world);
}

/** A commit makes one frame, however many changes it has. */
async function expectOneBroadcast(world: World, write: () => void): Promise<void> {
  const { service, ledger } = world;
  const before = { broadcasts: service.broadcasts, commits: ledger.commits };
  write();
  await expectTruth(world, BROADCAST_WITHIN_MS, 'everybody wrote');
  const broadcasts = service.broadcasts - before.broadcasts;
  const commits = ledger.commits - before.commits;
  if (broadcasts > commits) world.fail(`${commits} commits are broadcast ${broadcasts} times`);
}

/** From the join of a connection that the service dropped to a count without it, at every page. */
const DROPPED_FOUND_WITHIN_MS = 30_000;

/** Whose join was committed and then refused by the service is not counted for long, and comes back. */
async function expectDroppedFound(world: World): Promise<void> {
  const known = new Set(ghosts(world));
  world.faults = { ...NO_FAULTS, restLost: 1, refusedDropped: 1 };
  world.arrive();
  await world.runFor(300);
  world.faults = NO_FAULTS;
  await expectTruth(world, DROPPED_FOUND_WITHIN_MS, 'a newcomer was dropped');
  const ghost = ghosts(world).find((id) => !known.has(id));
  if (ghost) world.fail(`connection ${ghost} was dropped and is counted`);
}

/** The page's gap timer, and the request that it makes. */
const GAP_CLOSED_WITHIN_MS = 1_500;

/** The next message shows a lost frame, long before a page asks by itself. */
async function expectGapClosed(world: World): Promise<void> {
  const { pages, scheduler } = world;
  world.faults = { ...NO_FAULTS, frameLost: 1 };
  scheduler.pick(pages)?.write();
  await world.runFor(BROADCAST_WITHIN_MS);
  world.faults = NO_FAULTS;
  world.publisher.publish(1);
  await expectTruth(world, GAP_CLOSED_WITHIN_MS, 'a frame was lost');
}

function presenceLimit({ subject, ledger }: World): number {
  return subject.presenceWindowMs(ledger.online) + PRESENCE_GRACE_MS;
}

async function expectTruth(world: World, withinMs: number, after: string): Promise<void> {
  await world.runFor(withinMs);
  const why = untruth(world);
  if (why) world.fail(`on a good day, ${withinMs} ms after ${after}: ${why}`);
}

/** A cleanup costs transactions of its own. */
async function untilTimerIsIdle(world: World): Promise<void> {
  const sinceRunMs = world.scheduler.now % TIMER_EVERY_MS;
  if (sinceRunMs < CLEANUP_MS) await world.runFor(CLEANUP_MS - sinceRunMs);
  else if (sinceRunMs > TIMER_EVERY_MS - CLEANUP_MS) {
    await world.runFor(TIMER_EVERY_MS - sinceRunMs + CLEANUP_MS);
  }
}

/** One message in a quiet room: one transaction, or a failed one before it if another process was the last one. */
async function expectCheap(world: World, write: () => void): Promise<void> {
  const { table, service, pages } = world;
  if (pages.length === 0) return;
  await untilTimerIsIdle(world);
  const before = { commits: table.commits, broadcasts: service.broadcasts };
  write();
  await world.runFor(BROADCAST_WITHIN_MS);
  const commits = table.commits - before.commits;
  const broadcasts = service.broadcasts - before.broadcasts;
  if (commits < 1 || commits > 2) world.fail(`one message costs ${commits} transactions`);
  if (broadcasts !== 1) world.fail(`one message is broadcast ${broadcasts} times`);
}

/** An edit costs what a message costs, and everybody sees it as soon. */
async function expectChanged(world: World): Promise<void> {
  const { pages, ledger, table, service } = world;
  const before = { commits: table.commits, broadcasts: service.broadcasts };
  const author = ledger.messages.at(-1)?.userId;
  const page = pages.find(({ person }) => person.userId === author);
  const lines = ledger.seq;
  page?.change();
  await expectTruth(world, BROADCAST_WITHIN_MS, 'somebody changed a message');
  const changes = ledger.seq - lines;
  const commits = table.commits - before.commits;
  const broadcasts = service.broadcasts - before.broadcasts;
  if (changes > 1 || commits > 2)
    world.fail(`a change costs ${commits} commits, ${changes} numbers`);
  if (broadcasts > 1) world.fail(`a change is broadcast ${broadcasts} times`);
}

/** Two pauses of the page before it sends a line again (web/connection/retry.ts), and the time of the second attempt. */
const REBROADCAST_WITHIN_MS = 4_000;

/** A message that was stored and not broadcast is broadcast at the second attempt. */
async function expectRebroadcast(world: World): Promise<void> {
  world.faults = { ...NO_FAULTS, restLost: 1 };
  world.scheduler.pick(world.pages)?.write();
  await world.runFor(60);
  world.faults = NO_FAULTS;
  await expectTruth(world, REBROADCAST_WITHIN_MS, 'the service could not be reached');
}

/** SILENCE_MS in web/connection/silence-watch.ts, with its random share, and the request itself. */
const SILENCE_MS = 20_000;
const SHARING_FROM = 20;

/** If nothing shows a lost message, each page finds it by itself after a silence. */
async function expectSilenceBroken(world: World): Promise<void> {
  const { scheduler, pages, ledger } = world;
  world.faults = { ...NO_FAULTS, frameLost: 1 };
  scheduler.pick(pages)?.write();
  await world.runFor(BROADCAST_WITHIN_MS);
  world.faults = NO_FAULTS;
  const crowd = Math.max(1, ledger.online / SHARING_FROM);
  await expectTruth(world, SILENCE_MS * (1 + crowd) + 500, 'a frame was lost and nobody spoke');
}
