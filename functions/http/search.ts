// Searches a room from its latest message back, a stretch with each call.
//
// Cost: one read of 1,000 messages, beside the room's head, which calls share. A refused call costs none.

import { setImmediate } from 'node:timers/promises';
import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { refuseBanned } from '../moderation/refusals.ts';
import { MAX_HITS, parseRoom, parseSearch, SEARCHED_AT_ONCE, type Search } from '../protocol.ts';
import { searchRoom } from '../room/room-search.ts';
import { EMPTY_HEAD } from '../room/rows.ts';
import type { HttpAnswer } from './http-function.ts';
import { readWholeNumber } from './query.ts';

/**
 * `GET …/search?q=&before=&limit=`: the messages that have each word of `q`, newest first. Throws `bad_room`, `bad_request`,
 * `not_signed_in`, `banned`, `too_many_searches` or `unavailable`.
 */
export async function search(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const { readUser, reader, views, searchLimits } = deps;
  const { userId } = await readUser(request);
  const room = parseRoom(request.params.room);
  const query = {
    words: parseSearch(request.query.get('q')),
    before: readWholeNumber(request.query, 'before', 0, Number.MAX_SAFE_INTEGER),
    limit: readWholeNumber(request.query, 'limit', 1, MAX_HITS) ?? MAX_HITS,
    stretch: SEARCHED_AT_ONCE,
  };
  return searchLimits.run(room, userId, async () => {
    const head = await views.findHead(room);
    await refuseBanned(room, userId, head, deps);
    const { revision, first, seq, online } = head ?? EMPTY_HEAD;
    const found = await searchRoom(room, { first, seq }, query, reader, () => setImmediate());
    const { messages, before, searchedTo } = found;
    return {
      jsonBody: {
        room,
        revision,
        first,
        seq,
        online,
        messages,
        ...(before === undefined ? {} : { before }),
        ...(searchedTo === undefined ? {} : { searchedTo }),
      } satisfies Search,
    };
  });
}
