import type { ChatState } from '../state/chat-state.ts';
import type { Link } from '../state/link.ts';
import type { Words } from '../words/words.ts';
import { useWords } from './language.ts';
import { useNow } from './page-signs.ts';

interface ConnectionStateProps {
  readonly state: ChatState;
  readonly reconnect: () => void;
}

/** A dot while connected. Every other state is a text, with a button to reconnect if that makes sense. */
export function ConnectionState({ state: { link, isNetworkUp }, reconnect }: ConnectionStateProps) {
  const words = useWords();
  const until = link.kind === 'reconnecting' ? link.until : undefined;
  const now = useNow(until !== undefined);
  const seconds = until === undefined ? 0 : Math.ceil((until - now) / 1_000);
  const isOffline = !isNetworkUp && link.kind !== 'online';
  const kind = isOffline ? 'offline' : link.kind;
  return (
    <span class="link" data-testid="connection-state" data-state={kind}>
      <span class="link-dot" aria-hidden="true" />
      {/* Without the seconds: nobody wants to hear them counted. */}
      <span class="link-text" role="status" data-counts={!isOffline && seconds > 1}>
        {isOffline ? words.offline : linkText(link, words)}
      </span>
      {!isOffline && seconds > 1 && (
        <>
          <span aria-hidden="true" data-testid="countdown">
            {words.reconnectingIn(seconds)}
          </span>
          <button type="button" class="plain" data-testid="connect-now" onClick={reconnect}>
            {words.now}
          </button>
        </>
      )}
    </span>
  );
}

function linkText(link: Link, words: Words): string {
  switch (link.kind) {
    case 'connecting':
      return words.connecting;
    case 'online':
      return words.connected;
    case 'reconnecting':
      return words.reconnecting;
    case 'kept-out':
      return words.keptOut;
    case 'signed-out':
      return words.signedOut;
    case 'refused':
      return words.notConnected;
  }
}
