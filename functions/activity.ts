// When the service last called the functions, when it was last refused, and when the timer last ran: for /api/health, which any
// process may answer.
//
//   .health | upstream                  { at }   the last upstream event that passed the check
//           | refused:<reason>          { at }   the last one that was refused for this reason
//           | cleanup                   { at }   the last run of the timer that came to its end
//
// Cost: one write a minute for each process that gets events, at most one for each reason, and one for each run of the timer.
// No event waits for a write. So each time is up to a minute old, and a write that fails is not repeated before the next event.

import type { Row, StoredRow, Table } from './room/table.ts';

/** Why an upstream request was refused. `wrong_…` of a token: it is of our tenant, so no stranger can cause it. */
const UPSTREAM_REFUSALS = [
  'no_signature',
  'wrong_signature',
  'no_token',
  'bad_token',
  'wrong_issuer',
  'wrong_audience',
  'wrong_identity',
] as const;
export type UpstreamRefusal = (typeof UPSTREAM_REFUSALS)[number];

export interface Activity {
  readonly upstream: {
    /** The last event of our service, epoch ms, up to a minute early. Absent if there was none. */
    readonly lastAt?: number;
    /** The refusals of the last hour, one for each reason. */
    readonly refused: readonly { readonly reason: UpstreamRefusal; readonly at: number }[];
  };
  readonly cleanup: {
    /** The end of the timer's last run, epoch ms. Absent if it never ran. */
    readonly lastAt?: number;
  };
}

/** No room can have the name of this partition. */
const PARTITION = '.health';
const UPSTREAM = 'upstream';
const REFUSED = 'refused:';
const CLEANUP = 'cleanup';

const WRITE_EVERY_MS = 60_000;
const LATELY_MS = 60 * 60_000;

interface ActivityOptions {
  readonly table: Table;
  /** Epoch ms. */
  readonly now: () => number;
  readonly monotonicNow: () => number;
}

/** One per process. */
export class ActivityRecord {
  readonly #options: ActivityOptions;
  /** By row key: the time, and when it was written by the monotonic clock. */
  readonly #own = new Map<string, { readonly at: number; readonly writtenAt: number }>();

  constructor(options: ActivityOptions) {
    this.#options = options;
  }

  /** An event passed the check. Returns at once, and never throws. */
  upstreamCame(): void {
    this.#noteOncePerMinute(UPSTREAM);
  }

  /** An event was refused. Returns at once, and never throws. */
  upstreamRefused(reason: UpstreamRefusal): void {
    this.#noteOncePerMinute(`${REFUSED}${reason}`);
  }

  /** A run of the timer ended well. Never rejects: the run has done its work. */
  async cleanupRan(): Promise<void> {
    await this.#note(CLEANUP).catch(() => {});
  }

  /** What all processes have noted. One read. Throws TableUnavailable. */
  async read(): Promise<Activity> {
    const rows = await this.#options.table.list(PARTITION, { from: '', to: '~', limit: 100 });
    const times = new Map(rows.map(toTime));
    // This process may have failed to write.
    for (const [key, { at }] of this.#own) times.set(key, Math.max(at, times.get(key) ?? 0));
    const lately = this.#options.now() - LATELY_MS;
    return {
      upstream: {
        ...lastAt(times.get(UPSTREAM)),
        refused: UPSTREAM_REFUSALS.flatMap((reason) => {
          const at = times.get(`${REFUSED}${reason}`) ?? 0;
          return at > lately ? [{ reason, at }] : [];
        }),
      },
      cleanup: lastAt(times.get(CLEANUP)),
    };
  }

  #noteOncePerMinute(key: string): void {
    const writtenAt = this.#own.get(key)?.writtenAt ?? Number.NEGATIVE_INFINITY;
    if (this.#options.monotonicNow() - writtenAt < WRITE_EVERY_MS) return;
    void this.#note(key).catch(() => {});
  }

  async #note(key: string): Promise<void> {
    const at = this.#options.now();
    this.#own.set(key, { at, writtenAt: this.#options.monotonicNow() });
    const row: Row = { key, properties: { at } };
    await this.#options.table.commit(PARTITION, [{ kind: 'put', row }]);
  }
}

function toTime({ key, properties }: StoredRow): [string, number] {
  return [key, Number(properties.at)];
}

function lastAt(at: number | undefined): { readonly lastAt?: number } {
  return at === undefined ? {} : { lastAt: at };
}
