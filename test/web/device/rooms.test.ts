import { describe, expect, test } from '@jest/globals';
import type { Memory } from '../../../web/device/memory.ts';
import { openMemory } from '../../../web/device/memory.ts';
import {
  forget,
  knownRooms,
  MOST_ROOMS,
  markRead,
  readToIn,
  startOver,
  visit,
} from '../../../web/device/rooms.ts';
import { memoryOf } from '../samples.ts';

const names = (memory: Memory) => knownRooms(memory).map(({ room }) => room);

describe('known rooms', () => {
  test('are those visited, the last first, each once', () => {
    const memory = memoryOf();
    for (const room of ['a', 'b', 'a', '茶室']) visit(memory, room);
    expect(names(memory)).toEqual(['茶室', 'a', 'b']);
    forget(memory, 'a');
    expect(names(memory)).toEqual(['茶室', 'b']);
  });

  test('keep the last message read', () => {
    const memory = memoryOf();
    visit(memory, 'a');
    expect(readToIn(knownRooms(memory), 'a')).toBeUndefined();
    markRead(memory, 'a', 7);
    visit(memory, 'b');
    visit(memory, 'a');
    expect(readToIn(knownRooms(memory), 'a')).toBe(7);
    expect(readToIn(knownRooms(memory), 'b')).toBeUndefined();
  });

  test('have nothing read in one that has started over, but for what another tab has read since', () => {
    const memory = memoryOf();
    visit(memory, 'a');
    markRead(memory, 'a', 57);
    expect(startOver(memory, 'a', 3)).toEqual([{ room: 'a', readTo: 0 }]);
    markRead(memory, 'a', 2);
    expect(startOver(memory, 'a', 3)).toEqual([{ room: 'a', readTo: 2 }]);
  });

  test('are limited in number', () => {
    const memory = memoryOf();
    for (let n = 0; n < 30; n += 1) visit(memory, `room-${n}`);
    expect(names(memory)).toHaveLength(MOST_ROOMS);
    expect(names(memory)[0]).toBe('room-29');
  });

  test.each([
    ['no JSON', '{'],
    ['another shape', '{"rooms":[]}'],
    ['null', 'null'],
    ['rooms that cannot be', '[{"room":"a b"},{"room":7},null,7,{"room":"ok","readTo":"x"}]'],
  ])('survive %s in storage', (_, text) => {
    const memory = memoryOf({ 'chat.rooms': text });
    expect(names(memory)).toEqual(text.includes('ok') ? ['ok'] : []);
    visit(memory, 'a');
    expect(names(memory)[0]).toBe('a');
  });

  test('are forgotten with the page if it may not use storage', () => {
    const memory = openMemory(() => {
      throw new Error('SecurityError');
    });
    expect(visit(memory, 'a')).toEqual([{ room: 'a' }]);
    expect(knownRooms(memory)).toEqual([]);
  });
});
