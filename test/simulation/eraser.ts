// Somebody runs `serverless-chat erase --user` until it succeeds: the real command, over the simulated functions.

import type { FetchAnswer, FetchInit } from '../../local/client/api/fetch.ts';
import type { CommandContext } from '../../local/client/context.ts';
import type { Output } from '../../local/client/terminal/output.ts';
import type { Ask } from './simulated-http.ts';
import type { HttpAnswered, HttpAsked } from './simulated-instance.ts';
import { ROOM, type Simulation } from './simulation.ts';

const RETRY_SECONDS = 60;
const AGAIN_MS = 5_000;
/** The run is stopped in between, and somebody starts it again. */
const STOPPED = 0.02;

export class Eraser {
  isDone = false;
  readonly #simulation: Simulation;
  readonly #ask: Ask;
  readonly #user: string;

  constructor(simulation: Simulation, ask: Ask, user: string) {
    this.#simulation = simulation;
    this.#ask = ask;
    this.#user = user;
    simulation.ledger.erasedPeople.add(user);
    this.#run();
  }

  #run(): void {
    const { subject, scheduler, ledger } = this.#simulation;
    const upTo = ledger.seq;
    const values = { url: 'http://chat', user: this.#user, quiet: true, json: false };
    const again = () => scheduler.after(AGAIN_MS, 'erase again', () => this.#run());
    const stop = () => again();
    subject
      .erasePerson({ ...values, 'retry-for': RETRY_SECONDS }, this.#context(stop))
      .then((code) => {
        if (code === 0) this.#end(upTo);
        else again();
      }, again);
  }

  #end(upTo: number): void {
    this.isDone = true;
    const { ledger, fail } = this.#simulation;
    const message = ledger.linesOf(this.#user).find(({ seq }) => seq <= upTo);
    if (message) fail(`${this.#user} is erased, and message ${message.seq} is kept`);
    const reacted = ledger.reactions.votesOf(this.#user).find((seq) => seq <= upTo);
    if (reacted) fail(`${this.#user} is erased, and reacts to message ${reacted}`);
  }

  #context(stop: () => void): CommandContext {
    const { scheduler } = this.#simulation;
    const never = new AbortController().signal;
    let isStopped = false;
    const fetch = (url: URL, init: FetchInit) =>
      new Promise<FetchAnswer>((resolve, reject) => {
        if (isStopped) return;
        isStopped = scheduler.chance(STOPPED);
        if (isStopped) stop();
        else this.#ask(toAsked(url, init)).then((answered) => resolve(toAnswer(answered)), reject);
      });
    return {
      input: { [Symbol.asyncIterator]: () => ({ next: nothingMore }) },
      inputBytes: 0,
      isTyped: false,
      output: { line: async () => {} } as unknown as Output,
      report: () => {},
      status: { update: () => {}, clear: () => {} } as unknown as CommandContext['status'],
      network: async () => ({ fetch }) as unknown as Awaited<ReturnType<CommandContext['network']>>,
      clock: {
        now: () => scheduler.now,
        sleep: (ms) => new Promise((resolve) => scheduler.after(ms, 'erase waits', resolve)),
      },
      random: scheduler.random,
      newRunId: () => 'run',
      interrupts: { first: never, second: never },
    };
  }
}

const nothingMore = async () => ({ done: true, value: undefined }) as const;

/** The function of an address, and its parameters. */
function toAsked({ pathname, searchParams: query }: URL, { method }: FetchInit) {
  const [, , , room, part, seq = ''] = pathname.split('/');
  const handler = HANDLERS[`${method} ${part ?? ''}`];
  if (!handler) throw new Error(`unable to simulate ${method} ${pathname}; no handler. Add it.`);
  return { handler, params: { room: room ?? ROOM, seq }, query };
}

const HANDLERS: Readonly<Record<string, HttpAsked['handler']>> = {
  'GET ': 'rooms',
  'GET archive': 'archiveRoom',
  // Without a room: how far the person has read.
  'DELETE ': 'eraseReading',
  'DELETE messages': 'deleteMessage',
  'DELETE reactions': 'removeReactions',
};

/** With the headers that the real wrapper of the functions adds. */
function toAnswer({ status, body }: HttpAnswered): FetchAnswer {
  const isText = typeof body === 'string';
  const text = isText ? body : body === undefined ? '' : JSON.stringify(body);
  const headers: Readonly<Record<string, string>> = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-type': isText ? 'application/x-ndjson; charset=utf-8' : 'application/json',
  };
  const chunk = new TextEncoder().encode(text);
  return {
    status,
    headers: { get: (name) => headers[name] ?? null, getSetCookie: () => [] },
    body: {
      async *[Symbol.asyncIterator]() {
        yield chunk;
      },
    },
  };
}
