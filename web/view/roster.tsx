import { useMemo } from 'preact/hooks';
import { type ChatState, isRosterIncomplete } from '../chat-state.ts';
import { usersIn } from '../roster.ts';
import { WORDS } from '../words.ts';

export function Roster({ state }: { readonly state: ChatState }) {
  const { roster, me } = state;
  const users = useMemo(() => usersIn(roster), [roster]);
  return (
    <section class="people">
      <h2>{WORDS.people}</h2>
      <ul data-testid="roster">
        {users.map(({ userId, name, connections }) => (
          <li key={userId}>
            <bdi>{name}</bdi> {userId === me?.userId && <span class="you">{WORDS.you}</span>}
            {connections > 1 && (
              <span class="tabs" title={WORDS.tabs(connections)}>
                <span aria-hidden="true">×{connections}</span>
                <span class="unseen">{WORDS.tabs(connections)}</span>
              </span>
            )}
          </li>
        ))}
      </ul>
      {isRosterIncomplete(state) && <p class="hint">{WORDS.rosterIncomplete}</p>}
    </section>
  );
}
