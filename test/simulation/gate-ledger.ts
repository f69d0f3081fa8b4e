// A record of who may enter a room, speak in it and moderate it: closing, bans and the creator. Independent of the code under test.

import type { Refusal } from '../../functions/protocol.ts';
import type { Property } from '../../functions/room/table.ts';

type Properties = Readonly<Record<string, Property>>;

/** What a person asks of a room that only a moderator may. */
export interface ModeratorCall {
  readonly event: 'ban' | 'close' | 'remove' | 'reopenRoom';
  readonly userId: string;
  /** Whom to ban. */
  readonly about?: string;
}

type Answer = { readonly ok: true } | Pick<Refusal, 'ok' | 'code'>;

interface Closing {
  readonly closed: string;
  /** Empty for a request with a function key. */
  readonly closedBy: string;
  readonly creator: string;
}

/** Clocks differ by less than that, ms. */
const SKEW_MS = 1_000;

export class GateLedger {
  /** Until when somebody is banned, epoch ms. */
  bannedUntil = 0;
  /** People who moderate every room. */
  moderators: ReadonlySet<string> = new Set();
  readonly #fail: (claim: string) => void;
  /** By row key: until when, epoch ms. */
  readonly #bans = new Map<string, number>();
  #now: Closing = { closed: '', closedBy: '', creator: '' };
  /** All that the room has been. Its length is the number of changes. */
  readonly #before: Closing[] = [];

  constructor(fail: (claim: string) => void) {
    this.#fail = fail;
  }

  get isClosed(): boolean {
    return this.#now.closed !== '';
  }

  /** The reason why the room is closed. Empty while it is open. */
  get closed(): string {
    return this.#now.closed;
  }

  /** How often the room was closed or opened, or got a creator. */
  get changes(): number {
    return this.#before.length;
  }

  /** Whether somebody moderates the room now. */
  moderates(userId: string): boolean {
    return this.moderators.has(userId) || this.#now.creator === userId;
  }

  /** Nobody who is banned, and nobody in a closed room, may enter or speak. */
  checkAdmitted(userId: Property | undefined, what: string, now: number): void {
    if (this.isClosed) this.#fail(`${what} gets into a closed room`);
    if ((this.#bans.get(`b:${userId}`) ?? 0) > now + SKEW_MS)
      this.#fail(`${what} is of a banned user`);
  }

  enterBan(key: string, until: number): void {
    this.bannedUntil = Math.max(this.bannedUntil, until);
    this.#bans.set(key, until);
  }

  removeBan(key: string, now: number): void {
    if ((this.#bans.get(key) ?? 0) > now + SKEW_MS) this.#fail(`${key} is removed before its end`);
    this.#bans.delete(key);
  }

  /** An erase removes the bans that it finds, also if nothing was said since the last one. */
  erase(): void {
    this.#bans.clear();
  }

  /** Only a room without bans that is open may go. The next one who comes creates it anew. */
  vanish(): void {
    if (this.#bans.size > 0) this.#fail('the room vanishes, and somebody is banned from it');
    if (this.isClosed) this.#fail('the room vanishes, and it is closed');
    this.#become({ closed: '', closedBy: '', creator: '' });
  }

  /**
   * @param seq the room's last number before the commit
   * @param joined the users who join with it, in their order
   */
  enterHead(head: Properties, seq: number, joined: readonly string[] | 'archive'): void {
    const [closed, closedBy] = [String(head.closed), String(head.closedBy ?? '')];
    const creator = String(head.creator ?? '');
    // The room has the name of a private one (ROOM in simulation.ts).
    const mayBegin = this.#now.creator === '' && seq === 0;
    const expected = mayBegin && joined !== 'archive' ? (joined[0] ?? '') : this.#now.creator;
    if (joined !== 'archive' && creator !== expected)
      this.#fail(`the room's creator is "${creator}", not "${expected}"`);
    const isChanged = closed !== this.#now.closed || closedBy !== this.#now.closedBy;
    const by = isChanged && closed !== '' ? closedBy : '';
    if (by !== '' && !this.moderates(by))
      this.#fail(`${by} closes the room, and moderates nothing`);
    if (isChanged || creator !== this.#now.creator) this.#become({ closed, closedBy, creator });
  }

  #become(now: Closing): void {
    this.#before.push(this.#now);
    this.#now = now;
  }

  /** Returns what checks the answer. `now` is epoch ms by the clock of the process. */
  expectAnswer(call: ModeratorCall): (answer: Answer, banUntil?: number) => void {
    const { event, userId, about = '' } = call;
    const since = this.changes;
    const did = this.moderates(userId);
    return (answer, banUntil = 0) => {
      const mayNow = this.moderates(userId);
      if (!answer.ok) {
        const isUnfounded = answer.code === 'not_moderator' && event !== 'reopenRoom';
        const isOfModerator = event === 'ban' && this.moderators.has(about);
        if (isUnfounded && did && mayNow && !isOfModerator) {
          this.#fail(`${event} of ${userId} is refused as that of nobody who moderates`);
        }
        return;
      }
      const known = [...this.#before.slice(since), this.#now];
      if (event === 'reopenRoom') {
        if (!known.some((one) => this.#mayOpen(userId, one))) {
          this.#fail(`${userId} opens a room that only others may open`);
        }
        return;
      }
      if (!did && !mayNow) this.#fail(`${userId} may ${event}, and moderates nothing`);
      if (event === 'close' && !known.some(({ closed }) => closed !== '')) {
        this.#fail(`a room is reported closed by ${userId}, and is open`);
      }
      if (event !== 'ban') return;
      if (about === userId) this.#fail(`${userId} bans itself`);
      if (this.moderators.has(about))
        this.#fail(`${userId} bans ${about}, who moderates all rooms`);
      const until = this.#bans.get(`b:${about}`) ?? Number.POSITIVE_INFINITY;
      if (until < banUntil - SKEW_MS) this.#fail(`${about} is banned until ${until}, too short`);
    };
  }

  #mayOpen(userId: string, { closed, closedBy, creator }: Closing): boolean {
    if (closed === '' || closedBy === '') return false;
    return this.moderators.has(userId) || (creator === userId && closedBy === userId);
  }
}
