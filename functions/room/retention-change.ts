// Applies a shorter retention setting to rooms that nobody enters: their cleanup was scheduled by the old setting. The timer
// stores the setting of the schedule. After a change it makes every room due whose cleanup is later.
//
//   .schedule | retention    the setting, and the progress through the schedule for a shorter one

import { CLEANUP_PARTITION, dueKey, toDueRow } from './cleanup-schedule.ts';
import type { Row, StoredRow, Table } from './table.ts';

/** A partition that no room can be named after. */
const SCHEDULE_PARTITION = '.schedule';
const RETENTION_KEY = 'retention';
/** One transaction. */
const ROOMS_AT_A_TIME = 100;
/** Rooms that one run of the timer makes due. */
const MOST_PAGES = 10;

/** One per process. Throws `TableUnavailable` if storage does not answer. */
export class RetentionChange {
  readonly #table: Table;
  /** The setting of the whole schedule, as far as this process knows. */
  #appliedMs: number | undefined;

  constructor(table: Table) {
    this.#table = table;
  }

  /**
   * Makes rooms due at `now` (epoch ms) if the retention is shorter than it was. One call handles up to 1,000 rooms, and the
   * next call continues, also after a failure. Costs one read per process if the setting is the same.
   */
  async apply(retentionMs: number, now: number): Promise<void> {
    if (this.#appliedMs === retentionMs) return;
    const row = await this.#table.get(SCHEDULE_PARTITION, RETENTION_KEY);
    const { madeForMs, goneThroughFor, goneTo } = fromRow(row);
    let from = goneThroughFor === retentionMs && goneTo !== '' ? goneTo : dueKey(now + 1);
    let isDone = retentionMs >= madeForMs;
    for (let page = 0; page < MOST_PAGES && !isDone; page += 1) {
      const range = { from, to: dueKey(Number.MAX_SAFE_INTEGER), limit: ROOMS_AT_A_TIME };
      const later = await this.#table.list(CLEANUP_PARTITION, range);
      await this.#makeDue(later, now);
      isDone = later.length < ROOMS_AT_A_TIME;
      // The next key after the last one.
      from = `${later.at(-1)?.key ?? from}!`;
    }
    await this.#table.commit(SCHEDULE_PARTITION, [
      { kind: 'put', row: toRow(isDone ? { retentionMs } : { retentionMs, madeForMs, from }) },
    ]);
    if (isDone) this.#appliedMs = retentionMs;
  }

  async #makeDue(later: readonly StoredRow[], now: number): Promise<void> {
    const rooms = new Set(later.map(({ properties }) => String(properties.room)));
    const rows = [...rooms].map((room): Row => {
      const { key, properties } = toDueRow(room, now);
      return { key, properties: { ...properties, isForced: true } };
    });
    if (rows.length === 0) return;
    await this.#table.commit(
      CLEANUP_PARTITION,
      rows.map((row) => ({ kind: 'put', row }) as const),
    );
  }
}

/** Without a row the setting of the schedule is unknown: an earlier version did not store it. */
function fromRow(row: StoredRow | undefined) {
  const { madeForMs, goneThroughFor, goneTo } = row?.properties ?? {};
  return {
    madeForMs: Number(madeForMs ?? Number.MAX_SAFE_INTEGER),
    goneThroughFor: Number(goneThroughFor ?? 0),
    goneTo: String(goneTo ?? ''),
  };
}

function toRow({
  retentionMs,
  madeForMs = retentionMs,
  from = '',
}: {
  readonly retentionMs: number;
  readonly madeForMs?: number;
  readonly from?: string;
}): Row {
  return {
    key: RETENTION_KEY,
    properties: { madeForMs, goneThroughFor: retentionMs, goneTo: from },
  };
}
