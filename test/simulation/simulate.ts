// Runs one seed from the first storm to the last check.

import { goodDay } from './good-day.ts';
import { ghosts, unrest, untruth } from './rest-checks.ts';
import type { Subject } from './simulation.ts';
import { brewStorm } from './storm.ts';
import { installVirtualTime } from './virtual-time.ts';
import { World } from './world.ts';

export interface Outcome {
  readonly seed: number;
  /** Undefined where every promise was kept. */
  readonly broken: string | undefined;
  readonly traceHash: number;
  readonly steps: number;
  readonly tableRequests: number;
  readonly calls: number;
  readonly messages: number;
  readonly connections: number;
  /** From the end of the storm; ms. */
  readonly restAfterMs: number;
}

/**
 * The longest silence that a page may be in when the storm ends: it has asked once during the storm without a reason, and
 * next asks after four times as long (SILENCE_MS in web/connection/catch-up.ts), in a crowd later still.
 */
export const REST_WITHIN_MS = 480_000;
const LOOK_EVERY_MS = 1_000;

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
    await world.runFor(brewStorm(world));
    world.calmDown();
    const stormEnd = scheduler.now;
    await findRest(world, stormEnd + REST_WITHIN_MS);
    const restAfterMs = scheduler.now - stormEnd;
    checkWork(world);
    if (!world.broken) await goodDay(world);
    if (!world.broken) await heal(world);
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
    // What still waits for a promise ends in the time of its own world. Also, a run holds up the process's event loop.
    await new Promise((resolve) => setImmediate(resolve));
    uninstall();
  }
}

async function findRest(world: World, end: number): Promise<void> {
  let why = unrest(world);
  while (why !== undefined && !world.broken && world.scheduler.now < end) {
    await world.runFor(LOOK_EVERY_MS);
    why = unrest(world);
  }
  if (why !== undefined) world.fail(`no rest: ${why}`);
}

/** A connection is looked for after 5 minutes, by a timer that comes every minute (functions/room/tidy-schedule.ts). */
const HEALED_WITHIN_MS = 420_000;

/** Connections whose end nobody reported disappear from the count, and everybody hears of it. */
async function heal(world: World): Promise<void> {
  if (ghosts(world).length === 0) return;
  await world.runFor(HEALED_WITHIN_MS);
  const left = ghosts(world);
  if (left.length > 0) world.fail(`${left.join(', ')} ended long ago and are counted`);
  const why = untruth(world);
  if (why) world.fail(`after the timer: ${why}`);
}

/** Requests to storage for each call of a function, whatever went wrong: retries have an end. */
const MOST_REQUESTS_A_CALL = 40;

function checkWork(world: World): void {
  const { table, fleet } = world;
  const most = 200 + fleet.calls * MOST_REQUESTS_A_CALL;
  if (table.requests > most) world.fail(`${table.requests} requests for ${fleet.calls} calls`);
}
