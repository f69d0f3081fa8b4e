// A page in a browser: the real chat of web/ with its state, on a simulated hub and API. After each change of the state,
// the shown messages are compared with the stored ones.

import { isLine } from '../../functions/protocol.ts';
import type { ChatClient as PageChat } from '../../web/connection/chat.ts';
import type { RoomReactions } from '../../web/connection/reactions.ts';
import type { ChatState } from '../../web/state/chat-state.ts';
import { type Ask, toFetch } from './simulated-http.ts';
import { openSimulatedHub, type Person } from './simulated-hub.ts';
import { SimulatedNetwork } from './simulated-network.ts';
import type { SimulatedService } from './simulated-service.ts';
import { ROOM, type Simulation } from './simulation.ts';

/** So many of the last lines may be changed, so that changes meet. */
const CHOICES = 3;
const EMOJIS = ['👍', '🎉', '❤️'];

export interface PageNeeds {
  readonly simulation: Simulation;
  readonly service: SimulatedService;
  readonly http: (network: SimulatedNetwork) => Ask;
  /** By user: the number of tabs that the person has opened. */
  readonly tabs: Map<string, number>;
}

export class SimulatedPage {
  readonly person: Person;
  readonly network = new SimulatedNetwork();
  /** Lines that the person wrote on this page, and new texts of earlier ones. */
  written: string[] = [];
  /** The numbers of messages that the person removed on this page. */
  removed: number[] = [];
  isVisible = true;
  /** Requests of the page that have no answer yet. */
  #asking = 0;
  /** Whether its last request for messages failed. It asks again after a pause. */
  #hasFailed = false;
  #chat: PageChat;
  /** Loads with the first reaction. */
  #reactions: RoomReactions | undefined;
  readonly #memory = new Map<string, string>();
  readonly #needs: PageNeeds;
  #lines = 0;

  constructor(person: Person, needs: PageNeeds) {
    this.person = person;
    this.#needs = needs;
    needs.tabs.set(person.userId, this.#tabs + 1);
    this.#chat = this.#open();
  }

  /** A reload opens another one. */
  get #tabs(): number {
    return this.#needs.tabs.get(this.person.userId) ?? 0;
  }

  get state(): ChatState {
    return this.#chat.store.state;
  }

  /** Whether it waits for an answer, or for the pause before it asks again. */
  get isAsking(): boolean {
    return this.#asking > 0 || this.#hasFailed;
  }

  write(): void {
    this.#lines += 1;
    const text = `line ${this.#lines} of ${this.person.name}`;
    this.written.push(text);
    this.#chat.write(text);
  }

  /** The person changes one of the last lines: mostly an own one, and mostly its text. */
  change(): void {
    const { scheduler } = this.#needs.simulation;
    const isOther = scheduler.chance(0.1);
    const lines = this.state.log.shown.filter(
      (message) =>
        isLine(message) && (message.userId === this.person.userId) !== isOther && !message.deleted,
    );
    const seq = scheduler.pick(lines.slice(-CHOICES))?.seq;
    if (seq === undefined) return;
    if (scheduler.chance(0.25)) {
      this.#replacing(() => this.#chat.remove(seq));
      this.removed.push(seq);
    } else {
      this.#lines += 1;
      const text = `line ${this.#lines} of ${this.person.name}, instead of ${seq}`;
      this.#replacing(() => this.#chat.edit(seq, text));
      this.written.push(text);
    }
  }

  /** The person sets an emoji on or off on one of the last lines. The page shows it at once. */
  react(): void {
    const { scheduler, fail } = this.#needs.simulation;
    const lines = this.state.log.shown.filter((message) => isLine(message) && !message.deleted);
    const seq = scheduler.pick(lines.slice(-CHOICES))?.seq;
    const emoji = scheduler.pick(EMOJIS) ?? '';
    if (seq === undefined) return;
    this.#loadReactions();
    if (this.#reactions?.hindrance() !== undefined) return;
    const isMine = () => this.reactionsTo(seq).some((one) => one.emoji === emoji && one.isMine);
    const was = isMine();
    this.#reactions?.toggle(seq, emoji);
    if (isMine() === was) fail(`${this.person.name} sets ${emoji} on ${seq} to ${!was}, in vain`);
  }

  /** The person bans somebody, closes the room or removes a line, whether that is allowed or not. */
  moderate(people: readonly Person[]): void {
    const { scheduler } = this.#needs.simulation;
    const seq = scheduler.pick(this.state.log.shown.slice(-CHOICES))?.seq;
    const whom = scheduler.pick(people)?.userId;
    const reason = 'moderated';
    const draw = scheduler.random();
    // Nobody repeats it if it fails.
    const ignore = () => {};
    if (draw < 0.15) this.#chat.moderate('close', reason).catch(ignore);
    else if (draw < 0.6) this.#chat.moderate('ban', reason, whom, 1).catch(ignore);
    else this.#chat.moderate('remove', reason, seq).catch(ignore);
  }

  /** The person asks for the room to be opened again, whether that is allowed or not. */
  reopen(): void {
    const headers = { user: this.person.userId };
    this.#needs
      .http(this.network)({ handler: 'reopenRoom', headers })
      .catch(() => {});
  }

  reactionsTo(seq: number): ReturnType<RoomReactions['to']> {
    return this.#reactions?.to(seq) ?? [];
  }

  /** A change takes the place of an earlier one that was not sent. */
  #replacing(change: () => void): void {
    const before = this.state.outbox;
    change();
    const replaced = before.filter(({ id }) => !this.state.outbox.some((line) => line.id === id));
    for (const { text, removes } of replaced) {
      this.written = this.written.filter((one) => one !== text);
      this.removed = this.removed.filter((one) => one !== removes);
    }
  }

