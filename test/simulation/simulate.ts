// Runs one seed from the first storm to the last check.

import { cleanupDays } from './cleanup-days.ts';
import { goodDay } from './good-day.ts';
import { importDays } from './import-days.ts';
import { openDays } from './open-days.ts';
import { readingDays } from './reading-days.ts';
import { bar, ghosts, unrest, untruth } from './rest-checks.ts';
import { silentDays } from './silent-days.ts';
import type { Subject } from './simulation.ts';
import { brewStorm } from './storm.ts';
import { installVirtualTime } from './virtual-time.ts';
import { World } from './world.ts';

export interface Outcome {
  readonly seed: number;
  /** Undefined if no check failed. */
  readonly broken: string | undefined;
  readonly traceHash: number;
  readonly steps: number;
  readonly tableRequests: number;
  readonly calls: number;
  readonly messages: number;
  readonly connections: number;
  /** From the end of the storm, ms. */
  readonly restAfterMs: number;
}

/**
 * The longest silence of a page at the end of the storm: it has asked once during the storm without a reason, and asks
 * next after four times as long (SILENCE_MS in web/connection/silence-watch.ts), in a crowd still later.
 */
const REST_WITHIN_MS = 480_000;
const LOOK_EVERY_MS = 1_000;
/** Share of the worlds that begin with days on which nobody speaks. */
const SILENT = 0.15;

export async function simulate(
  seed: number,
  subject: Subject,
  onStep?: (at: number, label: string) => void,
): Promise<Outcome> {
  const world = new World(seed, subject);
  const { scheduler } = world;
  scheduler.onStep = onStep;
  const uninstall = installVirtualTime(scheduler);
  try {
    if (world.traits.hasImport) await importDays(world);
    else if (scheduler.chance(SILENT)) await silentDays(world);
    if (!world.broken) await world.runFor(brewStorm(world));
    world.calmDown();
    const stormEnd = scheduler.now;
    await findRest(world, stormEnd + REST_WITHIN_MS);
    const restAfterMs = scheduler.now - stormEnd;
    checkWork(world);
    world.reactors.expectKept();
    if (!world.broken) await settle(world);
    if (!world.broken) await goodDay(world);
    if (!world.broken) await heal(world);
    if (!world.broken) await openDays(world);
    if (!world.broken) await cleanupDays(world);
    if (!world.broken && world.traits.hasReaders) await readingDays(world);
    return {
      seed,
      broken: world.broken,
      traceHash: scheduler.traceHash,
      steps: scheduler.steps,
      tableRequests: world.table.requests,
      calls: world.fleet.calls,
      messages: world.ledger.messages.length,
      connections: world.service.connections.size,
      restAfterMs,
    };
  } finally {
    for (const page of world.pages) page.close();
    // Pending promises end in the time of their own world. A run also blocks the event loop of the process.
    await new Promise((resolve) => setImmediate(resolve));
    uninstall();
  }
}

async function findRest(world: World, end: number): Promise<void> {
  let why = unrest(world);
  while (why !== undefined && !world.broken && world.scheduler.now < end) {
    // A call of the storm may close it late.
    if (world.ledger.gate.isClosed && world.pendingRequests === 0) world.moderate('openRoom');
    await world.runFor(LOOK_EVERY_MS);
    why = unrest(world);
  }
  if (why !== undefined) world.fail(`no rest: ${why}`);
}

/** By then the storm's last late events have arrived, and pages have retried the last failed request. */
const SETTLE_MS = 50_000;

async function settle(world: World): Promise<void> {
  await world.runFor(SETTLE_MS);
  // A late call may have banned somebody or closed the room.
  if (bar(world)) await findRest(world, world.scheduler.now + REST_WITHIN_MS);
}

/** The timer checks a connection after 5 minutes, and runs every minute (functions/room/cleanup-schedule.ts). */
const HEALED_WITHIN_MS = 420_000;

/** Connections whose end nobody reported disappear from the count, and every page gets the frame. */
async function heal(world: World): Promise<void> {
  if (ghosts(world).length === 0) return;
  await world.runFor(HEALED_WITHIN_MS);
  const left = ghosts(world);
  if (left.length > 0) world.fail(`${left.join(', ')} ended long ago and are counted`);
  const why = untruth(world);
  if (why) world.fail(`after the timer: ${why}`);
}

/** Maximum storage requests per function call, with any faults: retries have an end. */
const MOST_REQUESTS_A_CALL = 40;

function checkWork(world: World): void {
  const { table, fleet } = world;
  const most = 200 + fleet.calls * MOST_REQUESTS_A_CALL;
  if (table.requests > most) world.fail(`${table.requests} requests for ${fleet.calls} calls`);
}
