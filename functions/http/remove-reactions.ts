// Takes back all reactions of one person in a room: what `erase --user` of the command line needs beside the person's messages.

import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { ChatError, type Events, parseRoom } from '../protocol.ts';
import { fromReactedRow } from '../room/reacted-rows.ts';
import { withdrawalOf } from '../room/votes.ts';
import { toRoom } from '../service/bindings.ts';
import { existingHead } from './existing-room.ts';
import type { HttpAnswer } from './http-function.ts';
import { readWholeNumber } from './query.ts';
import { isOutOfTime } from './time-limit.ts';

const MAX_USER_ID_LENGTH = 128;
const NUMBERS_AT_A_TIME = 1_000;

/**
 * `DELETE …/reactions?user=U&after=S`: 204, or 202 `{after}` if there is more: repeat the request with that `after`. Throws
 * `bad_room`, `bad_request`, `no_room` or `unavailable`.
 */
export async function removeReactions(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const { reader, reactions, monotonicNow } = deps;
  const room = parseRoom(request.params.room);
  const userId = parseUser(request.query.get('user'));
  const after = readWholeNumber(request.query, 'after', 0, Number.MAX_SAFE_INTEGER) ?? 0;
  const startedAt = monotonicNow();
  const { first, seq } = await existingHead('remove the reactions', room, deps);
  const broadcasts: Events[] = [];
  const answer = (rest: HttpAnswer): HttpAnswer => {
    const actions = broadcasts.map((events) => toRoom(room, events));
    return { ...rest, actions, about: { room } };
  };
  let from = Math.max(first, after + 1);
  while (from <= seq) {
    if (isOutOfTime(startedAt, monotonicNow())) {
      return answer({ status: 202, jsonBody: { after: from - 1 } });
    }
    const to = Math.min(seq + 1, from + NUMBERS_AT_A_TIME);
    const reacted = await reader.reactedMessages(room, from, to);
    const own = reacted.filter(({ row }) => {
      return withdrawalOf(fromReactedRow(row.properties), userId).length > 0;
    });
    const seqs = own.map(({ message }) => message.seq);
    broadcasts.push(...(await reactions.withdraw(room, seqs, userId)));
    from = to;
  }
  return answer({ status: 204 });
}

function parseUser(user: string | null): string {
  if (user !== null && user !== '' && user.length <= MAX_USER_ID_LENGTH) return user;
  throw new ChatError(
    'bad_request',
    'unable to remove reactions; the request names no user. Add ?user= with a user id.',
  );
}
