// The lives of connections, for the debug page: read from the log, so that the page can show nothing that the log does not say.

export interface Life {
  readonly id: string;
  readonly hub: string;
  /** Quoted, as in the log. */
  readonly user: string | undefined;
  /** Epoch milliseconds of the first and of the last step. */
  readonly from: number;
  readonly until: number;
  readonly isOver: boolean;
  readonly steps: readonly Step[];
}

/** Equal steps that follow each other count as one. */
interface Step {
  readonly text: string;
  readonly times: number;
}

/** The user is JSON, which may have any character. */
const LINE = /^hub (\S+) connection (\S+?)(?: user ("(?:[^"\\]|\\.)*"))?: (.*)$/s;
const EVENT = /^upstream \w+ ("(?:[^"\\]|\\.)*"): (.*) in \d+ ms$/s;

/** Keeps the last ones. */
export class ConnectionLives {
  readonly #lives = new Map<string, Life>();
  readonly #most: number;
  readonly #mostSteps: number;

  constructor(most = 50, mostSteps = 12) {
    this.#most = most;
    this.#mostSteps = mostSteps;
  }

  /** @param at epoch milliseconds */
  note(line: string, at: number): void {
    const [, hub, id, user, text] = LINE.exec(line) ?? [];
    if (hub === undefined || id === undefined || text === undefined) return;
    const life = this.#lives.get(id);
    // The connection that changed last is the last one to be forgotten.
    this.#lives.delete(id);
    this.#lives.set(id, {
      id,
      hub,
      user: user ?? life?.user,
      from: life?.from ?? at,
      until: at,
      isOver: life?.isOver === true || text.startsWith('disconnected'),
      steps: this.#withStep(life?.steps ?? [], toStep(text)),
    });
    const [oldest] = this.#lives.keys();
    if (this.#lives.size > this.#most && oldest !== undefined) this.#lives.delete(oldest);
  }

  /** The one that changed last first. */
  list(): readonly Life[] {
    return [...this.#lives.values()].reverse();
  }

  /** A long life keeps its first two steps, negotiated and connected, and the last ones. */
  #withStep(steps: readonly Step[], text: string): readonly Step[] {
    const last = steps.at(-1);
    if (last?.text === text) return [...steps.slice(0, -1), { text, times: last.times + 1 }];
    const all = [...steps, { text, times: 1 }];
    return all.length <= this.#mostSteps ? all : [...all.slice(0, 2), ...all.slice(3)];
  }
}

/** The durations differ each time, so equal events would not count as one. */
function toStep(text: string): string {
  const [, event, answer] = EVENT.exec(text) ?? [];
  return event === undefined ? text : `event ${event} ${answer}`;
}
