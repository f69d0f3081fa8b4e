import type { ChatState } from '../state/chat-state.ts';
import type { ConnectionState } from '../state/connection-state.ts';
import type { Words } from '../words/words.ts';
import { useWords } from './language.ts';
import { Live } from './live.tsx';
import { useNow } from './page-signs.ts';

interface ConnectionStatusProps {
  readonly state: ChatState;
  readonly reconnect: () => void;
}

/** A dot while connected. Every other state is a text, with a button to reconnect if that makes sense. */
export function ConnectionStatus({
  state: { connection, isNetworkUp },
  reconnect,
}: ConnectionStatusProps) {
  const words = useWords();
  const until = connection.kind === 'reconnecting' ? connection.until : undefined;
  const now = useNow(until !== undefined);
  const seconds = until === undefined ? 0 : Math.ceil((until - now) / 1_000);
  const isOffline = !isNetworkUp && connection.kind !== 'online';
  const kind = isOffline ? 'offline' : connection.kind;
  return (
    <span class="link" data-testid="connection-state" data-state={kind}>
      <span class="link-dot" aria-hidden="true" />
      {/* Without the seconds: nobody wants to hear them counted. */}
      <span class="link-text" role="status" data-counts={!isOffline && seconds > 1}>
        <Live text={isOffline ? words.offline : linkText(connection, words)} />
      </span>
      {!isOffline && seconds > 1 && (
        <>
          <span key={seconds} aria-hidden="true" data-testid="countdown">
            <span class="wide-only">{words.reconnectingIn(seconds)}</span>
            <span class="narrow-only">{words.seconds(seconds)}</span>
          </span>
          <button type="button" class="plain" data-testid="connect-now" onClick={reconnect}>
            {words.now}
          </button>
        </>
      )}
    </span>
  );
}

function linkText(connection: ConnectionState, words: Words): string {
  switch (connection.kind) {
    case 'connecting':
      return words.connecting;
    case 'online':
      return words.connected;
    case 'reconnecting':
      return words.reconnecting;
    case 'blocked':
      return words.blocked;
    case 'signed-out':
      return words.signedOut;
    case 'refused':
      return words.notConnected;
  }
}
