// Days on which signed-in people read on several devices each, beside the room. What was read on one device is read on all, no
// place goes back, and in the end nothing is stored that should be gone.

import type { Place, Places } from '../../functions/protocol.ts';
import type { AccountPlaces } from '../../web/connection/account-places.ts';
import { restart } from './cleanup-days.ts';
import { drawFaults, NO_FAULTS } from './faults.ts';
import { type Ask, openHttp } from './simulated-http.ts';
import { SimulatedNetwork } from './simulated-network.ts';
import type { Simulation } from './simulation.ts';
import type { World } from './world.ts';

const READERS = ['ann', 'ben'];
const ROOMS = ['a', 'b', 'c'];
const TROUBLE_MS = 600_000;
/** A device writes once a minute, and asks again when its person comes back after a minute. */
const SETTLED_WITHIN_MS = 200_000;
const ASK_EVERY_MS = 61_000;
const ANSWER_MS = 1_000;
const DAY_MS = 86_400_000;
/** Short, because each minute of it is a step. */
const RETENTION_DAYS = 1;
/** Rows stay until the end of a day, and go within the next hour. */
const GONE_WITHIN_MS = (RETENTION_DAYS + 1) * DAY_MS + 3_700_000;

/** One device of a person: the real client of the page, on a simulated network. */
class Device {
  readonly userId: string;
  readonly network = new SimulatedNetwork();
  readonly places: AccountPlaces;
  /** By room: the last message read, as far as the device knows. */
  readonly readTo = new Map<string, number>();

  constructor(
    { subject, scheduler }: Simulation,
    http: (network: SimulatedNetwork) => Ask,
    userId: string,
  ) {
    this.userId = userId;
    const ask = http(this.network);
    const call = async (asked: Parameters<Ask>[0]) => {
      const { status, body } = await ask({ ...asked, headers: { user: userId } });
      if (status !== 200) throw new Error(`the answer is ${status}`);
      return structuredClone(body) as Places;
    };
    this.places = subject.keepAccountPlaces({
      rooms: () => [...this.readTo].map(([room, readTo]) => ({ room, readTo })),
      read: () => call({ handler: 'reading' }),
      write: (change) => call({ handler: 'markReading', body: JSON.stringify(change) }),
      onPlaces: (places) => {
        for (const place of places) this.read(place);
      },
      now: () => scheduler.now,
    });
  }

  read({ room, readTo }: Place): void {
    this.readTo.set(room, Math.max(readTo, this.readTo.get(room) ?? 0));
  }
}

export async function readingDays(world: World): Promise<void> {
  const { scheduler, ledger, fleet } = world;
  restart(world, RETENTION_DAYS);
  const { frameLost: _, ...faults } = drawFaults(scheduler);
  world.faults = { ...faults, frameLost: 0 };
  const http = (network: SimulatedNetwork) => openHttp(world, fleet, network);
  const devices = READERS.flatMap((userId) =>
    Array.from({ length: scheduler.whole(1, 3) }, () => new Device(world, http, userId)),
  );
  const highest = new Map<string, number>();
  const readOn = (device: Device) => {
    const room = scheduler.pick(ROOMS) ?? '';
    const readTo = (device.readTo.get(room) ?? 0) + scheduler.whole(1, 5);
    const key = `${device.userId} ${room}`;
    highest.set(key, Math.max(readTo, highest.get(key) ?? 0));
    device.read({ room, readTo });
  };
  const act = () => {
    const device = scheduler.pick(devices);
    const draw = scheduler.random();
    if (!device) return;
    if (draw < 0.6) {
      readOn(device);
      device.places.changed();
    } else if (draw < 0.7) device.places.paused();
    else if (draw < 0.8) device.places.left();
    else if (draw < 0.9) device.places.came();
    else device.network.isCut = !device.network.isCut;
  };
  for (let left = scheduler.whole(10, 60); left > 0; left -= 1) {
    scheduler.after(scheduler.between(0, TROUBLE_MS), 'somebody reads', act);
  }
  for (let left = scheduler.whole(0, 2); left > 0; left -= 1) {
    scheduler.after(scheduler.between(0, TROUBLE_MS), 'an instance dies', () => {
      fleet.killOne();
      if (fleet.size === 0) world.startInstance();
    });
  }
  await world.runFor(TROUBLE_MS);
  world.faults = NO_FAULTS;
  for (const { network } of devices) network.isCut = false;
  await world.runFor(SETTLED_WITHIN_MS);
  // Devices of one person write at the same moment.
  scheduler.after(0, 'everybody reads and goes', () => {
    for (const device of devices) {
      readOn(device);
      device.places.left();
    }
  });
  await world.runFor(SETTLED_WITHIN_MS);
  scheduler.after(ASK_EVERY_MS, 'everybody comes back', () => {
    for (const { places } of devices) places.came();
  });
  await world.runFor(ASK_EVERY_MS + ANSWER_MS);
  for (const [key, readTo] of highest) {
    const [userId = '', room = ''] = key.split(' ');
    const stored = ledger.places.of(userId).get(room);
    if (stored !== readTo)
      world.fail(`${userId} has read ${room} up to ${readTo}, stored is ${stored}`);
    for (const device of devices) {
      const known = device.readTo.get(room);
      if (device.userId === userId && known !== readTo) {
        world.fail(`${userId} has read ${room} up to ${readTo}, and a device knows ${known}`);
      }
    }
  }
  for (const { places } of devices) places.stop();
  await expectGone(world);
}

/** One person is erased, and the row of the other one expires. */
async function expectGone(world: World): Promise<void> {
  const { ledger, scheduler } = world;
  const [erased = ''] = READERS;
  scheduler.after(0, 'a person is erased', () => world.eraseReading(erased));
  await world.runFor(ANSWER_MS);
  if (ledger.places.of(erased).size > 0) world.fail(`${erased} is erased, and has reading places`);
  const kept = READERS.filter((userId) => ledger.places.of(userId).size > 0).length;
  await world.runFor((RETENTION_DAYS * DAY_MS) / 2);
  const early = READERS.filter((userId) => ledger.places.of(userId).size > 0).length < kept;
  if (early) world.fail('reading places are gone before their time');
  await world.runFor(GONE_WITHIN_MS);
  if (ledger.places.size > 0) world.fail(`${ledger.places.size} rows of reading places are left`);
}
