// One modelled deployment: instances of the functions app that run the real room log on limited storage, in virtual time. The
// platform gives each call to a random instance, which runs 16 at a time on one core.

import type { Events } from '../../../functions/protocol.ts';
import type { Change } from '../../../functions/room/change.ts';
import { billedFor } from '../../../functions/room/frames.ts';
import { RoomLog } from '../../../functions/room/room-log.ts';
import { Scheduler } from '../scheduler.ts';
import { EPOCH_MS } from '../virtual-time.ts';
import { LimitedStorage } from './limited-storage.ts';
import { CALL_MS, CALLS_AT_A_TIME } from './limits.ts';

/** Only the documented limits are to decide. */
const NO_CAPS = { user: 60, room: 10_000_000 };

/** What a room of some layout does with a call that an instance has begun. */
export interface Layout {
  readonly join: (instance: Instance, room: string, connectionId: string) => Promise<boolean>;
  readonly send: (instance: Instance, room: string, id: string) => Promise<boolean>;
}

export interface Instance {
  readonly number: number;
  readonly rooms: RoomLog;
  waiting: (() => void)[];
  running: number;
  /** When the processor has done what it was given, ms. */
  processorFreeAt: number;
}

export class ScaleWorld {
  readonly scheduler: Scheduler;
  readonly storage: LimitedStorage;
  readonly instances: readonly Instance[];
  /** Billed outbound messages. */
  billed = 0;
  /** The number online that the clients of a room saw last, and since when, ms. */
  readonly seen = new Map<
    string,
    { readonly online: number; readonly revision: number; readonly at: number }
  >();
  /** What a frame of the room log means in this layout. Each frame is a broadcast by default. */
  onFrame: (instance: Instance, events: Events) => void = (_instance, events) =>
    this.broadcast(events, billedFor(events));
  #strays = 0;

  constructor(seed: number, instances: number) {
    this.scheduler = new Scheduler(seed);
    this.storage = new LimitedStorage(this.scheduler);
    this.instances = Array.from({ length: instances }, (_, number) => this.#start(number));
  }

  #start(number: number): Instance {
    const { scheduler, storage } = this;
    const { random } = scheduler;
    let commits = 0;
    const instance: Instance = {
      number,
      rooms: new RoomLog({
        table: storage,
        now: () => EPOCH_MS + Math.floor(scheduler.now),
        monotonicNow: () => scheduler.now,
        random,
        sleep: this.sleep,
        newCommitId: () => {
          commits += 1;
          return `${number}-${commits}`;
        },
        caps: NO_CAPS,
        broadcast: async (events) => this.onFrame(instance, events),
      }),
      waiting: [],
      running: 0,
      processorFreeAt: 0,
    };
    return instance;
  }

  readonly sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      this.scheduler.after(ms, 'slept', resolve);
    });

  /** Sends a frame to everyone in the room. */
  broadcast(
    { room, online, revision }: Pick<Events, 'room' | 'online' | 'revision'>,
    billed: number,
  ): void {
    this.billed += billed * online;
    const before = this.seen.get(room);
    if (before && before.revision > revision) return;
    const at = before?.online === online ? before.at : this.scheduler.now;
    this.seen.set(room, { online, revision, at });
  }

  /** Submits a change as the function of an instance does, and sends the frames that it gets. */
  async submit(instance: Instance, room: string, change: Change) {
    const { outcome, frames } = await instance.rooms.submit(room, change);
    for (const events of frames) this.onFrame(instance, events);
    return outcome;
  }

  /** Runs a call on a random instance. Resolves with its result, and with false if it fails. */
  call(run: (instance: Instance) => Promise<boolean>): Promise<boolean> {
    const { scheduler, instances } = this;
    const instance = instances[Math.floor(scheduler.random() * instances.length)];
    if (!instance) throw new Error('unable to run a call; there is no instance.');
    return new Promise((resolve) => {
      const begin = () => {
        instance.running += 1;
        instance.processorFreeAt = Math.max(instance.processorFreeAt, scheduler.now) + CALL_MS;
        scheduler.after(instance.processorFreeAt - scheduler.now, 'call', () => {
          const end = (result: boolean) => {
            instance.running -= 1;
            instance.waiting.shift()?.();
            resolve(result);
          };
          run(instance).then(end, () => end(false));
        });
      };
      if (instance.running < CALLS_AT_A_TIME) begin();
      else instance.waiting.push(begin);
    });
  }

  /** A connection id that nobody has had. */
  newConnectionId(): string {
    this.#strays += 1;
    return `c${this.#strays.toString(36).padStart(8, '0')}`;
  }

  runUntil(end: number, isEnough: () => boolean): Promise<void> {
    return this.scheduler.runUntil(end, isEnough);
  }
}

/** The layout of today: one partition for each room. */
export function onePartition(world: ScaleWorld): Layout {
  return {
    join: async (instance, room, connectionId) => {
      const member = { connectionId, userId: `u-${connectionId}`, name: 'Guest' };
      const outcome = await world.submit(instance, room, { kind: 'join', ...member });
      return outcome.kind === 'joined';
    },
    send: async (instance, room, id) => {
      const line = { id, text: 'A line of an ordinary length, as people write it.' };
      const outcome = await world.submit(instance, room, {
        kind: 'send',
        ...line,
        userId: 'u-speaker',
        name: 'Ada',
      });
      return outcome.kind === 'stored';
    },
  };
}
