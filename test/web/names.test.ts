import { describe, expect, test } from '@jest/globals';
import { pathOf, rememberedName, rememberName, roomOf } from '../../web/names.ts';

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
  function storageOf(items: Map<string, string>): () => Storage {
    const storage: Partial<Storage> = {
      getItem: (key) => items.get(key) ?? null,
      setItem: (key, value) => void items.set(key, value),
    };
    return () => storage as Storage;
  }

  test('is remembered', () => {
    const storage = storageOf(new Map());
    expect(rememberedName(storage)).toBeUndefined();
    rememberName(storage, 'Ada');
    expect(rememberedName(storage)).toBe('Ada');
  });

  test.each(['', '   ', 'x'.repeat(33)])('%j in storage counts as none', (name) => {
    expect(rememberedName(storageOf(new Map([['chat.name', name]])))).toBeUndefined();
  });

  test('is asked for each time where the page may not use storage', () => {
    const forbidden = () => {
      throw new Error('SecurityError');
    };
    rememberName(forbidden, 'Ada');
    expect(rememberedName(forbidden)).toBeUndefined();
  });
});
