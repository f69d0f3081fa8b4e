// `serverless-chat tail`: a room, live. Frames come from the service; what was missed, from the history.

import { setTimeout as sleep } from 'node:timers/promises';
import {
  HttpTransportType,
  type HubConnection,
  HubConnectionBuilder,
  LogLevel,
} from '@microsoft/signalr';
import type {
  ChatMessage,
  ConnectionInfo,
  Events,
  History,
  Welcome,
} from '../../functions/protocol.ts';
import { ask, inRoom, RequestFailed, readAnswer } from './chat-api.ts';
import type { Command } from './command-line.ts';
import { RoomOrder } from './room-order.ts';

const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 5_000;
/** Without a welcome nobody is in the room. */
const WELCOME_WITHIN_MS = 30_000;

export interface TailSurroundings {
  readonly show: (message: ChatMessage) => void;
  /** For people: how the connection is. */
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

type Tail = Extract<Command, { kind: 'tail' }>;

/** Until the signal. Rejects with {@link RequestFailed} where the chat lets nobody in. */
export async function tail(command: Tail, surroundings: TailSurroundings): Promise<void> {
  const { tell, signal } = surroundings;
  const follower = await Follower.begin(command, surroundings);
  let cookie: string | undefined;
  for (let failures = 0; !signal.aborted; ) {
    let reason: string;
    try {
      const invitation = await negotiate(command, cookie, signal);
      cookie = invitation.cookie;
      reason = await follow(invitation.info, follower, signal, () => {
        if (failures > 0) tell('connected again');
        failures = 0;
      });
    } catch (error) {
      if (signal.aborted) break;
      if (error instanceof RequestFailed && !error.mayPass) throw error;
      reason = messageOf(error);
    }
    if (signal.aborted) break;
    if (failures === 0) tell(`disconnected (${reason}); connecting again`);
    const most = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
    failures += 1;
    await sleep(most * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {});
  }
}

/** Shows each message once, in the room's order, from frames and history. */
class Follower {
  readonly #command: Tail;
  readonly #surroundings: TailSurroundings;
  readonly #order: RoomOrder;
  #isFetching = false;

  static async begin(command: Tail, surroundings: TailSurroundings): Promise<Follower> {
    const { seq, messages } = await readHistory(
      command,
      { limit: String(Math.max(1, command.lines)) },
      surroundings.signal,
    );
    if (command.lines > 0) messages.forEach(surroundings.show);
    return new Follower(command, surroundings, seq);
  }

  private constructor(command: Tail, surroundings: TailSurroundings, seq: number) {
    this.#command = command;
    this.#surroundings = surroundings;
    this.#order = new RoomOrder(seq);
  }

  hear(frame: Pick<Events, 'seq' | 'messages'>): void {
    this.#order.take(frame).forEach(this.#surroundings.show);
    if (this.#order.hasGap) void this.#fetchMissing();
  }

  async #fetchMissing(): Promise<void> {
    if (this.#isFetching) return;
    this.#isFetching = true;
    const { signal, show, tell } = this.#surroundings;
    while (this.#order.hasGap && !signal.aborted) {
      try {
        const after = String(this.#order.last);
        const { gone, ready } = this.#order.catchUp(
          await readHistory(this.#command, { after }, signal),
        );
        if (gone > 0) tell(`${gone} messages are not kept any more`);
        ready.forEach(show);
      } catch {
        // The connection tells people what is wrong.
        await sleep(FIRST_PAUSE_MS * 4, undefined, { signal }).catch(() => {});
      }
    }
    this.#isFetching = false;
  }
}

async function readHistory(
  { chat, room, token }: Tail,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<History> {
  const response = await ask(chat, inRoom(room, 'messages'), {
    query,
    headers: signInBy(token),
    signal,
  });
  return readAnswer<History>(response, chat, 'messages');
}

/** The cookie keeps the guest the same person through reconnects. */
async function negotiate(
  { chat, room, name, token }: Tail,
  known: string | undefined,
  signal: AbortSignal,
) {
  const response = await ask(chat, '/api/negotiate', {
    method: 'POST',
    query: { room, name },
    headers: { ...signInBy(token), ...(known === undefined ? {} : { cookie: known }) },
    signal,
  });
  const [given] = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
  return { info: await readAnswer<ConnectionInfo>(response, chat, 'url'), cookie: given ?? known };
}

function signInBy(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** Resolves with why the connection ended. */
async function follow(
  { url, accessToken }: ConnectionInfo,
  follower: Follower,
  signal: AbortSignal,
  onWelcome: () => void,
): Promise<string> {
  const hub = new HubConnectionBuilder()
    .withUrl(url, {
      accessTokenFactory: () => accessToken,
      transport: HttpTransportType.WebSockets,
    })
    .configureLogging(LogLevel.None)
    .build();
  const ended = new Promise<string>((resolve) => {
    hub.onclose((error) => resolve(error ? messageOf(error) : 'the service closed it'));
  });
  const timer = setTimeout(() => void hub.stop(), WELCOME_WITHIN_MS);
  hub.on('events', (events: Events) => follower.hear(events));
  hub.on('typing', () => {});
  hub.on('welcome', ({ seq }: Welcome) => {
    clearTimeout(timer);
    onWelcome();
    follower.hear({ seq, messages: [] });
  });
  const stop = () => void stopQuietly(hub);
  signal.addEventListener('abort', stop);
  try {
    await hub.start();
    return await ended;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

async function stopQuietly(hub: HubConnection): Promise<void> {
  await hub.stop().catch(() => {});
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^Server returned an error on close: /, '').replace(/\.$/, '');
}
