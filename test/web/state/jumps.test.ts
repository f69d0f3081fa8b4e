import { expect, test } from '@jest/globals';
import { addPlace, findTarget, type Place } from '../../../web/state/jumps.ts';
import { addBroadcast, addHistory, EMPTY_LOG } from '../../../web/state/message-log.ts';
import { historyOf, messageOf, messagesOf } from '../samples.ts';

const LOADED = addHistory(EMPTY_LOG, historyOf({ first: 10, messages: messagesOf(51, 100) }), {
  limit: 50,
});

test.each([
  ['in the log', 60, messageOf(60)],
  ['the last', 100, messageOf(100)],
  ['before what is loaded', 50, 'older'],
  ['the oldest that is kept', 10, 'older'],
  ['expired', 9, 'nowhere'],
  ['not yet written', 101, 'nowhere'],
])('a message that is %s (%i) is found there', (_, seq, where) => {
  expect(findTarget(LOADED, seq)).toEqual(where);
});

test('nothing is known of a log that is not loaded', () => {
  expect(findTarget(EMPTY_LOG, 7)).toBeUndefined();
});

test('an announcement is no place to go to', () => {
  const edit = { ...messageOf(101), edits: 60 };
  expect(findTarget(addBroadcast(LOADED, [edit], 101), 101)).toBe('nowhere');
});

test('the last fifty jumps can be taken back', () => {
  let places: readonly Place<number>[] = [];
  for (let jump = 1; jump <= 60; jump += 1) {
    places = addPlace(places, { anchor: jump, focus: undefined });
  }
  expect(places.map(({ anchor }) => anchor)).toEqual(
    Array.from({ length: 50 }, (_, index) => index + 11),
  );
});
