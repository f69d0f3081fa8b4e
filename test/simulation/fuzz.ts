// Fuzzes the room log alone: three processes with different clocks make changes of every kind to one room, without pages and
// service, so a run is short and its changes are dense. Storage is slow, busy or silent, answers are lost, and processes die.
//
// The ledger checks each commit: revision and `seq` are dense, no message is stored twice, `online` is the number of open rows,
// nothing gets into a closed room or comes from a banned user, and no row goes that is needed.

import type { Change, ChangeOf } from '../../functions/room/change.ts';
import { drawArchive } from './archive.ts';
import { expectTidy, LATE_MS, LONG_RETENTION_DAYS, TOMBSTONE_MS } from './cleanup-days.ts';
import { NO_FAULTS } from './faults.ts';
import { ROOM, type Subject } from './simulation.ts';
import { type Traits, traitsOf } from './traits.ts';
import { EPOCH_MS, installVirtualTime } from './virtual-time.ts';
import { World } from './world.ts';

const PROCESSES = 3;
const SKEW_MS = 400;
const LENGTH_MS = 90_000;
const DAY_MS = 86_400_000;

const traitsOfFuzz = (seed: number): Traits => ({
  ...traitsOf(seed),
  hasChanges: true,
  hasImport: seed % 4 === 1,
  editMinutes: seed % 3 === 0 ? 1 : 60,
});

/** What one run did. `broken` is undefined if no check failed. */
export interface FuzzOutcome {
  readonly broken: string | undefined;
  /** Number of changes by kind. */
  readonly kinds: ReadonlyMap<string, number>;
  readonly commits: number;
  readonly deaths: number;
}

export async function fuzz(seed: number, subject: Subject): Promise<FuzzOutcome> {
  const world = new World(seed, subject, traitsOfFuzz(seed));
  const { scheduler, fleet, ledger, table } = world;
  const kinds = new Map<string, number>();
  let deaths = 0;
  const uninstall = installVirtualTime(scheduler);
  try {
    fleet.skewMs = SKEW_MS;
    for (let left = PROCESSES; left > 0; left -= 1) world.startInstance();
    ledger.mayErase = true;
    if (world.traits.hasImport) world.startImport(drawArchive(ROOM, scheduler));
    const draw = newChanges(world);
    for (let left = scheduler.whole(30, 120); left > 0; left -= 1) {
      const together = scheduler.chance(0.15) ? scheduler.whole(2, 12) : 1;
      scheduler.after(scheduler.between(0, LENGTH_MS), 'changes', () => {
        for (let more = together; more > 0; more -= 1) {
          const { kind, run } = draw();
          kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
          run();
        }
      });
    }
    for (let left = scheduler.whole(0, 3); left > 0; left -= 1) {
      scheduler.after(scheduler.between(0, LENGTH_MS), 'a process dies', () => {
        deaths += 1;
        fleet.killOne();
        world.startInstance();
      });
    }
    await world.runFor(LENGTH_MS + 60_000);
    world.faults = NO_FAULTS;
    table.isOut = false;
    // Until the last request of the faults has its answer, or none.
    await world.runFor(30_000);
    await expectLive(world);
    world.reactors.expectKept();
    // No connection exists at the service, so the timer ends them all, and everything else that has an end.
    await world.runFor(LATE_MS + TOMBSTONE_MS + LATE_MS);
    if (ledger.online > 0) world.fail(`${ledger.online} are online, and nobody is there`);
    await expectTidy(world, LONG_RETENTION_DAYS * DAY_MS);
    return { broken: world.broken, kinds, commits: ledger.commits, deaths };
  } finally {
    await new Promise((resolve) => setImmediate(resolve));
    uninstall();
  }
}

