import type { ChatState } from '../state/chat-state.ts';
import { ConnectionStatus } from './connection-status.tsx';
import { Icon } from './icons.tsx';
import { useWords } from './language.ts';
import { Live } from './live.tsx';

export type PanelId = 'rooms' | 'people';

interface HeaderProps {
  readonly state: ChatState;
  /** The panel that is open over the chat, on a narrow screen. */
  readonly panel: PanelId | undefined;
  readonly toggle: (panel: PanelId) => void;
  readonly reconnect: () => void;
  /** Unread messages in the other rooms. */
  readonly unreadElsewhere: number;
  /** Whether one of them mentions the person. */
  readonly isMentionedElsewhere: boolean;
}

/** Room, number online, connection, and the buttons of both panels. */
export function Header(props: HeaderProps) {
  const { state, panel, toggle, reconnect, unreadElsewhere, isMentionedElsewhere } = props;
  const { room, connection, online } = state;
  const words = useWords();
  return (
    <header class="head">
      <button
        type="button"
        class="mini menu"
        title={words.menu}
        aria-label={words.menu}
        aria-expanded={panel === 'rooms'}
        aria-controls="rooms"
        data-testid="menu"
        data-unread={unreadElsewhere > 0}
        data-mention={isMentionedElsewhere}
        onClick={() => toggle('rooms')}
      >
        <Icon name="menu" />
      </button>
      <h1 class="room" aria-label={words.room(room)}>
        <span class="room-mark" aria-hidden="true">
          #
        </span>
        <bdi translate={false}>{room}</bdi>
      </h1>
      <ConnectionStatus state={state} reconnect={reconnect} />
      <button
        type="button"
        class="online"
        title={words.people}
        data-testid="online"
        data-online={online}
        data-stale={connection.kind !== 'online'}
        aria-expanded={panel === 'people'}
        aria-controls="side"
        onClick={() => toggle('people')}
      >
        <Icon name="people" />
        <Live
          text={
            online === undefined || connection.kind === 'blocked'
              ? words.onlineUnknown
              : words.online(online)
          }
        />
      </button>
    </header>
  );
}
