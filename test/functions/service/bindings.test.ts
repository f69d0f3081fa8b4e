import { expect, test } from '@jest/globals';
import { addToRoom, toRoom, typingToRoom } from '../../../functions/service/bindings.ts';

const NOBODY = { userId: 'g-1', name: 'Ada' };
const NOTHING = { room: '', revision: 1, seq: 0, online: 0, messages: [], joined: [], left: [] };

// The binding would treat it as no group, and broadcast to every room.
test.each([
  ['events', () => toRoom('', NOTHING)],
  ['typing', () => typingToRoom('', NOBODY)],
  ['a newcomer', () => addToRoom('', 'c1')],
])('%s for a group without a name never reach the binding', (_, act) => {
  expect(act).toThrow('unable to address a room; its name is empty');
});
