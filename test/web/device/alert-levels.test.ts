import { describe, expect, test } from '@jest/globals';
import {
  chooseDefaultLevel,
  chooseLevel,
  defaultLevel,
  levelOf,
} from '../../../web/device/alert-levels.ts';
import { memoryOf } from '../samples.ts';

describe('levels of rooms', () => {
  test('are all, until the person chooses for a room, or for those without a choice', () => {
    const memory = memoryOf();
    expect([levelOf(memory, 'tea'), defaultLevel(memory)]).toEqual(['all', 'all']);
    chooseLevel(memory, 'tea', 'none');
    chooseDefaultLevel(memory, 'mentions');
    chooseLevel(memory, 'coffee', 'all');
    expect(['tea', 'coffee', 'new'].map((room) => levelOf(memory, room))).toEqual([
      'none',
      'all',
      'mentions',
    ]);
    chooseLevel(memory, 'tea', 'mentions');
    chooseDefaultLevel(memory, 'all');
    expect(['tea', 'coffee', 'new'].map((room) => levelOf(memory, room))).toEqual([
      'mentions',
      'all',
      'all',
    ]);
  });

  test('are kept for the last hundred rooms, and the default beside them', () => {
    const memory = memoryOf();
    chooseDefaultLevel(memory, 'mentions');
    for (let n = 0; n < 150; n += 1) chooseLevel(memory, `room-${n}`, 'none');
    expect(levelOf(memory, 'room-149')).toBe('none');
    expect(levelOf(memory, 'room-50')).toBe('none');
    expect(levelOf(memory, 'room-0')).toBe('mentions');
  });

  test.each([['x'], ['{}'], ['[1]'], ['[["tea","loud"]]'], ['[["tea"]]'], ['[[1,"none"]]']])(
    'are the default if storage holds %s',
    (text) => {
      expect(levelOf(memoryOf({ 'chat.rooms.alerts': text }), 'tea')).toBe('all');
    },
  );
});
