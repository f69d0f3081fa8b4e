// `serverless-chat tail`: shows a room live. Frames come from the service, missed messages from the history.

import type { ChatMessage, ConnectionInfo, Events } from '../../../functions/protocol.ts';
import { parseConnectionInfo, parseHistory } from '../api/answers.ts';
import { ApiError } from '../api/api-error.ts';
import { type Answer, type ChatApi, inRoom, json, pauseAfter } from '../api/chat-api.ts';
import { type ChatValues, connect } from '../api/chat-options.ts';
import { noRoom } from '../api/existing-room.ts';
import { DONE, type ExitCode } from '../command-line/exit-code.ts';
import { type CommandContext, Interrupted } from '../context.ts';
import { Caller } from './caller.ts';
import { connectOnce, newRoute } from './connect-once.ts';
import { MessageOrder } from './message-order.ts';
import { toLine } from './print.ts';
import { ShownEdits } from './shown-edits.ts';

const REFETCH_PAUSE_MS = 1_000;

export type TailValues = ChatValues & {
  readonly room: string;
  readonly name: string;
  /** Number of earlier messages to show. */
  readonly lines: number;
  readonly json: boolean;
  /** Whether a room that does not exist is entered, and so created. */
  readonly create: boolean;
  readonly token: string | undefined;
  /** Undefined means that the first connection is tried once, and later ones without a limit. */
  readonly 'retry-for': number | undefined;
};

/** Runs until Ctrl+C. Throws ApiError if the chat refuses the connection. */
export async function tail(values: TailValues, context: CommandContext): Promise<ExitCode> {
  const { output, interrupts } = context;
  const edits = new ShownEdits();
  const show = async (message: ChatMessage) => {
    if (values.json) await output.json(message);
    else if (edits.isNews(message)) await output.safe(toLine(message, output.hasColours));
  };
  try {
    await followRoom(values, context, show, interrupts.first);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  }
  return DONE;
}

/** Shows each message once, in the room's order, until the signal is aborted. */
export async function followRoom(
  values: TailValues,
  context: Pick<CommandContext, 'clock' | 'random' | 'report' | 'network'>,
  show: (message: ChatMessage) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { clock, random, report } = context;
  const api = await connect(values, context);
  const network = await context.network();
  const caller = new Caller(values.token);
  const room: Room = { values, api, caller, signal: AbortSignal.any([signal]) };
  const follower = await Follower.begin(room, context, show);
  const retryFor = values['retry-for'];
  const route = newRoute();
  let lastSeenAt = clock.now();
  for (let failures = 0; !signal.aborted; ) {
    let reason: string;
    try {
      const info = await negotiate(room);
      const failed = new AbortController();
      follower.onFailure(() => failed.abort());
      reason = await connectOnce({
        info,
        network,
        clock,
        route,
        signal: AbortSignal.any([signal, failed.signal]),
        onWelcome: ({ seq }) => {
          if (failures > 0) report('connected again');
          failures = 0;
          follower.receive({ seq, messages: [] });
        },
        onEvents: (events) => follower.receive(events),
      });
      lastSeenAt = clock.now();
    } catch (error) {
      if (signal.aborted) break;
      if (error instanceof ApiError && !error.mayPass) throw error;
      reason = messageOf(error);
    }
    if (follower.failure !== undefined) throw follower.failure;
    if (signal.aborted) break;
    if (retryFor !== undefined && clock.now() - lastSeenAt >= retryFor * 1_000) {
      throw new Error(`unable to follow ${values.room}; ${reason}. Try again later.`);
    }
    if (failures === 0) report(`disconnected (${reason}); connecting again`);
    const pause = pauseAfter(failures, random);
    failures += 1;
    await clock.sleep(pause, signal);
  }
}

