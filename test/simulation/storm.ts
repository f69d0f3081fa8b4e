// The storm: people join, write, leave and lose their networks. Instances die and start. Storage goes away. The service
// disconnects everyone at once.

import type { SimulatedPage } from './simulated-page.ts';
import type { World } from './world.ts';

/** Draws the people and all events of the storm. Returns the end of the storm, ms. */
export function brewStorm(world: World): number {
  const { scheduler } = world;
  const hasLongOutage = scheduler.chance(0.03);
  const lengthMs = hasLongOutage ? LONG_OUTAGE_MS + 6_000 : scheduler.between(5_000, 60_000);
  const any = (run: () => void, label: string) =>
    scheduler.after(scheduler.between(0, lengthMs), label, run);
  const times = (least: number, most: number, run: () => void, label: string) => {
    for (let left = scheduler.whole(least, most); left > 0; left -= 1) any(run, label);
  };
  const onAnyPage = (run: (page: SimulatedPage) => void) => () => {
    const page = scheduler.pick(world.pages);
    if (page) run(page);
  };

  for (let left = scheduler.whole(1, 3); left > 0; left -= 1) world.startInstance();
  for (let left = scheduler.whole(1, 4); left > 0; left -= 1) world.arrive();
  if (scheduler.chance(0.07)) world.crowd.grow(scheduler.whole(20, 45));

  times(1, 15, onAnyPage(write(world)), 'somebody writes');
  times(0, 3, () => world.arrive(), 'somebody comes');
  times(0, 2, () => world.publisher.publish(scheduler.whole(1, 4)), 'publish');
  if (scheduler.chance(0.03))
    any(() => world.publisher.publish(MORE_THAN_A_TRANSACTION), 'publish');
  if (scheduler.chance(0.5)) times(1, 4, onAnyPage(cut(world)), 'a network goes away');
  if (scheduler.chance(0.4)) times(1, 2, onAnyPage(hide(world)), 'a page is hidden');
  if (scheduler.chance(0.4))
    times(
      1,
      2,
      onAnyPage((page) => page.reload()),
      'a page reloads',
    );
  if (scheduler.chance(0.4)) times(1, 2, onAnyPage(depart(world)), 'somebody goes');
  if (scheduler.chance(0.4)) times(1, 3, () => killInstance(world), 'an instance dies');
  if (scheduler.chance(0.2)) times(1, 2, () => world.startInstance(), 'an instance more');
  if (scheduler.chance(0.2)) times(1, 2, () => dropAll(world), 'maintenance');
  if (scheduler.chance(0.2)) times(1, 2, () => outage(world), 'storage is out');
  if (hasLongOutage)
    scheduler.after(scheduler.between(1_000, 5_000), 'storage is out for long', () =>
      longOutage(world),
    );
  if (scheduler.chance(0.2)) times(1, 2, () => banUser(world), 'a moderator acts');
  if (world.traits.hasChanges) {
    times(
      1,
      10,
      onAnyPage((page) => page.change()),
      'somebody changes a message',
    );
    if (scheduler.chance(0.3)) times(1, 2, () => removeAny(world), 'a moderator removes a message');
  }
  if (world.traits.hasReactors) {
    times(1, 6, () => world.reactors.react(scheduler.whole(1, 8)), 'people react');
  }
  if (world.traits.hasVoters) {
    times(
      2,
      12,
      onAnyPage((page) => page.react()),
      'somebody reacts',
    );
  }
  if (world.traits.hasModerators) {
    const people = () => world.pages.map(({ person }) => person);
    times(
      6,
      20,
      onAnyPage((page) => page.moderate(people())),
      'somebody moderates',
    );
    times(
      2,
      8,
      onAnyPage((page) => page.reopen()),
      'somebody opens the room',
    );
    // The command closes and opens it, too.
    if (scheduler.chance(0.4)) any(() => world.fleet.closeAndOpen(), 'the room is closed');
  }
  if (world.crowd.size > 0) {
    times(1, 3, () => world.crowd.shrink(scheduler.whole(1, 10)), 'some of the crowd go');
    times(0, 2, () => world.crowd.grow(scheduler.whole(1, 10)), 'the crowd grows');
  }
  return lengthMs;
}

/** Number of lines. A transaction has space for 98. */
const MORE_THAN_A_TRANSACTION = 110;

function write({ scheduler }: World) {
  return (page: SimulatedPage) => {
    const lines = scheduler.chance(0.2) ? scheduler.whole(2, 6) : 1;
    for (let line = 0; line < lines; line += 1) page.write();
  };
}

function cut({ scheduler }: World) {
  return (page: SimulatedPage) => {
    const isNoticed = scheduler.chance(0.4);
    page.cut(isNoticed);
    scheduler.after(scheduler.between(50, 40_000), 'a network is back', () => {
      page.restore(isNoticed);
    });
  };
}

function hide({ scheduler }: World) {
  return (page: SimulatedPage) => {
    page.show(false);
    scheduler.after(scheduler.between(1_000, 60_000), 'a page is shown', () => page.show(true));
  };
}

function depart(world: World) {
  return (page: SimulatedPage) => {
    world.depart(page, world.scheduler.chance(0.5) ? 'close' : 'vanish');
  };
}

function killInstance(world: World): void {
  const { scheduler, fleet } = world;
  fleet.killOne();
  scheduler.after(scheduler.between(0, 4_000), 'an instance starts', () => {
    if (fleet.size < 3) world.startInstance();
  });
}

function dropAll({ service }: World): void {
  for (const { id } of service.open) service.end(id);
}

/** Longer than any change is retried, so everything pending at its end began during it. */
const LONG_OUTAGE_MS = 70_000;
/** The retry time of a change, plus slow requests before it. */
const GIVEN_UP_AFTER_MS = 50_000;

function longOutage({ table, scheduler, fleet, fail }: World): void {
  table.isOut = true;
  scheduler.after(LONG_OUTAGE_MS, 'storage is back after long', () => {
    const waitsMs = scheduler.now - fleet.oldestCallAt;
    if (waitsMs > GIVEN_UP_AFTER_MS)
      fail(`storage does not answer, and a call waits for ${waitsMs} ms`);
    table.isOut = false;
  });
}

function banUser(world: World): void {
  const { scheduler, service } = world;
  const connection = scheduler.pick(service.open);
  if (connection) world.banUser(connection.id, scheduler.whole(0, 1));
}

function removeAny(world: World): void {
  const { scheduler, ledger } = world;
  if (ledger.seq === 0) return;
  const seq = scheduler.whole(Math.min(ledger.first, ledger.seq), ledger.seq);
  world.moderate('deleteMessage', { seq: `${seq}` });
}

function outage({ table, scheduler }: World): void {
  table.isOut = true;
  scheduler.after(scheduler.between(500, 30_000), 'storage is back', () => {
    table.isOut = false;
  });
}
