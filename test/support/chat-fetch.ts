// The chat's own handlers behind the network of a command, in this process.

import type { HttpMethod } from '@azure/functions';
import { archiveRoom } from '../../functions/http/archive-room.ts';
import { deleteMessage } from '../../functions/http/delete-message.ts';
import { answerHttp, type HttpHandler } from '../../functions/http/http-function.ts';
import { importRoom } from '../../functions/http/import-room.ts';
import { publish } from '../../functions/http/publish.ts';
import { eraseReading, exportReading } from '../../functions/http/reading.ts';
import { removeReactions } from '../../functions/http/remove-reactions.ts';
import { rooms } from '../../functions/http/rooms.ts';
import type { Fetch } from '../../local/client/api/fetch.ts';
import { openContext, type TestChat, toRequest } from './chat.ts';
import { answer } from './command-line.ts';

const ROUTES: readonly (readonly [HttpMethod, RegExp, HttpHandler])[] = [
  ['GET', /^\/api\/rooms$/, rooms],
  ['GET', /^\/api\/reading\/export$/, exportReading],
  ['DELETE', /^\/api\/reading$/, eraseReading],
  ['GET', /^\/api\/rooms\/(?<room>[^/]+)\/archive$/, archiveRoom],
  ['POST', /^\/api\/rooms\/(?<room>[^/]+)\/archive$/, importRoom],
  ['POST', /^\/api\/rooms\/(?<room>[^/]+)\/messages$/, publish],
  ['DELETE', /^\/api\/rooms\/(?<room>[^/]+)\/reactions$/, removeReactions],
  ['DELETE', /^\/api\/rooms\/(?<room>[^/]+)\/messages\/(?<seq>\d+)$/, deleteMessage],
];

export function toFetch(chat: TestChat): Fetch {
  return async ({ pathname, search }, { method, headers, body }) => {
    for (const [of, path, handler] of ROUTES) {
      const found = of === method ? path.exec(pathname) : null;
      if (!found) continue;
      const groups = Object.entries(found.groups ?? {});
      const params = Object.fromEntries(
        groups.map(([name, part]) => [name, decodeURIComponent(part)]),
      );
      const sent = body === undefined ? {} : { body };
      const request = toRequest({ method, query: search, params, headers, ...sent });
      const run = answerHttp('x', { method: of, needsKey: true }, handler, chat);
      const {
        status = 200,
        jsonBody,
        body: text,
        headers: got,
      } = await run(request, openContext());
      const content = jsonBody === undefined ? String(text ?? '') : JSON.stringify(jsonBody);
      return answer(status, content, { headers: got as Record<string, string> });
    }
    return answer(404);
  };
}
