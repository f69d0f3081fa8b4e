// Notices over HTTP that the room has started over: it was deleted while it was empty, or its storage was emptied.

import type { ChatState } from '../state/chat-state.ts';
import type { ChatApi } from './chat-api.ts';

/**
 * The same API. Calls `onStartedOver` after an answer whose revision is below one that the page knew when it asked: an answer is
 * never older than its request, so the room counts anew. What the page shows then belongs to the room before.
 */
export function noticeStartedOver(
  api: ChatApi,
  known: () => Pick<ChatState, 'revision'>,
  onStartedOver: () => void,
): ChatApi {
  const watch =
    <Args extends unknown[], Answer extends { readonly revision: number }>(
      ask: (...args: Args) => Promise<Answer>,
    ) =>
    async (...args: Args): Promise<Answer> => {
      const before = known().revision;
      const answer = await ask(...args);
      // A welcome may have shown it meanwhile.
      if (answer.revision < Math.min(before, known().revision)) onStartedOver();
      return answer;
    };
  return { history: watch(api.history), members: watch(api.members) };
}
