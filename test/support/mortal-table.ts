// Storage that dies at any of its steps, to show that the next process finds what is left.

import { type Table, TableUnavailable } from '../../functions/room/table.ts';
import { openTestChat, type TestChat } from './chat.ts';
import { runUntil } from './clock.ts';
import { MemoryTable } from './memory-table.ts';

/** Storage that dies at one step: the step has no effect, or its answer is lost. Then every request fails until `heal`. */
function mortal(table: Table) {
  let left = Number.POSITIVE_INFINITY;
  let isDead = false;
  const step = async <T>(run: () => Promise<T>): Promise<T> => {
    if (isDead) throw new TableUnavailable(new Error('dead'));
    left -= 1;
    if (left >= 1) return run();
    isDead = true;
    // Every second death comes after the step took effect.
    if (left === 0.5) await run();
    throw new TableUnavailable(new Error('dead'));
  };
  return {
    table: {
      get: (partition, key) => step(() => table.get(partition, key)),
      list: (partition, range) => step(() => table.list(partition, range)),
      commit: (partition, operations) => step(() => table.commit(partition, operations)),
    } satisfies Table,
    /** The step, counted from 0. At n + 0.5 the step takes effect. */
    dieAt: (at: number) => {
      left = at + 1;
    },
    heal: () => {
      left = Number.POSITIVE_INFINITY;
      isDead = false;
    },
    get died() {
      return isDead;
    },
  };
}

/** Runs the work on one storage after another, each of which dies a step later, until the work is complete. */
export async function atEveryStep(
  prepare: (chat: TestChat) => Promise<void>,
  work: (chat: TestChat) => Promise<unknown>,
  check: (chat: TestChat, at: string) => Promise<void>,
): Promise<number> {
  for (let step = 0; ; step += 0.5) {
    const memory = new MemoryTable();
    const storage = mortal(memory);
    const dying = openTestChat(storage.table);
    await prepare(dying);
    storage.dieAt(step);
    await runUntil(
      dying.clock,
      work(dying).catch(() => {}),
    );
    const { died } = storage;
    storage.heal();
    // Another process continues, without memory.
    const next = openTestChat(memory);
    await next.clock.advance(dying.now() - next.now());
    await check(next, `after a death at step ${step}`);
    if (!died) return step;
  }
}
