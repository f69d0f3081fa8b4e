// The commands that change a room for everyone in it, and `health`. Each may be repeated without harm.

import {
  type HealthFacts,
  parseHealth,
  parseHealthFacts,
  parseUnfinished,
} from '../api/answers.ts';
import { ApiError } from '../api/api-error.ts';
import { type Answer, type ApiRequest, inRoom, nothing } from '../api/chat-api.ts';
import { type ChatValues, connect } from '../api/chat-options.ts';
import { callInRoom } from '../api/existing-room.ts';
import { DONE, type ExitCode, FAILED, INTERRUPTED } from '../command-line/exit-code.ts';
import { type CommandContext, Interrupted } from '../context.ts';
import { OutputClosed } from '../terminal/output.ts';
import { toTime } from '../terminal/time.ts';

type InRoom = ChatValues & { readonly room: string; readonly json: boolean };

/** What a command reports in the end: a sentence for people, or an object for programs. */
interface Done {
  readonly sentence: string;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

/** Sends one request without a body in its answer, and then reports. */
async function change(
  values: InRoom,
  context: CommandContext,
  request: ApiRequest,
  done: Done,
): Promise<ExitCode> {
  const api = await connect(values, context);
  await callInRoom(api, values.room, request, { 204: nothing }, context.interrupts.first);
  return reportDone(values, context, done);
}

async function reportDone(
  { room, json }: InRoom,
  { output }: CommandContext,
  { sentence, facts }: Done,
): Promise<ExitCode> {
  await (json ? output.json({ room, ...facts }) : output.line(sentence));
  return DONE;
}

export function closeRoom(
  values: InRoom & { readonly reason: string | undefined },
  context: CommandContext,
): Promise<ExitCode> {
  const { room, reason } = values;
  const path = inRoom(room, 'closed');
  const request = { to: `close ${room}`, method: 'PUT', path, query: { reason } } as const;
  return change(values, context, request, {
    sentence: `${room} is closed`,
    facts: { closed: true },
  });
}

export function openRoom(values: InRoom, context: CommandContext): Promise<ExitCode> {
  const { room } = values;
  const request = { to: `open ${room}`, method: 'DELETE', path: inRoom(room, 'closed') } as const;
  return change(values, context, request, {
    sentence: `${room} is open`,
    facts: { closed: false },
  });
}

export function deleteMessage(
  values: InRoom & { readonly message: number; readonly reason: string | undefined },
  context: CommandContext,
): Promise<ExitCode> {
  const { room, message, reason } = values;
  const path = inRoom(room, 'messages', String(message));
  const query = { reason };
  const request = { to: `remove message ${message}`, method: 'DELETE', path, query } as const;
  return change(values, context, request, {
    sentence: `message ${message} is removed`,
    facts: { removed: message },
  });
}

export function disconnect(
  values: InRoom & {
    readonly connection: string;
    readonly reason: string | undefined;
    /** Undefined for no ban. */
    readonly minutes: number | undefined;
  },
  context: CommandContext,
): Promise<ExitCode> {
  const { room, connection, reason, minutes } = values;
  const request = {
    to: `disconnect ${connection}`,
    method: 'DELETE',
    path: inRoom(room, 'connections', connection),
    query: { reason, banMinutes: minutes === undefined ? undefined : String(minutes) },
  } as const;
  const ban = minutes === undefined ? '' : `, its user is banned for ${minutes} minutes`;
  return change(values, context, request, {
    sentence: `${connection} is disconnected${ban}`,
    facts: { disconnected: connection, ...(minutes === undefined ? {} : { banMinutes: minutes }) },
  });
}

const UNFINISHED_PAUSE_MS = 1_000;

type Erasing = 'done' | 'unfinished';

/** Repeats the request while the chat answers that there is more. */
export async function eraseRoom(
  values: InRoom & { readonly reason: string | undefined; readonly quiet: boolean },
  context: CommandContext,
): Promise<ExitCode> {
  const { room, reason } = values;
  const api = await connect(values, context);
  const path = inRoom(room);
  const request = { to: `erase ${room}`, method: 'DELETE', path, query: { reason } } as const;
  const { first } = context.interrupts;
  const answers = {
    204: nothing,
    202: ({ text }: Answer) => parseUnfinished(text) && ('unfinished' as const),
  };
  const startedAt = context.clock.now();
  try {
    while ((await callInRoom<Erasing>(api, room, request, answers, first)) === 'unfinished') {
      const seconds = Math.round((context.clock.now() - startedAt) / 1_000);
      if (!values.quiet) context.status.show(`erasing ${room}, ${seconds} s so far`);
      await context.clock.sleep(UNFINISHED_PAUSE_MS, first);
    }
  } catch (error) {
    const isInterrupted = error instanceof Interrupted;
    if (!isInterrupted && !(error instanceof ApiError && error.mayBeDone)) throw error;
    if (!isInterrupted) context.report(error.message);
    context.report(`${room} may be erased in part. To go on, run the same command again.`);
    return isInterrupted ? INTERRUPTED : FAILED;
  } finally {
    context.status.clear();
  }
  return reportDone(values, context, {
    sentence: `all messages of ${room} are erased`,
    facts: { erased: true },
  });
}

/** When the service and the timer last called, epoch ms. */
function toTimes(facts: HealthFacts | undefined): Readonly<Record<string, number>> {
  const { upstreamAt, cleanupAt } = facts ?? {};
  return {
    ...(upstreamAt === undefined ? {} : { lastEvent: upstreamAt }),
    ...(cleanupAt === undefined ? {} : { lastCleanup: cleanupAt }),
  };
}

/** The exit code is 1 if a part is unavailable. */
export async function health(
  values: ChatValues & { readonly json: boolean },
  context: CommandContext,
): Promise<ExitCode> {
  const api = await connect(values, context);
  const read = (status: 'ok' | 'unavailable') => (answer: Answer) => {
    const parts = parseHealth(answer.text, status);
    return parts && { parts, facts: parseHealthFacts(answer.text) };
  };
  const { parts: answer, facts } = await api.call(
    { to: 'ask for the health of the chat', path: '/api/health' },
    { 200: read('ok'), 503: read('unavailable') },
    context.interrupts.first,
  );
  const { output } = context;
  const times = toTimes(facts);
  try {
    if (values.json) await output.json({ ...answer, ...times });
    else {
      for (const [part, state] of Object.entries(answer)) await output.line(`${part}: ${state}`);
      for (const [what, at] of Object.entries(times)) await output.line(`${what}: ${toTime(at)}`);
    }
  } catch (error) {
    // The exit code is the answer, too.
    if (!(error instanceof OutputClosed)) throw error;
  }
  if (answer.status === 'ok') return DONE;
  context.report('the chat is not well; see the part that is not ok.');
  return FAILED;
}
