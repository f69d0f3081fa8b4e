import { openPicks, type Picks } from '../../device/picks.ts';
import type { Draft } from '../../device/unsent.ts';
import type { ChatState } from '../../state/chat-state.ts';
import { namesOf, peopleOf } from '../../state/people.ts';
import { mentionsIn, type Named } from '../../text/mentions.ts';

const opened = new WeakMap<Draft, Picks>();

/** The names that were put into texts of the room. */
export function picksOf(draft: Draft): Picks {
  const picks = opened.get(draft) ?? openPicks(draft.memory, draft.room);
  opened.set(draft, picks);
  return picks;
}

/**
 * The ids of the people whom the text mentions. Undefined if it mentions nobody.
 *
 * `before` are the mentions of the unsent line that had another text. One whose name the page does not know stays.
 */
export function mentionsOf(
  text: string,
  draft: Draft,
  state: Pick<ChatState, 'roster' | 'log' | 'me' | 'expected'>,
  before: readonly string[] = [],
): readonly string[] | undefined {
  const picks = picksOf(draft).all();
  const known = before.flatMap((userId) =>
    namesOf(state, userId).map((name) => ({ userId, name })),
  );
  const here = peopleOf(state).filter(({ isHere }) => isHere);
  const all: readonly Named[] = [...known, ...picks];
  const lost = before.filter((id) => all.every(({ userId }) => userId !== id));
  const ids = [...mentionsIn(text, all, here), ...(text.includes('@') ? lost : [])];
  return ids.length > 0 ? ids : undefined;
}
