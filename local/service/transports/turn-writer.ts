// One write per client and turn of the event loop, because system calls are the cost of fan-out. A single message is
// written in the same turn, without a timer.

/** The queued frames of one client. */
export interface Outbox {
  frames: Buffer[];
  /** Writes the joined bytes to the network. */
  write(bytes: Buffer): void;
}

/** Writes all queued frames at the end of a turn. */
export class TurnWriter {
  #waiting: Outbox[] = [];

  add(outbox: Outbox, frame: Buffer): void {
    if (outbox.frames.push(frame) > 1) return;
    // The check phase follows the poll phase, in which all arrived bytes are read.
    if (this.#waiting.push(outbox) === 1) setImmediate(() => this.#flush());
  }

  /** Writes one client's frames at once, for example before the end of its transport. */
  flush(outbox: Outbox): void {
    const { frames } = outbox;
    if (frames.length === 0) return;
    outbox.frames = [];
    outbox.write(frames.length === 1 && frames[0] ? frames[0] : Buffer.concat(frames));
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    // Clients of one group mostly have the same frames, so they are joined once and shared.
    let joinedFrames: readonly Buffer[] = [];
    let joined: Buffer = Buffer.alloc(0);
    for (const outbox of waiting) {
      const { frames } = outbox;
      if (frames.length === 0) continue;
      outbox.frames = [];
      if (!areSame(frames, joinedFrames)) {
        joinedFrames = frames;
        joined = frames.length === 1 && frames[0] ? frames[0] : Buffer.concat(frames);
      }
      outbox.write(joined);
    }
  }
}

function areSame(one: readonly Buffer[], other: readonly Buffer[]): boolean {
  return one.length === other.length && one.every((frame, index) => frame === other[index]);
}
