// The list of rooms, page by page.

import type { Rooms } from '../../../functions/protocol.ts';
import { parseRooms } from './answers.ts';
import type { Answer, ApiRequest } from './chat-api.ts';

/** The request for a page, and its reader. `from` is the room at which the page begins, undefined for the first page. */
export function pageOfRooms(from: string | undefined, limit?: string) {
  const query = { continue: from, limit };
  const request: ApiRequest = { to: 'list the rooms', path: '/api/rooms', query };
  const read = ({ text }: Answer): Rooms | undefined => {
    const page = parseRooms(text);
    // A page that does not advance would repeat for ever.
    return page?.continue !== undefined && page.continue === from ? undefined : page;
  };
  return [request, { 200: read }] as const;
}
