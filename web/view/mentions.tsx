// Mentions load with the first `@` in the composer, and with the first message that mentions somebody.

import type { ComponentChildren } from 'preact';
import type { ChatMessage } from '../../functions/protocol.ts';
import { loadStyle } from '../device/style-loader.ts';
import type { ChatEvent, ChatState } from '../state/chat-state.ts';
import type { Store } from '../state/store.ts';
import { lazyPart } from './lazy-part.ts';

/** Rejects if the part cannot be loaded. */
export async function loadMentions() {
  const style = loadStyle('mentions.css');
  const { Completion, Marks, mentionsOf } = await import('./mentions/part.ts');
  await style;
  return { Completion, Marks, mentionsOf };
}

export type MentionsPart = Awaited<ReturnType<typeof loadMentions>>;

export const useMentions = lazyPart(loadMentions);

interface MarkedProps {
  readonly message: ChatMessage;
  readonly store: Store<ChatState, ChatEvent>;
  readonly children: ComponentChildren;
}

/** The text of a message that mentions people. */
export function Marked(props: MarkedProps): ComponentChildren {
  const part = useMentions(true);
  return part ? <part.Marks {...props} /> : props.children;
}
