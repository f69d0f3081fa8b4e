// Reactions in the log. Their state, their view and their styles are a part of their own, which loads with the first reaction,
// or with the first menu of a message.

import { useLayoutEffect, useState } from 'preact/hooks';
import type { ChatClient } from '../connection/chat.ts';
import { loadStyle } from '../device/style-loader.ts';
import { lazyPart } from './lazy-part.ts';

/** The menu of a message waits for it, so that it does not grow under the pointer. */
export const importReactions = () => import('./reactions/part.tsx');

const usePart = lazyPart(async () => {
  const style = loadStyle('reactions.css');
  const part = await importReactions();
  await style;
  return part;
});

export type Reacting = ReturnType<NonNullable<ReturnType<typeof usePart>>['openReactions']>;

/** Undefined until it is wanted and loaded. */
export function useReactions(chat: ChatClient, isWanted: boolean): Reacting | undefined {
  const part = usePart(isWanted);
  const [reacting, setReacting] = useState<Reacting>();
  useLayoutEffect(() => {
    const opened = part?.openReactions(chat);
    setReacting(opened);
    return opened?.stop;
  }, [part, chat]);
  return reacting;
}
