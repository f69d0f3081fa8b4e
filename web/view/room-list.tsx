import type { UnreadByRoom } from '../connection/other-rooms.ts';
import { badgeText } from '../device/badge.ts';
import { pathOf, privateRoom } from '../device/names.ts';
import type { KnownRoom } from '../device/rooms.ts';
import { Icon } from './icons.tsx';
import { useWords } from './language.ts';
import { Live } from './live.tsx';
import { RoomForm } from './room-form.tsx';

interface RoomListProps {
  readonly room: string;
  readonly rooms: readonly KnownRoom[];
  readonly unread: UnreadByRoom;
  readonly forget: (room: string) => void;
}

/** The rooms that this device has visited. A page has one room for its whole life, so each room is a link. */
export function RoomList({ room, rooms, unread, forget }: RoomListProps) {
  const words = useWords();
  return (
    <nav class="rooms" aria-label={words.rooms}>
      <h2>{words.rooms}</h2>
      <ul data-testid="rooms">
        {rooms.map((known) => (
          <li key={known.room} data-here={known.room === room}>
            <a href={pathOf(known.room)} aria-current={known.room === room ? 'page' : undefined}>
              <span class="room-mark" aria-hidden="true">
                #
              </span>
              <bdi translate={false}>{known.room}</bdi>
              <Unread {...(unread.get(known.room) ?? NOTHING)} />
            </a>
            {known.room !== room && (
              <button
                type="button"
                class="mini forget"
                title={words.forget(known.room)}
                aria-label={words.forget(known.room)}
                onClick={() => forget(known.room)}
              >
                <Icon name="close" />
              </button>
            )}
          </li>
        ))}
      </ul>
      <button
        type="button"
        class="quiet"
        title={words.newRoomHint}
        data-testid="new-room"
        onClick={() =>
          location.assign(pathOf(privateRoom((bytes) => crypto.getRandomValues(bytes))))
        }
      >
        <Icon name="plus" /> {words.newRoom}
      </button>
      <RoomForm />
    </nav>
  );
}

const NOTHING = { count: 0, mention: false };

function Unread({ count, mention }: { readonly count: number; readonly mention: boolean }) {
  const words = useWords();
  if (count === 0) return null;
  const text = mention ? words.unreadMention(count) : words.unread(count);
  return (
    <span class="badge" data-testid="unread" data-mention={mention} title={text}>
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
