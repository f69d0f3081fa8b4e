// Wrappers that make any table fail like storage.

import {
  type CommitResult,
  type Operation,
  type Table,
  TableUnavailable,
} from '../../functions/room/table.ts';
import type { Clock } from './clock.ts';
import { MemoryTable } from './memory-table.ts';

type Trouble = 'none' | 'no answer before' | 'no answer after';

/** `trouble` decides for each commit whether the commit or its answer gets lost. */
export function troubled(table: Table, trouble: () => Trouble): Table {
  return {
    get: (partition, key) => table.get(partition, key),
    list: (partition, range) => table.list(partition, range),
    commit: async (partition, operations) => {
      const kind = trouble();
      if (kind === 'no answer before') throw new TableUnavailable(new Error('lost'));
      const result = await table.commit(partition, operations);
      if (kind === 'no answer after') throw new TableUnavailable(new Error('lost'));
      return result;
    },
  };
}

/** A table in memory whose commits take `commitMs` each, by the clock of the chat that `chat` gives. */
export function slow(commitMs: number, chat: () => { readonly clock: Clock }): Table {
  const table = new MemoryTable();
  return {
    get: (partition, key) => table.get(partition, key),
    list: (partition, range) => table.list(partition, range),
    commit: async (partition, operations) => {
      await chat().clock.sleep(commitMs);
      return table.commit(partition, operations);
    },
  };
}

/** A table in memory. Its lists fail while `isOut` says so. */
export function unreadable(
  isOut: (partition: string, range: Parameters<Table['list']>[1]) => boolean,
): Table {
  const table = new MemoryTable();
  return {
    get: (partition, key) => table.get(partition, key),
    commit: (partition, operations) => table.commit(partition, operations),
    list: async (partition, range) => {
      if (isOut(partition, range)) throw new Error('busy');
      return table.list(partition, range);
    },
  };
}

export interface Counted extends Table {
  readonly commits: readonly Commit[];
  /** Commits to one partition. */
  commitsTo(partition: string): readonly Commit[];
  reads: number;
}

interface Commit {
  readonly partition: string;
  readonly operations: readonly Operation[];
  readonly result: CommitResult;
}

/** Counts the calls of a table. */
export function countCalls(table: Table): Counted {
  const commits: Commit[] = [];
  const counts: Counted = {
    commits,
    commitsTo: (wanted) => commits.filter(({ partition }) => partition === wanted),
    reads: 0,
    get: (partition, key) => {
      counts.reads += 1;
      return table.get(partition, key);
    },
    list: (partition, range) => {
      counts.reads += 1;
      return table.list(partition, range);
    },
    commit: async (partition, operations) => {
      const result = await table.commit(partition, operations);
      commits.push({ partition, operations, result });
      return result;
    },
  };
  return counts;
}
