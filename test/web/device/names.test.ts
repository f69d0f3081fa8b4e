import { describe, expect, test } from '@jest/globals';
import {
  pathOf,
  privateRoom,
  rememberedName,
  rememberName,
  roomOf,
} from '../../../web/device/names.ts';
import { memoryOf } from '../samples.ts';

describe('room', () => {
  test.each([
    ['/', 'lobby'],
    ['/r/tea', 'tea'],
    ['/r/tea/', 'tea'],
    [`/r/${encodeURIComponent('茶室')}`, '茶室'],
  ])('of the path %s is %s', (path, room) => {
    expect(roomOf(path)).toBe(room);
    expect(roomOf(pathOf(room))).toBe(room);
  });

  test.each(['/r/', '/r/%', '/r/%E0%A4%A', '/r/a%2Fb', '/r/a%20b', `/r/${'x'.repeat(65)}`])(
    'is refused in the path %s',
    (path) => {
      expect(() => roomOf(path)).toThrow(expect.objectContaining({ code: 'bad_room' }));
    },
  );
});

describe('name', () => {
  test('is remembered', () => {
    const memory = memoryOf();
    expect(rememberedName(memory)).toBeUndefined();
    rememberName(memory, 'Ada');
    expect(rememberedName(memory)).toBe('Ada');
  });

  test.each(['', '   ', 'x'.repeat(33)])('%j in memory counts as none', (name) => {
    expect(rememberedName(memoryOf({ 'chat.name': name }))).toBeUndefined();
  });
});

test('a private room has a name that every room may have, and another one each time', () => {
  const random = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes);
  const names = Array.from({ length: 50 }, () => privateRoom(random));
  for (const name of names) {
    expect(name).toMatch(/^(?:[a-z2-9]{4}-){3}[a-z2-9]{4}$/);
    expect(roomOf(pathOf(name))).toBe(name);
  }
  expect(new Set(names).size).toBe(50);
});