  /** The person looks at the page again, and it fetches what it missed. */
  show(isVisible: boolean): void {
    if (isVisible === this.isVisible) return;
    this.isVisible = isVisible;
    if (isVisible) this.#chat.shown();
  }

  /** The network goes away. The browser may notice it or not. */
  cut(isNoticed: boolean): void {
    if (this.network.isCut) return;
    this.network.isCut = true;
    this.#needs.service.cut(this.network);
    if (isNoticed) this.#chat.networkChanged(false);
  }

  restore(isNoticed: boolean): void {
    if (!this.network.isCut) return;
    this.network.isCut = false;
    this.#needs.service.restore(this.network);
    if (isNoticed) this.#chat.networkChanged(true);
  }

  /** The browser tab remembers unsent lines. */
  reload(): void {
    this.#needs.tabs.set(this.person.userId, this.#tabs + 1);
    this.#stop();
    this.#chat = this.#open();
  }

  loadOlder(): void {
    this.#chat.loadOlder();
  }

  close(): void {
    this.#stop();
    this.written = [];
    this.removed = [];
  }

  /** As when a machine loses power: the service notices by itself. */
  vanish(): void {
    this.cut(false);
    this.close();
  }

  #stop(): void {
    this.#reactions?.stop();
    this.#reactions = undefined;
    this.#chat.stop();
  }

  #loadReactions(): void {
    const { subject, scheduler, ledger } = this.#needs.simulation;
    if (this.#reactions) return;
    const reactions = subject.followReactions(this.#chat, scheduler.random);
    this.#reactions = reactions;
    reactions.subscribe(() => {
      // After a lost frame, a page that has not voted itself learns a moment later which vote was its user's.
      if (this.#tabs > 1) return;
      const { name, userId } = this.person;
      for (const { seq } of this.state.log.shown) {
        ledger.reactions.checkShown(name, userId, seq, reactions.to(seq));
      }
    });
  }

  #open(): PageChat {
    const { simulation, service, http } = this.#needs;
    const { subject, scheduler, traits } = simulation;
    const { network, person } = this;
    const { userId: user } = person;
    const send = http(network);
    const ask: Ask = async (asked) => {
      const isHistory = asked.handler === 'history';
      this.#asking += 1;
      try {
        const answered = await send(asked);
        if (isHistory) this.#hasFailed = answered.status >= 500;
        return answered;
      } catch (error) {
        if (isHistory) this.#hasFailed = true;
        throw error;
      } finally {
        this.#asking -= 1;
      }
    };
    const memory = {
      read: (key: string) => this.#memory.get(key),
      write: (key: string, text = '[]') => this.#memory.set(key, text),
      keys: () => [],
    };
    let ids = 0;
    // Ids are unique over all pages of the person.
    const page = scheduler.steps;
    const chat = subject.startChat({
      room: ROOM,
      open: (listener) => openSimulatedHub({ simulation, service, network, ask, person }, listener),
      api: subject.chatApi(ROOM, traits.hasVoters ? toFetch(ask, { user }) : toFetch(ask)),
      newId: () => {
        ids += 1;
        return `${person.name}.${page}.${ids}`;
      },
      random: scheduler.random,
      isVisible: () => this.isVisible,
      before: {
        user: undefined,
        readTo: undefined,
        unsent: subject.rememberedUnsent(memory, ROOM),
      },
    });
    chat.store.subscribe((state, before) => {
      this.#check(state, before);
      if (traits.hasVoters && state.reacted !== before.reacted) this.#loadReactions();
      if (state.outbox !== before.outbox) {
        subject.rememberUnsent(memory, ROOM, state.outbox, before.outbox);
      }
    });
    return chat;
  }

  #check(state: ChatState, before: ChatState): void {
    const { ledger, fail } = this.#needs.simulation;
    const { name } = this.person;
    const { revision, online } = state;
    if (online !== undefined && (online !== before.online || revision !== before.revision)) {
      ledger.reads.checkNumbers(name, { revision, online });
    }
    // The room may have vanished while the page was away.
    if (revision < before.revision && ledger.vanished === 0)
      fail(`${name} goes back from ${before.revision} to ${revision}`);
    const { shown } = state.log;
    if (shown === before.log.shown) return;
    const kept = before.log.shown;
    // What the room does not keep any more leaves the page, and nothing else.
    const least = shown[0]?.seq ?? Number.POSITIVE_INFINITY;
    const dropped = kept.findLast(({ seq }) => seq < least);
    if (dropped && dropped.seq >= ledger.first) {
      fail(
        `${name} does not show message ${dropped.seq} any more, and ${ledger.first} is the first`,
      );
    }
    const lastKept = kept.at(-1)?.seq ?? 0;
    for (const [index, message] of shown.entries()) {
      const previous = shown[index - 1];
      // What expires while an answer is read is missing, and what is ahead of it leaves the page with the next answer.
      if (previous && message.seq !== previous.seq + 1 && previous.seq >= ledger.first) {
        fail(`${name} shows message ${message.seq} after ${previous.seq}`);
      }
      const known = message.seq > lastKept ? undefined : kept[message.seq - (kept[0]?.seq ?? 0)];
      if (message !== known) ledger.texts.check(name, message);
    }
  }
}
