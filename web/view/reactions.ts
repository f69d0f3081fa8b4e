// Reactions in the log. Their state, their view and their styles are a part of their own, which loads with the first reaction,
// or with the first menu of a message.

import { useEffect, useState } from 'preact/hooks';
import type { ChatClient } from '../connection/chat.ts';
import { loadStyle } from '../device/style-loader.ts';
import { lazyPart } from './lazy-part.ts';

const usePart = lazyPart(async () => {
  const style = loadStyle('reactions.css');
  const part = await import('./reactions/part.tsx');
  await style;
  return part;
});

export type Reacting = ReturnType<NonNullable<ReturnType<typeof usePart>>['openReactions']>;

/** Undefined until it is wanted and loaded. */
export function useReactions(chat: ChatClient, isWanted: boolean): Reacting | undefined {
  const part = usePart(isWanted);
  const [reacting, setReacting] = useState<Reacting>();
  useEffect(() => {
    const opened = part?.openReactions(chat);
    setReacting(opened);
    return opened?.stop;
  }, [part, chat]);
  return reacting;
}
