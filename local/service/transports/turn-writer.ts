// One write per client and turn of the event loop, because a system call per message and client is what
// fan-out costs. A lone message leaves in the same turn: nothing waits on a timer.

/** Where one client's frames wait for the end of the turn. */
export interface Outbox {
  frames: Buffer[];
  /** Hands the joined bytes to the network. */
  write(bytes: Buffer): void;
}

export class TurnWriter {
  #waiting: Outbox[] = [];

  add(outbox: Outbox, frame: Buffer): void {
    if (outbox.frames.push(frame) > 1) return;
    // The check phase follows the poll phase, in which all that has arrived is read.
    if (this.#waiting.push(outbox) === 1) setImmediate(() => this.#flush());
  }

  /** Writes what waits for one client at once, as before the end of its transport. */
  flush(outbox: Outbox): void {
    const { frames } = outbox;
    if (frames.length === 0) return;
    outbox.frames = [];
    outbox.write(frames.length === 1 && frames[0] ? frames[0] : Buffer.concat(frames));
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    // Clients of one group mostly wait for the very same frames: joined once, shared by all of them.
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
