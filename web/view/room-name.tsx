import { nameOfRoom } from '../device/names.ts';
import { Icon } from './icons.tsx';

/** A room with its mark: a lock if only its link leads to it. */
export function RoomName({ room }: { readonly room: string }) {
  const { name, isPrivate } = nameOfRoom(room);
  return (
    <>
      <span class="room-mark" aria-hidden="true">
        {isPrivate ? <Icon name="lock" /> : '#'}
      </span>
      <bdi translate={false}>{name}</bdi>
    </>
  );
}
