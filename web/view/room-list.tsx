import { useMemo } from 'preact/hooks';
import type { Alerts } from '../alerts.ts';
import type { UnreadByRoom } from '../connection/other-rooms.ts';
import { badgeText } from '../device/badge.ts';
import { nameOfRoom, pathOf } from '../device/names.ts';
import type { KnownRoom } from '../device/rooms.ts';
import { Icon } from './icons.tsx';
import { useLanguage, useWords } from './language.ts';
import { Live } from './live.tsx';
import { RoomName } from './room-name.tsx';

interface RoomListProps {
  readonly room: string;
  readonly rooms: readonly KnownRoom[];
  readonly unread: UnreadByRoom;
  readonly alerts: Alerts | undefined;
  readonly forget: (room: string) => void;
  readonly add: () => void;
}

/**
 * The rooms that this device has visited, in the order of their names: each keeps its place. A page has one room for its whole
 * life, so each room is a link.
 */
export function RoomList({ room, rooms, unread, alerts, forget, add }: RoomListProps) {
  const { words, tag } = useLanguage();
  const sorted = useMemo(() => {
    const order = new Intl.Collator(tag, { numeric: true });
    const nameOf = (known: KnownRoom) => nameOfRoom(known.room).name;
    return [...rooms].sort((a, b) => order.compare(nameOf(a), nameOf(b)));
  }, [rooms, tag]);
  return (
    <nav class="rooms" aria-label={words.rooms}>
      <div class="rail-head">
        <h2>{words.rooms}</h2>
        <button
          type="button"
          class="mini"
          title={words.addRoom}
          aria-label={words.addRoom}
          aria-haspopup="dialog"
          data-testid="add-room"
          onClick={add}
        >
          <Icon name="plus" />
        </button>
      </div>
      <ul data-testid="rooms">
        {sorted.map((known) => {
          const { name } = nameOfRoom(known.room);
          return (
            <li key={known.room} data-here={known.room === room}>
              <a
                href={pathOf(known.room)}
                title={known.room === name ? undefined : known.room}
                aria-current={known.room === room ? 'page' : undefined}
              >
                <RoomName room={known.room} />
                <UnreadBadge
                  {...(unread.get(known.room) ?? NOTHING)}
                  isQuiet={alerts?.levelOf(known.room) === 'none'}
                />
              </a>
              {known.room !== room && (
                <button
                  type="button"
                  class="mini forget"
                  title={words.forget(name)}
                  aria-label={words.forget(name)}
                  onClick={() => forget(known.room)}
                >
                  <Icon name="close" />
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

export const NOTHING = { count: 0, mention: false };

interface UnreadProps {
  readonly count: number;
  readonly mention: boolean;
  /** The room alerts of nothing. */
  readonly isQuiet: boolean;
}

/** How much is unread in a room, and whether something of it mentions the person. */
export function UnreadBadge({ count, mention, isQuiet }: UnreadProps) {
  const words = useWords();
  if (count === 0) return null;
  const text = mention ? words.unreadMention(count) : words.unread(count);
  return (
    <span
      class="badge"
      data-testid="unread"
      data-mention={mention}
      data-quiet={isQuiet}
      title={text}
    >
      <span aria-hidden="true" translate={false}>
        {mention && '@'}
        {badgeText(count)}
      </span>
      <span class="unseen">
        <Live text={text} />
      </span>
    </span>
  );
}
