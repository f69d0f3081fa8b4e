// Somebody without a connection, a server or a build, puts messages into a room.

import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { type Events, PUBLISHER, type PublishErrorBody, parseRoom } from '../protocol.ts';
import { notStored } from '../refusals.ts';
import { type ChangeOf, type Line, MOST_LINES } from '../room/change.ts';
import { toRoomTogether } from '../service/bindings.ts';
import { type HttpAnswer, toErrorAnswer } from './http-function.ts';
import { type Published, parsePublished } from './published.ts';

export async function publish(request: HttpRequest, { rooms }: Deps): Promise<HttpAnswer> {
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
    // Also where it went wrong on the way: what was stored until then is told.
    actions: toRoomTogether(room, broadcasts),
  };

  /** One part after the other: after one that failed none is stored, so that the same text sent again keeps its order. */
  async function storeAll(): Promise<HttpAnswer> {
    for (const change of changes) {
      const { outcome, frames } = await rooms.submit(room, change);
      if (outcome.kind !== 'stored') throw notStored(outcome);
      broadcasts.push(...frames);
      seq = outcome.seq;
      messages += change.kind === 'publish' ? change.lines.length : 1;
    }
    return { status: 202, jsonBody: { seq } };
  }
}

/** Of a text, as many lines as a transaction has space for, each time: the same text, sent again, has the same parts. */
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
