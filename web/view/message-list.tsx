import type { ChatMessage } from '../../functions/protocol.ts';
import type { Chat } from '../chat.ts';
import type { ChatState } from '../chat-state.ts';
import { hasOlder } from '../message-log.ts';
import { WORDS } from '../words.ts';
import { MessageLine } from './message-line.tsx';
import { OutboxLines } from './outbox-lines.tsx';
import { useReadingPlace } from './reading-place.ts';

interface MessageListProps {
  readonly state: ChatState;
  readonly chat: Chat;
}

export function MessageList({ state, chat }: MessageListProps) {
  const { log, outbox, me } = state;
  const end = log.shown.at(-1)?.seq ?? 0;
  const place = useReadingPlace({ from: log.from, end, written: outbox.length });
  return (
    <div class="log-frame">
      <section
        class="log"
        ref={place.ref}
        onScroll={place.onScroll}
        role="log"
        aria-label={WORDS.messages}
        aria-busy={log.to === undefined || state.isLoadingOlder}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
      >
        <div class="log-inner">
          <Top state={state} loadOlder={chat.loadOlder} />
          {withGaps(log.shown).map((item) =>
            'gone' in item ? (
              <p class="mark" key={`gone-${item.before}`} data-testid="gone">
                {WORDS.gone(item.gone)}
              </p>
            ) : (
              <MessageLine key={item.seq} message={item} isMine={item.userId === me?.userId} />
            ),
          )}
          <OutboxLines lines={outbox} tryAgain={chat.tryAgain} discard={chat.discard} />
        </div>
      </section>
      {place.hasNews && (
        <button type="button" class="to-end" onClick={place.toEnd}>
          {WORDS.newer}
        </button>
      )}
    </div>
  );
}

function Top({ state, loadOlder }: { readonly state: ChatState; readonly loadOlder: () => void }) {
  const { log, room, isLoadingOlder } = state;
  if (log.to === undefined) return <p class="mark">{WORDS.loading}</p>;
  if (!hasOlder(log)) {
    return <p class="mark">{log.from > 1 ? WORDS.olderGone : WORDS.beginning(room)}</p>;
  }
  return (
    <button type="button" class="older" onClick={loadOlder} disabled={isLoadingOlder}>
      {isLoadingOlder ? WORDS.loading : WORDS.showOlder}
    </button>
  );
}

interface Gap {
  readonly gone: number;
  /** The `seq` of the message after the gap. */
  readonly before: number;
}

/** The messages, and between two that are no neighbours how many are gone. */
function withGaps(messages: readonly ChatMessage[]): readonly (ChatMessage | Gap)[] {
  const items: (ChatMessage | Gap)[] = [];
  let previous: number | undefined;
  for (const message of messages) {
    const gone = previous === undefined ? 0 : message.seq - previous - 1;
    if (gone > 0) items.push({ gone, before: message.seq });
    items.push(message);
    previous = message.seq;
  }
  return items;
}
