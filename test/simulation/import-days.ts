// Before the storm somebody imports an archive into the room, while people come and processes die.

import { drawArchive } from './archive.ts';
import {
  everyoneLeaves,
  expectTidy,
  LATE_MS,
  LONG_RETENTION_DAYS,
  restart,
  TOMBSTONE_MS,
  trouble,
} from './cleanup-days.ts';
import { ROOM } from './simulation.ts';
import type { World } from './world.ts';

const IMPORTED_WITHIN_MS = 600_000;
const ERASED_WITHIN_MS = 300_000;
const OPENED_WITHIN_MS = 5_000;
const DAY_MS = 86_400_000;

export async function importDays(world: World): Promise<void> {
  const { scheduler, fleet, ledger, pages } = world;
  restart(world, LONG_RETENTION_DAYS);
  const isEarly = scheduler.chance(0.3);
  if (isEarly) world.arrive();
  if (isEarly && scheduler.chance(0.5)) await world.runFor(scheduler.between(0, 100));
  if (isEarly && scheduler.chance(0.3)) scheduler.pick(pages)?.write();
  const importer = world.startImport(drawArchive(ROOM, scheduler));
  await trouble(world, () => {});
  if (fleet.size === 0) world.startInstance();
  await world.runFor(IMPORTED_WITHIN_MS, () => importer.state !== 'under way');
  if (importer.state === 'under way') world.fail('an import does not end');
  if (importer.state === 'refused' && !isEarly) world.fail('an import into a new room is refused');
  everyoneLeaves(world);
  if (ledger.gate.isClosed) world.moderate('openRoom');
  await world.runFor(OPENED_WITHIN_MS);
  if (world.traits.hasEraser) {
    scheduler.after(0, 'a person is erased', () => world.startErase('ben'));
    await world.runFor(ERASED_WITHIN_MS, () => world.eraser?.isDone === true);
    if (!world.eraser?.isDone) world.fail('the erase of a person does not end');
  }
  // What had expired is gone, and nothing else is.
  await world.runFor(LATE_MS + TOMBSTONE_MS + LATE_MS);
  await expectTidy(world, LONG_RETENTION_DAYS * DAY_MS);
  while (fleet.size > 0) fleet.killOne();
}
