// People who edit and remove messages without a page. Each repeats what gets no answer, under the same id.

import type { Refusal } from '../../functions/protocol.ts';
import type { Fleet } from './fleet.ts';
import { ROOM, type Simulation } from './simulation.ts';
import { EPOCH_MS } from './virtual-time.ts';

type Needs = Simulation & { readonly fleet: Pick<Fleet, 'size' | 'hub'> };

interface Attempt {
  readonly event: 'edit' | 'remove';
  readonly userId: string;
  readonly arguments: readonly unknown[];
}

const RETRY_MS = 1_000;
/** When the time for a change may be over. */
const LATE_RETRY_MS = 61_000;
const TICKET_MS = 60_000;
/** Out of so many messages at the end, so that people meet at the same one. */
const LAST = 4;

export class Editors {
  readonly #world: Needs;
  #changes = 0;
  #lastEdit: Attempt | undefined;

  constructor(world: Needs) {
    this.#world = world;
  }

  /** Somebody changes one of the last messages: mostly the author, and mostly the text. */
  change(): void {
    const { scheduler, ledger } = this.#world;
    const seq = ledger.seq - scheduler.whole(0, LAST);
    const message = ledger.messages[seq - 1];
    if (!message) return;
    this.#changes += 1;
    const userId = scheduler.chance(0.1) ? 'u-other' : message.userId;
    const text = `edit ${this.#changes} of ${seq}`;
    const isRemoval = scheduler.chance(0.2);
    const known = scheduler.chance(0.1) ? this.#lastEdit : undefined;
    // An id that another edit has.
    if (known)
      this.#try({ ...known, arguments: [known.arguments[0], text, known.arguments[2]] }, 0);
    else if (isRemoval) this.#try({ event: 'remove', userId, arguments: [seq] });
    else {
      this.#lastEdit = { event: 'edit', userId, arguments: [seq, text, `e${this.#changes}`] };
      this.#try(this.#lastEdit);
    }
  }

  #try(attempt: Attempt, retries = this.#world.scheduler.whole(0, 4)): void {
    const { scheduler, fleet } = this.#world;
    if (fleet.size === 0) return;
    const { userId, event } = attempt;
    const until = EPOCH_MS + scheduler.now + TICKET_MS;
    const ticket = JSON.stringify({ userId, name: userId, room: ROOM, until });
    const connectionId = `editor-${this.#changes}`;
    const again = () => {
      if (retries === 0) return;
      const ms = scheduler.chance(0.2) ? LATE_RETRY_MS : RETRY_MS;
      scheduler.after(ms, `${event} is repeated`, () => this.#try(attempt, retries - 1));
    };
    // Somebody whose answer was lost repeats what is done already.
    fleet.hub({ event, ticket, connectionId, arguments: attempt.arguments }).then((result) => {
      const { ok, code } = result as { readonly ok: boolean } & Partial<Refusal>;
      if ((ok && scheduler.chance(0.2)) || code === 'unavailable') again();
    }, again);
  }
}
