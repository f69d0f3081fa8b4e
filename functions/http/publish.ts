// Publishes messages into a room without a connection, for example from a server or a build.

import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { notStored } from '../moderation/refusals.ts';
import { type Events, PUBLISHER, type PublishErrorBody, parseRoom } from '../protocol.ts';
import { type ChangeOf, type Line, MOST_LINES } from '../room/change.ts';
import { toRoomTogether } from '../service/bindings.ts';
import { type HttpAnswer, toErrorAnswer } from './http-function.ts';
import { type Published, parsePublished } from './published.ts';
import { isOutOfTime, outOfTime } from './time-limit.ts';

/** `POST …/messages`: 202 with the last `seq`. Throws `bad_…`, `too_large`, `room_closed` or `unavailable`. */
export async function publish(
  request: HttpRequest,
  { rooms, monotonicNow }: Deps,
): Promise<HttpAnswer> {
  const startedAt = monotonicNow();
  const room = parseRoom(request.params.room);
  const changes = toChanges(await parsePublished(request));
  const broadcasts: Events[] = [];
  let seq = 0;
  let messages = 0;
  const answer: HttpAnswer = await storeAll().catch((error) => {
    if (messages === 0) throw error;
    const { jsonBody, ...rest } = toErrorAnswer(error);
    return { ...rest, jsonBody: { ...jsonBody, stored: messages } satisfies PublishErrorBody };
  });
  return {
    ...answer,
    about: { room, user: PUBLISHER, seq, messages },
    // Also after a failure: the stored part is broadcast.
    actions: toRoomTogether(room, broadcasts),
  };

  /** Stores the parts in order and stops at a failure, so that the same text sent again keeps its order. */
  async function storeAll(): Promise<HttpAnswer> {
    for (const change of changes) {
      if (messages > 0 && isOutOfTime(startedAt, monotonicNow())) throw outOfTime();
      const { outcome, frames } = await rooms.submit(room, change);
      if (outcome.kind !== 'stored') throw notStored(outcome);
      broadcasts.push(...frames);
      seq = outcome.seq;
      messages += change.kind === 'publish' ? change.lines.length : 1;
    }
    return { status: 202, jsonBody: { seq } };
  }
}

/** Splits a text into parts of {@link MOST_LINES} lines, so that a repeated request with the same text has the same parts. */
function toChanges(published: Published): readonly (ChangeOf<'publish'> | ChangeOf<'send'>)[] {
  const { name } = published;
  const author = { userId: PUBLISHER, name };
  if (published.kind === 'message') return [{ kind: 'send', ...author, ...published.message }];
  return toParts(published.lines).map((lines) => ({ kind: 'publish', ...author, lines }));
}

function toParts(lines: readonly Line[]): [Line, ...Line[]][] {
  const parts: [Line, ...Line[]][] = [];
  for (let start = 0; start < lines.length; start += MOST_LINES) {
    const [first, ...others] = lines.slice(start, start + MOST_LINES);
    if (first) parts.push([first, ...others]);
  }
  return parts;
}
