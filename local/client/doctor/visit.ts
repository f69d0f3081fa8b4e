// The doctor in the chat: a connection with the real client, which sees how it comes and how it goes.

import { HttpTransportType, type HubConnection } from '@microsoft/signalr';
import {
  type ConnectionInfo,
  type Events,
  type SendResult,
  toArgument,
} from '../../../functions/protocol.ts';
import type { Fetch } from '../api/fetch.ts';
import type { Network } from '../api/network.ts';
import { reasonOf } from '../api/network-error.ts';
import { makeServiceHub } from '../api/service-hub.ts';
import type { Clock } from '../context.ts';
import { readBody, toSeen } from './exchange.ts';
import type { ConnectFacts, Exchange, SendFacts } from './observations.ts';

/** A proxy may swallow the WebSocket. */
const CONNECT_WITHIN_MS = 15_000;
/** The functions may have to start first. */
const WELCOME_WITHIN_MS = 30_000;
const ANSWER_WITHIN_MS = 15_000;
const BROADCAST_WITHIN_MS = 10_000;

const LINE = 'A line of the deployment check.';

export class Visit {
  readonly #info: ConnectionInfo;
  readonly #network: Network;
  readonly #clock: Clock;
  #hub: HubConnection | undefined;
  #stop: () => Promise<void> = async () => {};
  #negotiated: Exchange | undefined;
  #isPolling = false;
  #ended: string | undefined;
  #onEnd: () => void = () => {};
  #welcomed: Promise<void> = Promise.resolve();
  readonly #heard = new Set<string>();
  #onHeard: () => void = () => {};

  constructor(info: ConnectionInfo, network: Network, clock: Clock) {
    this.#info = info;
    this.#network = network;
    this.#clock = clock;
  }

  /** Connects over a WebSocket, or by long polling if that fails. Never rejects. */
  async connect(): Promise<ConnectFacts> {
    const both = HttpTransportType.WebSockets | HttpTransportType.LongPolling;
    let failure = await this.#open(both);
    if (failure === LATE) failure = await this.#open(HttpTransportType.LongPolling);
    return {
      host: new URL(this.#info.url).host,
      negotiated: this.#negotiated,
      ...(failure === undefined ? {} : { failure }),
      isPolling: this.#isPolling,
    };
  }

  /** Whether the welcome comes. Without it, why the connection ended, if it did. */
  async waitForWelcome(): Promise<{ readonly isWelcome: boolean; readonly ended?: string }> {
    let isWelcome = false;
    const welcomed = this.#welcomed.then(() => {
      isWelcome = true;
    });
    const ended = new Promise<void>((resolve) => {
      this.#onEnd = resolve;
      if (this.#ended !== undefined) resolve();
    });
    await within(WELCOME_WITHIN_MS, Promise.race([welcomed, ended]), this.#clock);
    return { isWelcome, ...(this.#ended === undefined ? {} : { ended: this.#ended }) };
  }

  /** Never rejects. */
  async send(id: string): Promise<SendFacts> {
    const sent = this.#hub?.invoke<SendResult | null>('send', toArgument(LINE), id).then(
      (result): SendFacts =>
        result === null || result === undefined
          ? { kind: 'nothing' }
          : { kind: 'answered', result },
      (error): SendFacts => ({ kind: 'failed', reason: reasonOf(error) }),
    );
    return (await within(ANSWER_WITHIN_MS, sent, this.#clock)) ?? { kind: 'silent' };
  }

  /** Whether the broadcast of that message comes. */
  async hears(id: string): Promise<boolean> {
    const heard = new Promise<void>((resolve) => {
      this.#onHeard = () => {
        if (this.#heard.has(id)) resolve();
      };
      this.#onHeard();
    });
    await within(BROADCAST_WITHIN_MS, heard, this.#clock);
    return this.#heard.has(id);
  }

  async leave(): Promise<void> {
    await this.#stop();
  }

  /** Resolves with the reason of a failure. */
  async #open(transport: HttpTransportType): Promise<string | undefined> {
    const fetch = this.#watch(this.#network.fetch);
    const { hub, stop } = await makeServiceHub(this.#info, transport, fetch, this.#network);
    this.#hub = hub;
    this.#stop = stop;
    this.#welcomed = new Promise((resolve) => hub.on('welcome', () => resolve()));
    hub.on('typing', () => {});
    hub.on('events', ({ messages }: Events) => {
      for (const { id } of messages) this.#heard.add(id);
      this.#onHeard();
    });
    hub.onclose((error) => {
      this.#ended = error ? toReason(error) : 'the service closed the connection. Try again.';
      this.#onEnd();
    });
    const started = hub.start().then(
      () => undefined,
      (error) => toReason(error),
    );
    const failure = await within(CONNECT_WITHIN_MS, started.then(toBox), this.#clock);
    if (failure === undefined) await stop();
    return failure ? failure.value : LATE;
  }

  /** Notes the service's answer to negotiate, and whether anything is polled. */
  #watch(fetch: Fetch): Fetch {
    return async (url, init) => {
      if (init.method === 'GET') this.#isPolling = true;
      if (!url.pathname.endsWith('/negotiate')) return fetch(url, init);
      try {
        const answer = await fetch(url, init);
        const bytes = await readBody(answer.body);
        this.#negotiated = toSeen(answer, bytes.toString('utf8'), this.#clock);
        const body = (async function* () {
          yield bytes;
        })();
        return { status: answer.status, headers: answer.headers, body };
      } catch (error) {
        this.#negotiated = { reason: reasonOf(error) };
        throw error;
      }
    };
  }
}

const LATE = 'it does not take the connection in time';

function toBox<T>(value: T): { readonly value: T } {
  return { value };
}

/** The result, or undefined after the time. */
async function within<T>(
  ms: number,
  work: Promise<T> | undefined,
  clock: Clock,
): Promise<T | undefined> {
  const done = new AbortController();
  try {
    return await Promise.race([work, clock.sleep(ms, done.signal).then(() => undefined)]);
  } finally {
    done.abort();
  }
}

function toReason(error: unknown): string {
  return reasonOf(error).replace(/^(?:Error: )?Server returned an error on close: /, '');
}