/** Without faults, messages that come together are all stored at once. */
async function expectLive(world: World): Promise<void> {
  const { fleet, fail, scheduler } = world;
  let stored = 0;
  scheduler.after(
    0,
    'a room is opened',
    () => void fleet.submit({ kind: 'open' })?.catch(() => {}),
  );
  await world.runFor(5_000);
  scheduler.after(0, 'messages', () => {
    for (let n = 1; n <= 6; n += 1) {
      const line = { id: `last-${n}`, text: `last ${n}`, userId: 'late', name: 'L' };
      fleet.submit({ kind: 'send', ...line })?.then(
        ({ outcome }) => {
          if (outcome.kind === 'stored') stored += 1;
        },
        () => {},
      );
    }
  });
  await world.runFor(5_000);
  if (stored < 6) fail(`${stored} of 6 messages are stored in an open room without faults`);
}

interface Drawn {
  readonly kind: string;
  readonly run: () => void;
}

/** Draws a change, or one that was made before: callers without an answer repeat theirs, and events come twice. */
function newChanges(world: World): () => Drawn {
  const { scheduler, fleet, reactors, editors } = world;
  const made: Change[] = [];
  let texts = 0;
  const user = () => `u${scheduler.whole(1, 4)}`;
  const line = () => {
    texts += 1;
    return { id: `m${texts}`, text: `text ${texts}` };
  };
  const author = () => {
    const userId = user();
    return { userId, name: userId };
  };
  const connectionId = () => `c${scheduler.whole(1, 12)}`;
  const drawNew: (() => Change)[] = [
    () => ({ kind: 'join', connectionId: connectionId(), ...author() }),
    () => ({ kind: 'join', connectionId: connectionId(), ...author() }),
    () => ({ kind: 'leave', connectionId: connectionId() }),
    () => ({ kind: 'send', ...line(), ...author() }),
    () => ({ kind: 'send', ...line(), ...author() }),
    () => ({ kind: 'publish', lines: [line(), line(), line()], ...author() }),
    () => ({ kind: 'ban', userId: user(), until: EPOCH_MS + scheduler.now + 20_000 }),
    () => ({ kind: 'close', reason: 'night' }),
    () => ({ kind: 'open' }),
    () => ({ kind: 'open' }),
    () => ({ kind: 'broadcast' }),
    () => ({ kind: 'unlist' }),
    () => ({ kind: 'watch', until: EPOCH_MS + scheduler.now + 60_000 }),
  ];
  const submit = (change: Change) => {
    const answer = fleet.submit(change);
    answer?.then(
      ({ outcome }) => {
        if (outcome.kind === 'stored') checkStored(world, change, outcome.seq);
      },
      () => {},
    );
  };
  const byHandler: Drawn[] = [
    { kind: 'react', run: () => reactors.react(scheduler.whole(1, 6)) },
    { kind: 'react', run: () => reactors.react(1) },
    { kind: 'react', run: () => reactors.react(1) },
    { kind: 'delete', run: () => fleet.removeMessage() },
    { kind: 'change', run: () => editors.change() },
    { kind: 'change', run: () => editors.change() },
    { kind: 'change', run: () => editors.change() },
    { kind: 'change', run: () => editors.change() },
    { kind: 'erase', run: () => fleet.erase() },
    { kind: 'cleanup', run: () => void fleet.cleanUpRooms().catch(() => {}) },
  ];
  return () => {
    const order = scheduler.chance(0.25) ? scheduler.pick(byHandler) : undefined;
    if (order) return order;
    const again = scheduler.chance(0.3) ? scheduler.pick(made) : undefined;
    const change = again ?? scheduler.pick(drawNew)?.() ?? OPEN;
    if (!again) made.push(change);
    return { kind: change.kind, run: () => submit(change) };
  };
}

const OPEN: Change = { kind: 'open' };

/** An acknowledged message is stored under the number of its acknowledgement. After an erase it may be stored anew. */
function checkStored({ ledger, fail }: World, change: Change, seq: number): void {
  const lines = change.kind === 'publish' ? change.lines : [change as ChangeOf<'send'>];
  const { text } = lines.at(-1) ?? { text: '' };
  const stored = ledger.messages[seq - 1]?.text;
  if (stored !== text)
    fail(`"${text}" is acknowledged as ${seq} in ${ROOM}, "${stored}" is stored`);
}
