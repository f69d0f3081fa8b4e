import { expect, test } from '@jest/globals';
import { PUBLISHER } from '../../../functions/protocol.ts';
import { initialState, reduce } from '../../../web/state/chat-state.ts';
import { namesOf, peopleOf } from '../../../web/state/people.ts';
import { historyOf, memberOf, membersOf, messageOf, ROOM, welcomeOf } from '../samples.ts';

const messages = [
  messageOf(1, 'old'),
  messageOf(2, 'bob'),
  messageOf(3, PUBLISHER),
  messageOf(4, 'ada'),
  { ...messageOf(5, 'eve'), name: 'Eve before' },
  { ...messageOf(6, 'zoe'), edits: 1 },
];
const members = [memberOf('c1', 'ada'), memberOf('c2', 'eve'), memberOf('c3', 'kim')];
const state = [
  { type: 'welcome', welcome: welcomeOf({ revision: 1 }) } as const,
  { type: 'history', history: historyOf({ messages }), query: { limit: 50 } } as const,
  { type: 'members', members: membersOf(members, { revision: 2 }) } as const,
].reduce(reduce, initialState(ROOM));

test('people to mention are those who wrote lately, then those who are here, without oneself', () => {
  expect(peopleOf(state)).toEqual([
    { userId: 'eve', name: 'EVE', isHere: true },
    { userId: 'bob', name: 'BOB', isHere: false },
    { userId: 'old', name: 'OLD', isHere: false },
    { userId: 'kim', name: 'KIM', isHere: true },
  ]);
});

test('before the welcome oneself is the person of the last visit', () => {
  const before = { user: 'ada', readTo: undefined, unsent: [] };
  const unwelcome = [
    { type: 'restored', before } as const,
    { type: 'history', history: historyOf({ messages }), query: { limit: 50 } } as const,
  ].reduce(reduce, initialState(ROOM));
  expect(peopleOf(unwelcome).map(({ userId }) => userId)).toEqual(['eve', 'bob', 'old']);
});

test('a person has the names of now and of earlier messages', () => {
  expect(namesOf(state, 'eve')).toEqual(['EVE', 'Eve before']);
  expect(namesOf(state, 'ada')).toEqual(['ADA']);
  expect(namesOf(state, 'nobody')).toEqual([]);
});
