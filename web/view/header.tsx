import type { ComponentChildren } from 'preact';
import { nameOfRoom } from '../device/names.ts';
import type { ChatState } from '../state/chat-state.ts';
import { ConnectionStatus } from './connection-status.tsx';
import { Icon } from './icons.tsx';
import { useWords } from './language.ts';
import { Live } from './live.tsx';
import { RoomName } from './room-name.tsx';

export type PanelId = 'rooms' | 'search' | 'people';

interface HeaderProps {
  readonly state: ChatState;
  /** Which panels are open: over the chat, or beside it. */
  readonly isOpen: Readonly<Record<PanelId, boolean>>;
  readonly toggle: (panel: PanelId) => void;
  readonly reconnect: () => void;
  readonly openSearch: () => void;
  /** Unread messages in the other rooms. */
  readonly unreadElsewhere: number;
  /** Whether one of them mentions the person. */
  readonly isMentionedElsewhere: boolean;
  /** Nothing on a narrow screen: the menu of the room has it there. */
  readonly bell: ComponentChildren;
  readonly toggleMenu: () => void;
  /** The menu of the room. Nothing unless it is open. */
  readonly menu: ComponentChildren;
}

/** Room, number online, connection, and the buttons of both panels. */
export function Header(props: HeaderProps) {
  const { state, isOpen, toggle, reconnect, openSearch } = props;
  const { unreadElsewhere, isMentionedElsewhere, bell, menu, toggleMenu } = props;
  const { room, connection, online } = state;
  const words = useWords();
  const isKnown = online !== undefined && connection.kind !== 'blocked';
  const { name, isPrivate } = nameOfRoom(room);
  return (
    <header class="head">
      <button
        type="button"
        class="mini menu"
        title={words.menu}
        aria-label={words.menu}
        aria-expanded={isOpen.rooms}
        aria-controls="rooms"
        data-testid="menu"
        data-unread={unreadElsewhere > 0}
        data-mention={isMentionedElsewhere}
        onClick={() => toggle('rooms')}
      >
        <Icon name="menu" />
      </button>
      <h1
        class="room"
        title={isPrivate ? words.privateMeans : name}
        aria-label={isPrivate ? words.privateRoom(name) : words.room(name)}
      >
        <button
          type="button"
          aria-haspopup="menu"
          aria-expanded={Boolean(menu)}
          data-testid="room"
          onClick={toggleMenu}
        >
          <span>
            <RoomName room={room} />
          </span>
        </button>
      </h1>
      {menu}
      <ConnectionStatus state={state} reconnect={reconnect} />
      {bell}
      <button
        type="button"
        class="mini"
        title={words.search}
        aria-label={words.search}
        aria-expanded={isOpen.search}
        data-testid="search"
        onClick={openSearch}
      >
        <Icon name="search" />
      </button>
      <button
        type="button"
        class="online"
        title={words.people}
        data-testid="online"
        data-online={online}
        data-stale={connection.kind !== 'online'}
        aria-expanded={isOpen.people}
        aria-controls="side"
        onClick={() => toggle('people')}
      >
        <Icon name="people" />
        <span class="online-words">
          <Live text={isKnown ? words.online(online) : words.onlineUnknown} />
        </span>
        <span class="narrow-only" aria-hidden="true" translate={false}>
          {isKnown ? online : '–'}
        </span>
      </button>
    </header>
  );
}
