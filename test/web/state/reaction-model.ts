// A model of the reactions of a room, one page, and a bad network between them: frames and answers are made in order and
// delivered in any order, some twice, some never.

import fc from 'fast-check';
import type { Reaction } from '../../../functions/protocol.ts';
import {
  hasMissed,
  NO_REACTIONS,
  type OwnVote,
  type ReactionEvent,
  type Reactions,
  reactionsTo,
  reduceReactions,
  type ShownReaction,
} from '../../../web/state/reactions.ts';
import { eventsOf, historyOf, messageOf } from '../samples.ts';

const ME = 'g-ada';
const NAME = 'Ada';
const EMOJIS = ['👍', '🎉'];
const PEOPLE = ['g-bob', 'g-eve', 'g-kim'];
const SEQS = [1, 2];

export type ReactionStep =
  /** Somebody else, or the person on another device, sets an emoji on or off. */
  | { readonly kind: 'others'; readonly who: number; readonly seq: number; readonly emoji: number }
  | { readonly kind: 'own'; readonly seq: number; readonly emoji: number }
  /** The functions handle the oldest call of the page that waits. */
  | { readonly kind: 'handle' }
  /** The oldest answer to such a call arrives. */
  | { readonly kind: 'answer' }
  | { readonly kind: 'deliver'; readonly which: number }
  | { readonly kind: 'load'; readonly seq: number }
  | { readonly kind: 'catch-up' };

const seq = fc.constantFrom(...SEQS);
const emoji = fc.nat({ max: EMOJIS.length - 1 });

export const anyReactionStep: fc.Arbitrary<ReactionStep> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('deliver' as const), which: fc.nat() }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('others' as const), who: fc.nat(), seq, emoji }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('own' as const), seq, emoji }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('handle' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('answer' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('load' as const), seq }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('catch-up' as const) }) },
);

export class ReactionModel {
  state: Reactions = NO_REACTIONS;
  #revision = 10;
  #reactedAt = 0;
  /** By message and emoji: who, in their order. */
  readonly #people = new Map<string, readonly string[]>();
  /** By message: the revision of its last change. */
  readonly #changedAt = new Map<number, number>();
  readonly #frames: ReactionEvent[] = [];
  /** Calls that the functions have not handled. */
  readonly #calls: OwnVote[] = [];
  readonly #answers: Extract<ReactionEvent, { readonly type: 'stands' }>[] = [];
  /** By message and emoji: how many others had chosen it, for each revision of a change. */
  readonly #othersOf = new Map<string, Map<number, number>>();
  readonly #isCut: boolean;
  readonly #others: readonly string[];

  /**
   * @param needs.isCut whether frames list nobody. Then answers arrive at once
   * @param needs.hasOtherDevice whether the person also votes on another device. Until the page has caught up it may not know
   */
  constructor({ isCut = false, hasOtherDevice = false } = {}) {
    this.#isCut = isCut;
    this.#others = hasOtherDevice ? [...PEOPLE, ME] : PEOPLE;
  }

  run(step: ReactionStep): void {
    switch (step.kind) {
      case 'others': {
        const who = this.#others[step.who % this.#others.length] ?? '';
        const chosen = EMOJIS[step.emoji] ?? '';
        this.#vote(who, step.seq, chosen, !this.#whoHas(step.seq, chosen).includes(who));
        break;
      }
      case 'own': {
        const chosen = EMOJIS[step.emoji] ?? '';
        const isMine = this.#seen(step.seq).some((one) => one.emoji === chosen && one.isMine);
        const vote = { seq: step.seq, emoji: chosen, on: !isMine };
        this.#dispatch({ type: 'voted', vote });
        this.#calls.push(vote);
        break;
      }
      case 'handle':
        this.#handle();
        break;
      case 'answer':
        this.#answer();
        break;
      case 'deliver': {
        const event = this.#frames[step.which % Math.max(1, this.#frames.length)];
        if (event) this.#dispatch(event);
        break;
      }
      case 'load':
        this.#dispatch({ type: 'history', history: this.#messages(step.seq), isFirst: false });
        break;
      case 'catch-up':
        if (hasMissed(this.state)) this.#catchUp();
    }
  }

