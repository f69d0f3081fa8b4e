// A chat with a fake hub and a fake HTTP API: a test sees the page's requests and decides the answers.

import {
  ChatError,
  type Events,
  type History,
  type Members,
  type SendResult,
  type Welcome,
} from '../../../functions/protocol.ts';
import { type ChatClient, startChat } from '../../../web/connection/chat.ts';
import type { About, Hub, HubListener } from '../../../web/connection/hub.ts';
import type { HistoryQuery } from '../../../web/state/message-log.ts';
import { eventsOf, historyOf, memberOf, membersOf, ROOM, welcomeOf } from '../samples.ts';

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

function defer<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** One pending `send` of the page. */
export interface Sent {
  readonly text: string;
  readonly id: string;
  readonly about: About | undefined;
  readonly answer: (result: SendResult) => void;
  readonly fail: (reason?: Error) => void;
}

interface Vote {
  readonly call: string;
  readonly answer: (result: unknown) => void;
}

/** One connection that the page has opened. */
export class FakeHub implements Hub {
  readonly listener: HubListener;
  readonly starting = defer<void>();
  readonly sent: Sent[] = [];
  typed = 0;
  isStopped = false;

  constructor(listener: HubListener) {
    this.listener = listener;
  }

  start = () => this.starting.promise;
  stop = async () => {
    this.isStopped = true;
    // The SignalR client calls no listener before its start, too.
    this.starting.reject(new Error('stopped'));
    for (const sent of this.sent) sent.fail();
    for (const reject of this.#open) reject(new Error('closed'));
  };
  send = (text: string, id: string, about?: About) => {
    const { promise, resolve, reject } = defer<SendResult>();
    this.sent.push({
      text,
      id,
      about,
      answer: resolve,
      fail: (reason = new Error('closed')) => reject(reason),
    });
    return promise;
  };
  /** Edits and removals, as their arguments. */
  readonly changes: { readonly call: string; readonly answer: (result: unknown) => void }[] = [];
  edit = (seq: number, text: string, id: string) => this.#change(`edit ${seq} ${text} ${id}`);
  remove = (seq: number) => this.#change(`remove ${seq}`);
  moderate = (target: string, reason: string, ...about: readonly unknown[]) =>
    this.#change([target, ...about, reason].join(' '));
  #change(call: string): ReturnType<Hub['edit']> {
    const { promise, resolve, reject } = defer<Awaited<ReturnType<Hub['edit']>>>();
    this.changes.push({ call, answer: (result) => resolve(result as never) });
    this.#open.push(reject);
    return promise;
  }
  readonly #open: ((reason: unknown) => void)[] = [];
  typing = async () => {
    this.typed += 1;
  };
  watch = async () => [];
  /** Calls of `react`, as their arguments. */
  readonly votes: Vote[] = [];
  react = (...args: Parameters<Hub['react']>) => {
    const { promise, resolve, reject } = defer<unknown>();
    this.votes.push({ call: args.join(' '), answer: resolve });
    this.#open.push(reject);
    return promise;
  };

  /** Started and welcomed: the revision must be above those before. */
  welcome(revision: number, seq = 0, more: Partial<Welcome> = {}): void {
    this.starting.resolve();
    this.listener.welcome(welcomeOf({ revision, seq, ...more }));
  }

  receive(events: Partial<Events>): void {
    this.listener.events(eventsOf(events));
  }
}

export class FakeChat {
  readonly hubs: FakeHub[] = [];
  readonly queries: HistoryQuery[] = [];
  membersAsked = 0;
  /** Whether the room was deleted, and is there again. Its revisions begin again. */
  hasStartedOver = false;
  isVisible = true;
  /** The room's content. A test may replace it at any time. */
  history: (query: HistoryQuery) => Promise<History> = async () => historyOf();
  members: () => Promise<Members> = async () => membersOf([memberOf('c-ada', 'ada')]);
  random = 0.5;
  #ids = 0;

  readonly chat: ChatClient;

  /** @param early the answer to the request before the first welcome, which is in no list. Refused unless given. */
  constructor(early?: History) {
    const refused = new ChatError('bad_request', 'unable to load messages; too early.');
    let answerEarly: (() => Promise<History>) | undefined = () =>
      early ? Promise.resolve(early) : Promise.reject(refused);
    this.chat = startChat({
      room: ROOM,
      open: (listener) => {
        const hub = new FakeHub(listener);
        this.hubs.push(hub);
        return hub;
      },
      api: {
        history: (query) => {
          const answer = answerEarly;
          answerEarly = undefined;
          if (answer) return answer();
          this.queries.push(query);
          return this.#notOlder(() => this.history(query));
        },
        members: () => {
          this.membersAsked += 1;
          return this.#notOlder(() => this.members());
        },
      },
      newId: () => {
        this.#ids += 1;
        return `id ${this.#ids}`;
      },
      random: () => this.random,
      isVisible: () => this.isVisible,
    });
  }

  /** As the functions: an answer is never older than its request, unless the room has started over. A revision has one count. */
  async #notOlder<T extends Pick<History, 'revision' | 'online'>>(
    ask: () => Promise<T>,
  ): Promise<T> {
    const { revision, online } = this.state;
    const answer = await ask();
    if (this.hasStartedOver || answer.revision >= revision) return answer;
    return { ...answer, revision, online: online ?? answer.online };
  }

  get hub(): FakeHub {
    const hub = this.hubs.at(-1);
    if (!hub) throw new Error('the page has opened no connection');
    return hub;
  }

  get state() {
    return this.chat.store.state;
  }
}
