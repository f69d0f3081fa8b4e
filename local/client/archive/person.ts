// `serverless-chat export --user` and `erase --user`: what one person has said in all rooms, and how far an account has read.
// The chat keeps no index of people, so both read every room.

import { type ArchivedMessage, isLine, type Place } from '../../../functions/protocol.ts';
import { parsePlaces, parseReached, type Reached } from '../api/answers.ts';
import { ApiError } from '../api/api-error.ts';
import { type Answer, type ChatApi, inRoom, json, nothing } from '../api/chat-api.ts';
import { type ChatValues, connect } from '../api/chat-options.ts';
import { DONE, type ExitCode, FAILED, INTERRUPTED } from '../command-line/exit-code.ts';
import { type CommandContext, Interrupted } from '../context.ts';
import { NO_STATUS, Progress } from '../terminal/progress.ts';
import { toVisibleJson } from '../terminal/visible-text.ts';
import { listRooms, readArchivePage } from './archive-pages.ts';

type PersonValues = ChatValues & { readonly user: string; readonly quiet: boolean };

/** A line of an archive that is about the person. */
interface Found {
  readonly room: string;
  readonly line: string;
  /** The number of a message to remove. */
  readonly seq: number | undefined;
  /** The line is about reactions of the person to somebody's message. */
  readonly isReaction?: boolean;
}

export async function exportPerson(
  values: PersonValues,
  context: CommandContext,
): Promise<ExitCode> {
  const { output, interrupts } = context;
  return forEach(values, context, 'Not every room was read. Run the same command again.', {
    each: ({ room, line }) =>
      output.safe(toVisibleJson(`{"room":${JSON.stringify(room)},${line.slice(1)}`)),
    end: async (api) => {
      for (const place of await readReading(values.user, api, interrupts.first)) {
        await output.json(place);
      }
    },
  });
}

export async function erasePerson(
  values: PersonValues & { readonly json: boolean },
  context: CommandContext,
): Promise<ExitCode> {
  const { output, interrupts } = context;
  const rooms = new Set<string>();
  const reactedIn = new Set<string>();
  let removed = 0;
  return forEach(values, context, 'A part may be removed. To go on, run the same command again.', {
    each: async ({ room, seq, isReaction }, api) => {
      if (isReaction && !reactedIn.has(room)) {
        await eraseReactions(room, values.user, api, interrupts.first);
        reactedIn.add(room);
      }
      if (seq === undefined) return;
      const path = inRoom(room, 'messages', String(seq));
      const request = { to: `remove message ${seq} of ${room}`, method: 'DELETE', path } as const;
      try {
        await api.call(request, { 204: nothing }, interrupts.first);
      } catch (error) {
        // It has expired, or its room was erased, since the room was read.
        if (error instanceof ApiError && error.failure === 'absent') return;
        throw error;
      }
      rooms.add(room);
      removed += 1;
    },
    end: async (api) => {
      const { user, json } = values;
      await eraseReading(user, api, interrupts.first);
      const sentence = `removed ${removed} messages of ${user}, in ${rooms.size} ${rooms.size === 1 ? 'room' : 'rooms'}`;
      await (json ? output.json({ user, removed, rooms: rooms.size }) : output.line(sentence));
    },
  });
}

/** How far an account has read. A guest has nothing there. */
async function readReading(
  user: string,
  api: ChatApi,
  signal: AbortSignal,
): Promise<readonly Place[]> {
  const path = '/api/reading/export';
  const request = { to: 'export the reading places', path, query: { user } } as const;
  return api.call(request, { 200: json(parsePlaces) }, signal);
}

/** The same is removed. */
async function eraseReading(user: string, api: ChatApi, signal: AbortSignal): Promise<void> {
  const path = '/api/reading';
  const to = 'remove the reading places';
  const request = { to, method: 'DELETE', path, query: { user } } as const;
  await api.call(request, { 204: nothing }, signal);
}

/** One request removes all of them, or as many as it has time for. */
async function eraseReactions(
  room: string,
  user: string,
  api: ChatApi,
  signal: AbortSignal,
): Promise<void> {
  const path = inRoom(room, 'reactions');
  const answers = { 204: nothing, 202: ({ text }: Answer) => parseReached(text) };
  for (let after: string | undefined; ; ) {
    const query = { user, after };
    const request = { to: `remove reactions in ${room}`, method: 'DELETE', path, query } as const;
    const reached = await api.call<Reached | 'done'>(request, answers, signal);
    if (reached === 'done') return;
    after = String(reached.after);
  }
}

async function forEach(
  values: PersonValues,
  { clock, interrupts, report, ...context }: CommandContext,
  unfinished: string,
  {
    each,
    end,
  }: {
    readonly each: (found: Found, api: ChatApi) => Promise<void>;
    readonly end: (api: ChatApi) => Promise<void>;
  },
): Promise<ExitCode> {
  const api = await connect(values, { clock, report, ...context });
  const status = values.quiet ? NO_STATUS : context.status;
  const progress = new Progress(status, clock.now);
  let read = 0;
  try {
    for await (const { room } of listRooms(api, interrupts.first)) {
      for await (const page of pagesOf(room, api, interrupts.first)) {
        for (const found of page.about(values.user)) await each(found, api);
        read += page.messages;
        progress.update(read, 'messages read', undefined);
      }
    }
    status.clear();
    await end(api);
    return DONE;
  } catch (error) {
    const isInterrupted = error instanceof Interrupted;
    if (!isInterrupted && !(error instanceof ApiError)) throw error;
    if (!isInterrupted) report(error.message);
    report(unfinished);
    return isInterrupted ? INTERRUPTED : FAILED;
  } finally {
    status.clear();
  }
}

/** What a room had when it was begun. */
async function* pagesOf(room: string, api: ChatApi, signal: AbortSignal) {
  let last: number | undefined;
  let end = Number.POSITIVE_INFINITY;
  while (last === undefined || last < end) {
    const page = await readArchivePage(api, room, last, signal);
    if (!page) return;
    const { facts, bans, messages } = page;
    if (last === undefined) end = facts.seq;
    last = messages.at(-1)?.message.seq ?? end;
    yield {
      messages: messages.length,
      about: (user: string): Found[] => [
        ...bans
          .filter(({ ban }) => ban.ban === user)
          .map(({ line }) => ({ room, line, seq: undefined })),
        ...messages.flatMap(({ message }) => {
          const emojis = emojisOf(message, user);
          const line = JSON.stringify({ reactedTo: message.seq, emojis });
          return emojis.length === 0 ? [] : [{ room, line, seq: undefined, isReaction: true }];
        }),
        ...messages
          .filter(({ message }) => message.userId === user)
          .map(({ message, line }) => {
            // An announcement loses its text with the message that it is about.
            const isText = isLine(message) && !message.deleted;
            return { room, line, seq: isText ? message.seq : undefined };
          }),
      ],
    };
  }
}

function emojisOf({ reactedBy = [] }: ArchivedMessage, user: string): readonly string[] {
  return reactedBy
    .filter(
      ({ named, others }) => others.includes(user) || named.some(({ userId }) => userId === user),
    )
    .map(({ emoji }) => emoji);
}