interface Room {
  readonly values: TailValues;
  readonly api: ChatApi;
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

/** Orders messages from frames and history, and shows them one after the other. */
class Follower {
  readonly #room: Room;
  readonly #context: Pick<CommandContext, 'clock' | 'report'>;
  readonly #show: (message: ChatMessage) => Promise<void>;
  readonly #order: MessageOrder;
  #shown: Promise<void> = Promise.resolve();
  #isFetching = false;
  #end: () => void = () => {};
  /** The error that ends it, for example an output that cannot be written. */
  failure: unknown;

  static async begin(
    room: Room,
    context: Pick<CommandContext, 'clock' | 'report'>,
    show: (message: ChatMessage) => Promise<void>,
  ): Promise<Follower> {
    const { lines } = room.values;
    const limit = String(Math.max(1, lines));
    const { api, signal, values } = room;
    const { revision, seq, messages } = await api.call(
      historyRequest(room, { limit }),
      { 200: json(parseHistory) },
      signal,
    );
    if (revision === 0 && !values.create) {
      const remedy = 'To enter it all the same, run the command with --create.';
      throw await noRoom(`follow ${values.room}`, values.room, remedy, api, signal);
    }
    if (lines > 0) for (const message of messages) await show(message);
    return new Follower(room, context, show, seq);
  }

  private constructor(
    room: Room,
    context: Pick<CommandContext, 'clock' | 'report'>,
    show: (message: ChatMessage) => Promise<void>,
    seq: number,
  ) {
    this.#room = room;
    this.#context = context;
    this.#show = show;
    this.#order = new MessageOrder(seq);
  }

  /** Calls `end` when it cannot continue. */
  onFailure(end: () => void): void {
    this.#end = end;
  }

  receive(frame: Pick<Events, 'seq' | 'messages'>): void {
    this.#showAll(this.#order.take(frame));
    if (this.#order.hasGap) void this.#fetchMissing();
  }

  #showAll(messages: readonly ChatMessage[]): void {
    for (const message of messages) {
      this.#shown = this.#shown.then(async () => {
        if (this.failure === undefined) await this.#show(message);
      });
    }
    this.#shown = this.#shown.catch((error) => this.#fail(error));
  }

  #fail(error: unknown): void {
    this.failure ??= error;
    this.#end();
  }

  async #fetchMissing(): Promise<void> {
    if (this.#isFetching) return;
    this.#isFetching = true;
    const { clock, report } = this.#context;
    const { api, signal } = this.#room;
    while (this.#order.hasGap && !signal.aborted && this.failure === undefined) {
      try {
        const before = this.#order.last;
        const request = historyRequest(this.#room, { after: String(before) });
        const { gone, ready } = this.#order.catchUp(
          await api.once(request, { 200: json(parseHistory) }, signal),
        );
        if (gone > 0) report(`${gone} messages are not kept any more`);
        this.#showAll(ready);
        // Without a pause, a history that does not know of it yet would be asked again and again.
        if (this.#order.last === before) await clock.sleep(REFETCH_PAUSE_MS, signal);
      } catch (error) {
        if (error instanceof ApiError && !error.mayPass) this.#fail(error);
        // The connection reports network errors.
        else await clock.sleep(REFETCH_PAUSE_MS, signal);
      }
    }
    this.#isFetching = false;
  }
}

function historyRequest(
  { values: { room }, caller }: Room,
  query: Readonly<Record<string, string>>,
) {
  const path = inRoom(room, 'messages');
  return { to: `read ${room}`, path, query, headers: caller.headers };
}

async function negotiate({
  values: { room, name },
  api,
  caller,
  signal,
}: Room): Promise<ConnectionInfo> {
  const request = {
    to: `enter ${room}`,
    method: 'POST',
    path: '/api/negotiate',
    query: { room, name },
    headers: caller.headers,
  } as const;
  const readInfo = (answer: Answer) => {
    const info = parseConnectionInfo(answer.text);
    if (info) caller.remember(answer);
    return info;
  };
  return api.once(request, { 200: readInfo }, signal);
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\.$/, '');
}
