// Days on which pages stay open while messages are removed, the room is erased or closed, and messages expire. What a page
// shows afterwards is what the room keeps.

import { isLine } from '../../functions/protocol.ts';
import { LATE_MS, LONG_RETENTION_DAYS, restart } from './cleanup-days.ts';
import { drawFaults, NO_FAULTS } from './faults.ts';
import { unrest } from './rest-checks.ts';
import { ROOM } from './simulation.ts';
import { EPOCH_MS } from './virtual-time.ts';
import type { World } from './world.ts';

/** Share of the worlds that have such days. */
const OPEN = 0.3;
/** Share of these in which somebody speaks all the time. They make many steps. */
const BUSY = 0.06;
/** Shorter than the silence after which a page asks. */
const BUSY_EVERY_MS = 18_000;
const DAY_MS = 86_400_000;
const RETENTION_MS = 900_000;
const TROUBLE_MS = 40_000;
/** As in simulate.ts, and a page that was refused tries again after at most two minutes. */
const REST_WITHIN_MS = 480_000;
const LOOK_EVERY_MS = 5_000;
/** Longer than a page waits for an answer, and then for its longest pause. */
const SLOW_REQUEST_MS = 60_000;
/** The longest silence of a visible page before it asks (web/connection/silence-watch.ts), with its random share. */
const SILENCE_MS = 3_600_000;

export async function openDays(world: World): Promise<void> {
  const { scheduler, fleet, ledger } = world;
  if (!scheduler.chance(OPEN)) return;
  restart(world, RETENTION_MS / DAY_MS);
  await moderatedHour(world);
  if (world.broken) return;
  await expiry(world);
  restart(world, LONG_RETENTION_DAYS);
  await world.runFor(1_000);
  // What has expired under the short retention may be gone.
  ledger.erasedTo = Math.max(ledger.erasedTo, ledger.first - 1);
  if (fleet.size === 0) world.fail('no process is left');
}

/** Moderators act, while frames and answers get lost, late or doubled. */
async function moderatedHour(world: World): Promise<void> {
  const { scheduler, ledger, pages } = world;
  const { frameLost, frameDoubled, frameLate, fetchLost, fetchAnswerLost, fetchSlow, restLost } =
    drawFaults(scheduler);
  world.faults = {
    ...NO_FAULTS,
    frameLost,
    frameDoubled,
    frameLate,
    fetchLost,
    fetchAnswerLost,
    fetchSlow,
    restLost,
  };
  const times = (least: number, most: number, label: string, run: () => void) => {
    for (let left = scheduler.whole(least, most); left > 0; left -= 1) {
      scheduler.after(scheduler.between(0, TROUBLE_MS), label, run);
    }
  };
  times(1, 6, 'somebody writes', () => scheduler.pick(pages)?.write());
  if (world.traits.hasChanges) {
    times(1, 6, 'somebody changes a message', () => scheduler.pick(pages)?.change());
  }
  if (world.traits.hasVoters) {
    times(1, 8, 'somebody reacts', () => scheduler.pick(pages)?.react());
  }
  times(0, 2, 'somebody scrolls back', () => scheduler.pick(pages)?.loadOlder());
  times(1, 4, 'a message is removed', () => {
    const seq = scheduler.whole(Math.min(ledger.first, ledger.seq), ledger.seq);
    world.moderate('deleteMessage', { seq: `${seq}` });
  });
  if (scheduler.chance(0.3)) {
    times(1, 1, 'the room is erased', () => {
      ledger.mayErase = true;
      world.moderate('eraseRoom');
    });
  }
  if (scheduler.chance(0.3)) {
    times(1, 1, 'the room is closed', () => {
      // Not before the answer, or a repeated request would close the room again.
      world.moderate('closeRoom', {}, () => {
        scheduler.after(30_000, 'the room is opened', () => world.moderate('openRoom'));
      });
    });
  }
  if (scheduler.chance(0.5)) world.arrive();
  await world.runFor(2 * TROUBLE_MS);
  world.faults = NO_FAULTS;
  const end = scheduler.now + REST_WITHIN_MS;
  while (unrest(world) && !world.broken && scheduler.now < end) await world.runFor(LOOK_EVERY_MS);
  const why = unrest(world);
  if (why) world.fail(`after moderators acted: ${why}`);
  // An erase ends the connections, so pages come back and ask. They ask when the slow request of before has ended.
  await world.runFor(SLOW_REQUEST_MS, () => !pages.some(({ isAsking }) => isAsking));
  await world.runFor(LOOK_EVERY_MS, () => erased(world) === undefined);
  const left = erased(world);
  if (left) world.fail(left);
  await readParts(world);
  await expectSame(world);
}

