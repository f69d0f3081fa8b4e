// Takes back all reactions of one person in a room: what `erase --user` of the command line needs beside the person's messages.

import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { type Events, parseRoom } from '../protocol.ts';
import { fromReactedRow } from '../room/reacted-rows.ts';
import { inParts } from '../room/reaction-window.ts';
import { withdrawalOf } from '../room/votes.ts';
import { toRoom } from '../service/bindings.ts';
import { existingHead } from './existing-room.ts';
import { type HttpAnswer, toErrorAnswer } from './http-function.ts';
import { readNamedUser, readWholeNumber } from './query.ts';
import { isOutOfTime } from './time-limit.ts';

const NUMBERS_AT_A_TIME = 1_000;

/**
 * `DELETE …/reactions?user=U&after=S`: 204, or 202 `{after}` if there is more: repeat the request with that `after`. Throws
 * `bad_room`, `bad_request`, `no_room` or `unavailable`.
 */
export async function removeReactions(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const { reader, reactions, monotonicNow } = deps;
  const room = parseRoom(request.params.room);
  const userId = readNamedUser(request.query, 'remove the reactions');
  const after = readWholeNumber(request.query, 'after', 0, Number.MAX_SAFE_INTEGER) ?? 0;
  const startedAt = monotonicNow();
  const { first, seq } = await existingHead('remove the reactions', room, deps);
  let from = Math.max(first, after + 1);
  const broadcasts: Events[] = [];
  const answer = await removeAll().catch((failure) => {
    if (broadcasts.length === 0) throw failure;
    return { ...toErrorAnswer(failure), failure };
  });
  // Also after a failure: what is committed is broadcast.
  const actions = broadcasts.map((events) => toRoom(room, events));
  return { ...answer, actions, about: { room } };

  async function removeAll(): Promise<HttpAnswer> {
    while (from <= seq) {
      const to = Math.min(seq + 1, from + NUMBERS_AT_A_TIME);
      for (const part of inParts(await findReacted(from, to))) {
        broadcasts.push(...(await reactions.withdraw(room, part, userId)));
        from = (part.at(-1) ?? from) + 1;
        if (isLate()) return { status: 202, jsonBody: { after: from - 1 } };
      }
      from = to;
      if (isLate()) return { status: 202, jsonBody: { after: from - 1 } };
    }
    return { status: 204 };
  }

  function isLate(): boolean {
    return from <= seq && isOutOfTime(startedAt, monotonicNow());
  }

  /** The numbers of the messages to which the user has reacted, ascending. */
  async function findReacted(begin: number, end: number): Promise<readonly number[]> {
    const reacted = await reader.reactedMessages(room, begin, end);
    return reacted
      .filter(({ row }) => withdrawalOf(fromReactedRow(row.properties), userId).length > 0)
      .map(({ message }) => message.seq);
  }
}
