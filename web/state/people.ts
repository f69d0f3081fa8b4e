// Whom one can mention: the people in the room, and those who have written lately. Pure.

import { type ChatMessage, isLine, PUBLISHER } from '../../functions/protocol.ts';
import type { Named } from '../text/mentions.ts';
import { type ChatState, readerOf } from './chat-state.ts';
import { usersIn } from './roster.ts';

export interface Person extends Named {
  readonly isHere: boolean;
}

/** Who wrote earlier than this many messages ago, and is not in the room, is not offered. */
const RECENT_MESSAGES = 1_000;

/** Everybody but oneself: first those who have written lately, the last one first, then the others by name. */
export function peopleOf(
  state: Pick<ChatState, 'roster' | 'log' | 'me' | 'expected'>,
): readonly Person[] {
  const { roster, log } = state;
  const here = new Map(usersIn(roster).map(({ userId, name }) => [userId, name]));
  const people = new Map<string, Person>();
  for (const { userId, name } of recent(log.shown)) {
    // The name in the room is the one that the person has chosen last.
    if (!people.has(userId)) {
      people.set(userId, { userId, name: here.get(userId) ?? name, isHere: here.has(userId) });
    }
  }
  for (const [userId, name] of here) {
    if (!people.has(userId)) people.set(userId, { userId, name, isHere: true });
  }
  people.delete(readerOf(state) ?? '');
  return [...people.values()];
}

/** The names under which the room knows a user: in the list of people, and at recent messages. */
export function namesOf(
  { roster, log, me }: Pick<ChatState, 'roster' | 'log' | 'me'>,
  userId: string,
): readonly string[] {
  const names = new Set<string>();
  if (me?.userId === userId) names.add(me.name);
  for (const { member } of roster.entries.values()) {
    if (member?.userId === userId) names.add(member.name);
  }
  for (const message of recent(log.shown)) if (message.userId === userId) names.add(message.name);
  return [...names];
}

/** The last message first. */
function recent(shown: readonly ChatMessage[]): readonly ChatMessage[] {
  return shown
    .slice(-RECENT_MESSAGES)
    .filter((message) => message.userId !== PUBLISHER && isLine(message))
    .reverse();
}