/** A message is removed after every process has kept it. Each part of the history is without its text (read-checks.ts). */
async function readParts(world: World): Promise<void> {
  const { fleet, ledger } = world;
  const kept = ledger.messages.slice(ledger.first - 1);
  const line = kept.findLast((message) => isLine(message) && !ledger.texts.isRemoved(message.seq));
  if (!line) return;
  fleet.readHistory('');
  await world.runFor(LOOK_EVERY_MS);
  world.moderate('deleteMessage', { seq: `${line.seq}` });
  await world.runFor(LOOK_EVERY_MS);
  fleet.readHistory(`before=${line.seq + 1}`);
  fleet.readHistory(`after=${line.seq - 1}&limit=1`);
  await world.runFor(LOOK_EVERY_MS);
}

/** The first page that shows an erased message. */
function erased({ pages, ledger }: World): string | undefined {
  for (const { state, person } of pages) {
    const message = state.log.shown.find(({ seq }) => seq <= ledger.erasedTo);
    if (message) return `${person.name} shows message ${message.seq}, which was erased`;
  }
  return undefined;
}

/** Until every message of the hour before has expired. Mostly nobody speaks, and in few worlds somebody always does. */
async function expiry(world: World): Promise<void> {
  const { scheduler, crowd } = world;
  const isBusy = crowd.size === 0 && scheduler.chance(BUSY);
  let talksOn = true;
  const talk = () => {
    if (talksOn) world.publisher.publish(1);
    if (talksOn && isBusy) scheduler.after(BUSY_EVERY_MS, 'publish', talk);
  };
  if (isBusy) talk();
  else if (scheduler.chance(0.5)) scheduler.after(RETENTION_MS, 'publish', talk);
  await world.runFor(RETENTION_MS + LATE_MS);
  // A crowd asks later, by its number.
  if (crowd.size > 0 || (!isBusy && scheduler.chance(0.3))) lookAgain(world);
  const isOver = () => !isBusy && expired(world, LATE_MS) === undefined;
  await world.runFor(SILENCE_MS + LOOK_EVERY_MS, isOver);
  const left = expired(world, LATE_MS + SILENCE_MS);
  if (left) world.fail(left);
  talksOn = false;
  await expectSame(world);
}

/** Everybody looks elsewhere, and back at once. */
function lookAgain({ pages }: World): void {
  for (const page of pages) {
    page.show(false);
    page.show(true);
  }
}

/** The first page that shows a message so long after its expiry. */
function expired({ pages, scheduler }: World, lateMs: number): string | undefined {
  const oldest = EPOCH_MS + scheduler.now - RETENTION_MS - lateMs;
  for (const { state, person } of pages) {
    const message = state.log.shown.find(({ sentAt }) => sentAt < oldest);
    if (message) return `${person.name} shows message ${message.seq}, which has expired`;
  }
  return undefined;
}

/** Each page shows what the room keeps from where the page begins, removed messages without their text. */
async function expectSame(world: World): Promise<void> {
  const { pages, ledger, fail, scheduler } = world;
  // What has expired just now leaves a page when it asks. The timer may move the first message after that.
  for (let asked = 0; asked !== ledger.first; ) {
    asked = ledger.first;
    lookAgain(world);
    await world.runFor(LOOK_EVERY_MS);
  }
  const oldest = EPOCH_MS + scheduler.now - RETENTION_MS;
  const lost = ledger.messages.find(({ seq, sentAt }) => {
    return seq < ledger.first && seq > ledger.erasedTo && sentAt > oldest;
  });
  if (lost) fail(`message ${lost.seq} of ${ROOM} is gone before its time`);
  for (const { state, person } of pages) {
    const { shown, from } = state.log;
    for (const message of shown) ledger.reads.checkShown(person.name, message);
    const missing = Math.max(from, ledger.first) + shown.length - 1 - ledger.seq;
    if (missing !== 0) fail(`${person.name} shows ${shown.length} messages from ${from}`);
  }
}
