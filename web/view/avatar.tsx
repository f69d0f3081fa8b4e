import { hueOf, initialsOf } from '../text/user-mark.ts';

interface AvatarProps {
  readonly userId: string;
  readonly name: string;
}

/** Decoration beside a name, so not for the ear. */
export function Avatar({ userId, name }: AvatarProps) {
  return (
    <span class="avatar" data-hue={hueOf(userId)} aria-hidden="true">
      {initialsOf(name)}
    </span>
  );
}