  /** All calls are answered, and the page asks for what it has missed: a reconnect. */
  catchUp(): void {
    while (this.#calls.length + this.#answers.length > 0) {
      this.#handle();
      this.#answer();
    }
    const named = historyOf({ reactedAt: this.#reactedAt });
    this.#dispatch({ type: 'history', history: named, isFirst: false });
    if (hasMissed(this.state)) this.#catchUp();
  }

  seen(): readonly (ShownReaction & { readonly seq: number })[] {
    return SEQS.flatMap((of) => this.#seen(of).map((one) => ({ ...one, seq: of })));
  }

  stored(): ReturnType<ReactionModel['seen']> {
    return SEQS.flatMap((one) =>
      this.#counts(one).map(({ emoji: chosen, count, names, mine }) => {
        return { seq: one, emoji: chosen, count, names, isMine: mine === true };
      }),
    );
  }

  /** How many others the room had at the revision of the page's counts. */
  othersAt({ seq: of, emoji: chosen }: { readonly seq: number; readonly emoji: string }): number {
    const revision = this.state.bySeq.get(of)?.revision ?? 0;
    const known = [...(this.#othersOf.get(`${of} ${chosen}`) ?? [])];
    return known.filter(([at]) => at <= revision).at(-1)?.[1] ?? 0;
  }

  #seen(of: number): readonly ShownReaction[] {
    return reactionsTo(this.state, of, NAME);
  }

  #dispatch(event: ReactionEvent): void {
    this.state = reduceReactions(this.state, event);
  }

  #catchUp(): void {
    const { to } = this.state;
    const reactions = SEQS.flatMap((one) => {
      const revision = this.#changedAt.get(one) ?? 0;
      if (revision <= to) return [];
      return [{ seq: one, revision, counts: this.#counts(one), added: [], removed: [] }];
    });
    const history = historyOf({ reactedAt: this.#reactedAt, messages: [], reactions });
    this.#dispatch({ type: 'history', history, isFirst: false });
  }

  #messages(of: number) {
    const messages = [{ ...messageOf(of), reactions: this.#counts(of) }];
    return historyOf({ reactedAt: this.#reactedAt, messages });
  }

  /** The page has one call under way for each emoji of a message. */
  #handle(): void {
    const isUnderWay = (vote: OwnVote) =>
      this.#answers.some((one) => one.vote.seq === vote.seq && one.vote.emoji === vote.emoji);
    const index = this.#calls.findIndex((vote) => !isUnderWay(vote));
    const [vote] = index === -1 ? [] : this.#calls.splice(index, 1);
    if (!vote) return;
    this.#vote(ME, vote.seq, vote.emoji, vote.on);
    const revision = this.#changedAt.get(vote.seq) ?? 0;
    this.#answers.push({ type: 'stands', vote, revision, on: vote.on });
    if (this.#isCut) this.#answer();
  }

  #answer(): void {
    const answer = this.#answers.shift();
    if (answer) this.#dispatch(answer);
  }

  #vote(who: string, of: number, chosen: string, on: boolean): void {
    const before = this.#whoHas(of, chosen);
    if (before.includes(who) === on) return;
    const people = on ? [...before, who] : before.filter((one) => one !== who);
    const key = `${of} ${chosen}`;
    // An emoji that comes again comes last.
    if (people.length === 0) this.#people.delete(key);
    else this.#people.set(key, people);
    // Other commits are between.
    this.#revision += 2;
    const reactedBefore = this.#reactedAt;
    this.#reactedAt = this.#revision;
    this.#changedAt.set(of, this.#revision);
    for (const each of EMOJIS) {
      const others = this.#whoHas(of, each).filter((one) => one !== ME).length;
      const known = this.#othersOf.get(`${of} ${each}`) ?? new Map();
      this.#othersOf.set(`${of} ${each}`, known.set(this.#revision, others));
    }
    const counts = this.#counts(of).map(({ mine: _, ...rest }) => rest);
    const reactor = this.#isCut ? [] : [{ userId: who, name: nameOf(who), emoji: chosen }];
    const change = {
      ...{ seq: of, revision: this.#revision, counts },
      added: on ? reactor : [],
      removed: on ? [] : reactor,
    };
    const frame = eventsOf({ revision: this.#revision, reactedBefore, reactions: [change] });
    this.#frames.push({ type: 'frame', frame, userId: ME });
  }

  #whoHas(of: number, chosen: string): readonly string[] {
    return this.#people.get(`${of} ${chosen}`) ?? [];
  }

  #counts(of: number): readonly Reaction[] {
    return [...this.#people].flatMap(([key, people]) => {
      const [number, chosen = ''] = key.split(' ');
      if (Number(number) !== of) return [];
      const names = people.map(nameOf);
      const mine = people.includes(ME) ? { mine: true as const } : {};
      return [{ emoji: chosen, count: people.length, names, ...mine }];
    });
  }
}

function nameOf(who: string): string {
  return who === ME ? NAME : who;
}
