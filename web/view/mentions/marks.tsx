import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ChatMessage } from '../../../functions/protocol.ts';
import { type ChatEvent, type ChatState, readerOf } from '../../state/chat-state.ts';
import { namesOf } from '../../state/people.ts';
import type { Store } from '../../state/store.ts';
import { findNames, findWords } from '../../text/mentions.ts';
import { MENTION_WORDS } from '../../words/mention-words.ts';
import { useLanguage } from '../language.ts';
import { MarkText } from '../message-text-parts.tsx';

interface MarksProps {
  readonly message: ChatMessage;
  readonly store: Store<ChatState, ChatEvent>;
  readonly children: ComponentChildren;
}

/** A message's text in which names stand out, and for the one who is meant a mark on the whole line. */
export function Marks({ message, store, children }: MarksProps) {
  const { id } = useLanguage();
  const [, renderAgain] = useState({});
  const { state } = store;
  const { mentions = [] } = message;
  const known = mentions.map((userId) => ({ userId, names: namesOf(state, userId) }));
  const me = readerOf(state);
  const isComplete = state.me !== undefined && known.every(({ names }) => names.length > 0);
  useEffect(() => {
    if (isComplete) return undefined;
    // The names come with the list of people, or with older messages.
    return store.subscribe((now, before) => {
      if (now.roster !== before.roster || now.me !== before.me || now.log !== before.log) {
        renderAgain({});
      }
    });
  }, [isComplete]);
  const isMine = mentions.includes(me ?? '');
  const mine = new Set(known.find(({ userId }) => userId === me)?.names);
  const names = known.flatMap((one) => one.names);
  const hasOthers = known.some((one) => one.names.length === 0);
  return (
    <MarkText.Provider value={(text) => markedParts(text, { names, mine, hasOthers })}>
      {isMine && (
        <span class="mention-line" data-testid="mentions-you">
          <span class="unseen">{MENTION_WORDS[id].mentionsYou}</span>
        </span>
      )}
      {children}
    </MarkText.Provider>
  );
}

interface Marking {
  readonly names: readonly string[];
  readonly mine: ReadonlySet<string>;
  /** The message mentions people whose names the page does not know. */
  readonly hasOthers: boolean;
}

function markedParts(text: string, { names, mine, hasOthers }: Marking): ComponentChildren {
  const found = findNames(text, names);
  const all = found.length > 0 || !hasOthers ? found : findWords(text);
  const parts: ComponentChildren[] = [];
  let at = 0;
  for (const { start, end, name } of all) {
    parts.push(text.slice(at, start));
    parts.push(
      <bdi key={start} class="mention" data-me={mine.has(name)} translate={false}>
        {text.slice(start, end)}
      </bdi>,
    );
    at = end;
  }
  return [...parts, text.slice(at)];
}
