import { useMemo } from 'preact/hooks';
import { type ChatState, isRosterIncomplete } from '../state/chat-state.ts';
import { type RosterUser, usersIn } from '../state/roster.ts';
import { Avatar } from './avatar.tsx';
import { useWords } from './language.ts';
import { Live } from './live.tsx';

/** The people in the room. */
export function Roster({ state }: { readonly state: ChatState }) {
  const { connection, roster, me, comings } = state;
  const words = useWords();
  const users = useMemo(() => selfFirst(usersIn(roster), me?.userId), [roster, me?.userId]);
  const news = new Map(comings.map(({ userId, kind }) => [userId, kind]));
  const gone = comings.filter(({ kind }) => kind === 'left');
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
      <ul data-testid="roster">
        {users.map(({ userId, name, connections }) => (
          <li key={userId} data-news={news.get(userId)}>
            <Avatar userId={userId} name={name} />
            <bdi translate={false}>{name}</bdi>
            {userId === me?.userId && <span class="tag">{words.you}</span>}
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
          </li>
        ))}
        {gone.map(({ userId, name }) => (
          <li key={`gone ${userId}`} data-news="left">
            <Avatar userId={userId} name={name} />
            <span>{words.leftRoom(name)}</span>
          </li>
        ))}
      </ul>
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
