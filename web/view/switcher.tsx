import { useState } from 'preact/hooks';
import { parseRoom } from '../../functions/protocol.ts';
import { nameOfRoom, pathOf } from '../device/names.ts';
import type { KnownRoom } from '../device/rooms.ts';
import { type Roster, usersIn } from '../state/roster.ts';
import type { Named } from '../text/mentions.ts';
import type { RoomsView } from '../visit.ts';
import { DIALOG_WORDS } from '../words/dialog-words.ts';
import { Avatar } from './avatar.tsx';
import { useLanguage } from './language.ts';
import { NOTHING, UnreadBadge } from './room-list.tsx';
import { RoomName } from './room-name.tsx';

interface SwitcherProps {
  readonly room: string;
  readonly view: RoomsView;
  readonly roster: Roster;
  readonly me: string | undefined;
  readonly mention: (person: Named) => void;
  readonly close: () => void;
}

type Choice =
  | { readonly kind: 'room'; readonly room: string; readonly isNew: boolean }
  | { readonly kind: 'person'; readonly userId: string; readonly name: string };

const MOST_CHOICES = 8;

/** Goes to a room, or mentions a person, by a few letters and Enter. */
export function Switcher({ room, view, roster, me, mention, close }: SwitcherProps) {
  const { id, words } = useLanguage();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const { rooms, unread, alerts } = view;
  const isQuiet = (other: string) => alerts?.levelOf(other) === 'none';
  // As it was when the switcher opened: nothing moves away under a finger.
  const [urgent] = useState(() => new Map(rooms.map((one) => [one.room, urgencyOf(one, view)])));
  const urgency = (known: KnownRoom) => urgent.get(known.room) ?? 0;
  const inOrder = text.trim() === '' ? [...rooms].sort((a, b) => urgency(b) - urgency(a)) : rooms;
  const has = (name: string) => name.toLowerCase().includes(text.trim().toLowerCase());
  const choices: readonly Choice[] = [
    ...inOrder
      .filter((known) => known.room !== room && has(nameOfRoom(known.room).name))
      .map((known): Choice => ({ kind: 'room', room: known.room, isNew: false })),
    ...usersIn(roster)
      .filter(({ userId, name }) => userId !== me && has(name))
      .slice(0, MOST_CHOICES)
      .map(({ userId, name }): Choice => ({ kind: 'person', userId, name })),
    ...otherRoom(text, rooms),
  ];
  const chosen = Math.min(at, choices.length - 1);
  const take = (choice: Choice | undefined) => {
    if (choice?.kind === 'person') mention(choice);
    if (choice?.kind === 'room' && choice.room === room) close();
    else if (choice?.kind === 'room') location.assign(pathOf(choice.room));
  };
  return (
    <div class="switcher">
      <input
        value={text}
        role="combobox"
        aria-label={DIALOG_WORDS[id].switchTo}
        aria-expanded="true"
        aria-controls="choices"
        aria-activedescendant={choices.length > 0 ? `choice-${chosen}` : undefined}
        autocomplete="off"
        spellcheck={false}
        dir="auto"
        data-first
        data-testid="switch"
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
          if (step !== 0) setAt((chosen + step + choices.length) % Math.max(1, choices.length));
          if (event.key === 'Enter') take(choices[chosen]);
          if (step !== 0 || event.key === 'Enter') event.preventDefault();
        }}
      />
      <div id="choices" role="listbox" aria-label={DIALOG_WORDS[id].switchTo} data-testid="choices">
        {choices.map((choice, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
          <div
            key={choice.kind === 'room' ? `#${choice.room}` : choice.userId}
            id={`choice-${index}`}
            class="choice"
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            ref={index === chosen ? keepInSight : null}
            onClick={() => take(choice)}
          >
            {choice.kind === 'person' ? (
              <>
                <Avatar userId={choice.userId} name={choice.name} />
                <bdi translate={false}>{choice.name}</bdi>
                <span class="tag">{words.mention}</span>
              </>
            ) : (
              <>
                <RoomName room={choice.room} />
                {choice.isNew && <span class="tag">{words.go}</span>}
                <UnreadBadge
                  {...(unread.get(choice.room) ?? NOTHING)}
                  isQuiet={isQuiet(choice.room)}
                />
              </>
            )}
          </div>
        ))}
      </div>
      {choices.length === 0 && text.trim() !== '' && (
        <p class="hint" role="status">
          {words.nothingFound}
        </p>
      )}
    </div>
  );
}

/** Rooms with a mention are first, then those with anything else unread that alerts the person. */
function urgencyOf({ room }: KnownRoom, { unread, alerts }: RoomsView): number {
  const { count, mention } = unread.get(room) ?? NOTHING;
  if (mention) return 2;
  return count > 0 && alerts?.levelOf(room) !== 'none' ? 1 : 0;
}

/** The room of that very name, if this device does not know it. */
function otherRoom(text: string, rooms: readonly KnownRoom[]): readonly Choice[] {
  try {
    const room = parseRoom(text.trim());
    const isKnown = rooms.some((known) => known.room === room);
    return isKnown ? [] : [{ kind: 'room', room, isNew: true }];
  } catch {
    return [];
  }
}

const keepInSight = (choice: HTMLElement | null) => choice?.scrollIntoView({ block: 'nearest' });
