// A model of a room, a client's state, and a bad network between them: frames, answers and acknowledgements are made in
// order and delivered in any order, some twice, some never.

import fc from 'fast-check';
import type { ChatMessage } from '../../../functions/protocol.ts';
import { type ChatEvent, initialState, reduce } from '../../../web/state/chat-state.ts';
import type { HistoryQuery } from '../../../web/state/message-log.ts';
import { eventsOf, historyOf, messageOf, messagesOf, ROOM, welcomeOf } from '../samples.ts';

export type Step =
  | { readonly kind: 'write'; readonly count: number }
  | { readonly kind: 'write-own' }
  | { readonly kind: 'expire'; readonly count: number }
  /** Delivers any frame or acknowledgement made so far, perhaps again. */
  | { readonly kind: 'deliver'; readonly frame: number }
  | { readonly kind: 'ask' }
  | { readonly kind: 'ask-older' }
  /** Delivers any answer made so far, perhaps again, perhaps long after it was made. */
  | { readonly kind: 'answer'; readonly answer: number }
  | { readonly kind: 'reconnect' };

const kindOf = <Kind extends Step['kind']>(kind: Kind) => fc.constant(kind);
const few = fc.integer({ min: 1, max: 5 });

export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: kindOf('deliver'), frame: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ kind: kindOf('write'), count: few }) },
  { weight: 4, arbitrary: fc.record({ kind: kindOf('answer'), answer: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: kindOf('write-own') }) },
  { weight: 2, arbitrary: fc.record({ kind: kindOf('ask') }) },
  { weight: 1, arbitrary: fc.record({ kind: kindOf('ask-older') }) },
  { weight: 1, arbitrary: fc.record({ kind: kindOf('expire'), count: few }) },
  { weight: 1, arbitrary: fc.record({ kind: kindOf('reconnect') }) },
);

/** Messages in one answer. Few, so that catching up takes several answers. */
const PAGE = 5;

export class RoomModel {
  state = initialState(ROOM);
  /** All messages ever sent. Message `seq` is at `seq` − 1. */
  readonly messages: ChatMessage[];
  /** Older messages are no longer kept. */
  first = 1;
  #revision = 1;
  #written = 0;
  readonly #frames: ChatEvent[] = [];
  readonly #answers: ChatEvent[] = [];

  constructor(before: number) {
    this.messages = messagesOf(1, before);
    this.#reconnect();
  }

  run(step: Step): void {
    switch (step.kind) {
      case 'write':
        this.#commit(messagesOf(this.#seq + 1, this.#seq + step.count));
        break;
      case 'write-own':
        this.#writeOwn();
        break;
      case 'expire':
        this.first = Math.min(this.#seq + 1, this.first + step.count);
        break;
      case 'deliver':
        this.#deliver(this.#frames, step.frame);
        break;
      case 'ask':
        this.#answers.push(this.#answer());
        break;
      case 'ask-older':
        this.#answers.push(this.#answerOlder(this.state.log.from));
        break;
      case 'answer':
        this.#deliver(this.#answers, step.answer);
        break;
      case 'reconnect':
        this.#reconnect();
        break;
    }
  }

  /** One request that is answered at once. */
  catchUp(): void {
    this.#dispatch(this.#answer());
  }

  get #seq(): number {
    return this.messages.length;
  }

  #dispatch(event: ChatEvent): void {
    this.state = reduce(this.state, event);
  }

  #deliver(events: readonly ChatEvent[], choice: number): void {
    const event = events[choice % Math.max(1, events.length)];
    if (event) this.#dispatch(event);
  }

  #commit(messages: readonly ChatMessage[]): void {
    this.messages.push(...messages);
    this.#revision += 1;
    const at = { revision: this.#revision, seq: this.#seq };
    this.#frames.push({ type: 'events', at: 0, events: eventsOf({ ...at, messages }) });
  }

  #writeOwn(): void {
    this.#written += 1;
    const id = `own ${this.#written}`;
    const seq = this.#seq + 1;
    this.#dispatch({ type: 'written', id, text: 'mine' });
    this.#dispatch({ type: 'sending', id });
    this.#commit([messageOf(seq, 'ada', id)]);
    // Either may come late, twice or never, and before or after the broadcast.
    this.#frames.push({ type: 'acked', id, seq }, { type: 'postponed', id });
  }

  #reconnect(): void {
    this.#dispatch({ type: 'connecting' });
    this.#revision += 1;
    const at = { revision: this.#revision, seq: this.#seq };
    this.#dispatch({ type: 'welcome', welcome: welcomeOf(at) });
  }

  #answer(): ChatEvent {
    const { to } = this.state.log;
    const kept = this.#keptBetween((to ?? 0) + 1, this.#seq);
    return to === undefined
      ? this.#history(kept.slice(-PAGE), { limit: PAGE })
      : this.#history(kept.slice(0, PAGE), { after: to, limit: PAGE });
  }

  #answerOlder(before: number): ChatEvent {
    return this.#history(this.#keptBetween(1, before - 1).slice(-PAGE), { before, limit: PAGE });
  }

  #keptBetween(from: number, to: number): ChatMessage[] {
    return this.messages.filter(({ seq }) => seq >= Math.max(from, this.first) && seq <= to);
  }

  #history(messages: readonly ChatMessage[], query: HistoryQuery): ChatEvent {
    const at = { revision: this.#revision, seq: this.#seq, first: this.first };
    return { type: 'history', history: historyOf({ ...at, messages }), query };
  }
}
