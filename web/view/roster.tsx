import { useMemo, useState } from 'preact/hooks';
import { type ChatState, isRosterIncomplete, readerOf } from '../state/chat-state.ts';
import { namesOfSeveral, type RosterUser, usersIn } from '../state/roster.ts';
import type { Named } from '../text/mentions.ts';
import { Avatar } from './avatar.tsx';
import { useWords } from './language.ts';
import { lazyPart } from './lazy-part.ts';
import { Live } from './live.tsx';
import type { Moderating } from './moderation-form.tsx';

interface RosterProps {
  readonly state: ChatState;
  readonly mention: (person: Named) => void;
  /** Opens a dialog of moderators. Undefined for everyone else. */
  readonly moderate: ((what: Moderating) => void) | undefined;
}

/** What can be done with a person loads when the first one is chosen. */
const usePersonPart = lazyPart(async () => {
  const { loadMenuStyle, PersonMenu } = await import('./person-menu.tsx');
  await loadMenuStyle();
  return { PersonMenu };
});

/** From so many people on, a field finds one by a part of the name. */
const FIND_FROM = 9;

/** The people in the room. A click on one opens a menu of what can be done. */
export function Roster({ state, mention, moderate }: RosterProps) {
  const { connection, roster, me, comings } = state;
  const words = useWords();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<string>();
  const part = usePersonPart(chosen !== undefined);
  const reader = readerOf(state);
  const users = useMemo(() => selfFirst(usersIn(roster), reader), [roster, reader]);
  const twins = useMemo(() => namesOfSeveral(users), [users]);
  const news = new Map(comings.map(({ userId, kind }) => [userId, kind]));
  const gone = comings.filter(({ kind }) => kind === 'left');
  const isLarge = users.length >= FIND_FROM;
  const wanted = isLarge ? text.trim().toLowerCase() : '';
  const found = wanted ? users.filter(({ name }) => name.toLowerCase().includes(wanted)) : users;
  if (connection.kind === 'blocked') {
    return (
      <section class="people">
        <h2>{words.people}</h2>
        <p class="hint">{words.rosterHidden}</p>
      </section>
    );
  }
  return (
    <section class="people">
      <h2>{words.people}</h2>
      {isLarge && (
        <input
          type="search"
          value={text}
          aria-label={words.findPerson}
          placeholder={words.findPerson}
          autocomplete="off"
          dir="auto"
          data-testid="find-person"
          onInput={(event) => setText(event.currentTarget.value)}
        />
      )}
      <ul data-testid="roster">
        {found.map(({ userId, name, connections }) => (
          <li key={userId} data-news={news.get(userId)}>
            <button
              type="button"
              class="person"
              title={userId}
              aria-haspopup="menu"
              aria-expanded={userId === chosen}
              onClick={() => setChosen(userId === chosen ? undefined : userId)}
            >
              <Avatar userId={userId} name={name} />
              <bdi translate={false}>{name}</bdi>
              {userId === reader && <span class="tag">{words.you}</span>}
              {userId === me?.creator && <span class="tag">{words.creator}</span>}
              {twins.has(name) && (
                <span class="tag" translate={false}>
                  {userId.slice(-4)}
                </span>
              )}
              {connections > 1 && (
                <span class="tag" title={words.tabs(connections)}>
                  <span aria-hidden="true" translate={false}>
                    ×{connections}
                  </span>
                  <span class="unseen">
                    <Live text={words.tabs(connections)} />
                  </span>
                </span>
              )}
            </button>
            {userId === chosen && part && (
              <part.PersonMenu
                userId={userId}
                name={name}
                me={reader}
                mention={mention}
                moderate={moderate}
                close={() => setChosen(undefined)}
              />
            )}
          </li>
        ))}
        {gone.map(({ userId, name }) => (
          <li key={`gone ${userId}`} class="person" data-news="left">
            <Avatar userId={userId} name={name} />
            <span>{words.leftRoom(name)}</span>
          </li>
        ))}
      </ul>
      {wanted !== '' && found.length === 0 && (
        <p class="hint" role="status">
          {words.nothingFound}
        </p>
      )}
      {isRosterIncomplete(state) && <p class="hint">{words.rosterIncomplete}</p>}
    </section>
  );
}

function selfFirst(users: readonly RosterUser[], me: string | undefined): readonly RosterUser[] {
  return [
    ...users.filter(({ userId }) => userId === me),
    ...users.filter(({ userId }) => userId !== me),
  ];
}
