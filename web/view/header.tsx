import type { ChatState, Link } from '../chat-state.ts';
import { WORDS } from '../words.ts';

interface HeaderProps {
  readonly state: ChatState;
  readonly isPanelOpen: boolean;
  readonly togglePanel: () => void;
}

export function Header({ state, isPanelOpen, togglePanel }: HeaderProps) {
  const { room, link, online } = state;
  return (
    <header class="head">
      <h1 class="room" aria-label={WORDS.room(room)}>
        <span class="room-mark" aria-hidden="true">
          #
        </span>
        <bdi>{room}</bdi>
      </h1>
      <span class="link" role="status" data-testid="connection-state" data-state={link.kind}>
        <span class="link-dot" aria-hidden="true" />
        <span class="link-text">{linkText(link)}</span>
      </span>
      <button
        type="button"
        class="online"
        data-testid="online"
        data-online={online}
        data-stale={link.kind !== 'online'}
        aria-expanded={isPanelOpen}
        aria-controls="side"
        onClick={togglePanel}
      >
        {online === undefined ? WORDS.onlineUnknown : WORDS.online(online)}
      </button>
    </header>
  );
}

function linkText(link: Link): string {
  switch (link.kind) {
    case 'connecting':
      return WORDS.connecting;
    case 'online':
      return WORDS.connected;
    case 'reconnecting':
      return WORDS.reconnecting;
    case 'kept-out':
      return WORDS.keptOut;
    case 'refused':
      return WORDS.notConnected;
  }
}
