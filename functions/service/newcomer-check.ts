// Asks the service about newcomers some seconds after their joins, because a join is committed before the host adds the
// connection to its group: if that fails, the service may drop the connection, and nobody reports its end.
//
// Cost: one existence check for each join whose connection is silent for ten seconds, and nothing for a message. The newcomers
// are in memory. If the process ends first, the timer finds the connection (timer/cleanup.ts).

import { atATime } from '../at-a-time.ts';
import type { Events } from '../protocol.ts';
import { toReason } from '../room/commit-note.ts';
import { mergeEvents, toFrames } from '../room/frames.ts';
import type { RoomLog } from '../room/room-log.ts';
import type { SignalRService } from './signalr-rest.ts';

/** Longer than an output takes, and short enough for two attempts within half a minute. */
const CHECK_AFTER_MS = 10_000;
const ATTEMPTS = 2;
const CHECKS_AT_A_TIME = 8;
/** Beyond it newcomers are left to the timer. */
const MOST_NEWCOMERS = 10_000;

export interface NewcomerCheckOptions {
  readonly rooms: Pick<RoomLog, 'submit' | 'report'>;
  readonly service: Pick<SignalRService, 'hasConnection' | 'sendToGroup'>;
  /** Milliseconds that never go back. */
  readonly monotonicNow: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

interface Newcomer {
  readonly connectionId: string;
  readonly room: string;
  /** By the monotonic clock. */
  readonly checkAt: number;
  readonly attemptsLeft: number;
}

/** One per process. No method throws: a failed check is repeated once, and logged. */
export class NewcomerCheck {
  /** By connection id, in the order of their times. */
  readonly #newcomers = new Map<string, Newcomer>();
  readonly #options: NewcomerCheckOptions;
  #isRunning = false;

  constructor(options: NewcomerCheckOptions) {
    this.#options = options;
  }

  /** Call it after a join. The service is asked about the connection ten seconds later. */
  joined(room: string, connectionId: string): void {
    this.#expect({ connectionId, room, attemptsLeft: ATTEMPTS });
    if (!this.#isRunning) void this.#run();
  }

  /** Call it for each event of the connection: the service knows it, and will report its end. No check follows. */
  confirm(connectionId: string): void {
    this.#newcomers.delete(connectionId);
  }

  #expect(newcomer: Omit<Newcomer, 'checkAt'>): void {
    const { connectionId } = newcomer;
    this.#newcomers.delete(connectionId);
    if (this.#newcomers.size >= MOST_NEWCOMERS) return;
    const checkAt = this.#options.monotonicNow() + CHECK_AFTER_MS;
    this.#newcomers.set(connectionId, { ...newcomer, checkAt });
  }

  async #run(): Promise<void> {
    const { monotonicNow, sleep } = this.#options;
    this.#isRunning = true;
    for (;;) {
      const [next] = this.#newcomers.values();
      if (!next) break;
      await sleep(Math.max(0, next.checkAt - monotonicNow()));
      await this.#check(this.#takeDue());
    }
    this.#isRunning = false;
  }

  #takeDue(): Newcomer[] {
    const due = [...this.#newcomers.values()].filter(
      ({ checkAt }) => checkAt <= this.#options.monotonicNow(),
    );
    for (const { connectionId } of due) this.#newcomers.delete(connectionId);
    return due;
  }

  async #check(newcomers: readonly Newcomer[]): Promise<void> {
    const isThere = await atATime(CHECKS_AT_A_TIME, newcomers, async (newcomer) => {
      const { connectionId } = newcomer;
      return this.#options.service.hasConnection(connectionId).catch((error) => {
        this.#postpone(newcomer, error);
        return true;
      });
    });
    const byRoom = new Map<string, Newcomer[]>();
    for (const newcomer of newcomers.filter((_, index) => !isThere[index])) {
      byRoom.set(newcomer.room, [...(byRoom.get(newcomer.room) ?? []), newcomer]);
    }
    await Promise.all([...byRoom].map(([room, gone]) => this.#remove(room, gone)));
  }

  /** Commits that they left, together, and broadcasts it. */
  async #remove(room: string, gone: readonly Newcomer[]): Promise<void> {
    const { rooms, service } = this.#options;
    const changes: Events[] = [];
    const removed = await Promise.all(
      gone.map(async (newcomer) => {
        const { connectionId } = newcomer;
        try {
          const { frames } = await rooms.submit(room, { kind: 'leave', connectionId });
          changes.push(...frames);
          return 1;
        } catch (error) {
          this.#postpone(newcomer, error);
          return 0;
        }
      }),
    );
    const connections = removed.reduce<number>((sum, one) => sum + one, 0);
    if (connections > 0) rooms.report(`corrected ${JSON.stringify({ room, connections })}`);
    const events = mergeEvents(changes);
    for (const frame of events ? toFrames(events) : []) {
      await service.sendToGroup(room, 'events', frame).catch((error) => {
        rooms.report(`room ${room}: unable to broadcast revision ${frame.revision}: ${error}`);
      });
    }
  }

  /** Tries once more later, unless it was tried often enough. */
  #postpone(newcomer: Newcomer, cause: unknown): void {
    const attemptsLeft = newcomer.attemptsLeft - 1;
    if (attemptsLeft > 0) this.#expect({ ...newcomer, attemptsLeft });
    const { room } = newcomer;
    this.#options.rooms.report(`check-failed ${JSON.stringify({ room, reason: toReason(cause) })}`);
  }
}
