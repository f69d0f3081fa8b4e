import { hueOf, initialsOf } from '../text/user-mark.ts';

interface AvatarProps {
  readonly userId: string;
  readonly name: string;
}

/** Decoration beside a name, hidden from screen readers. */
export function Avatar({ userId, name }: AvatarProps) {
  return (
    <span class="avatar" data-hue={hueOf(userId)} aria-hidden="true" translate={false}>
      {initialsOf(name)}
    </span>
  );
}
