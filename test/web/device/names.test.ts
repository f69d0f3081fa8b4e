import { afterEach, describe, expect, test } from '@jest/globals';
import { parseMessageId } from '../../../functions/protocol.ts';
import {
  messageAt,
  nameOfRoom,
  newMessageId,
  pathBelow,
  pathOf,
  privateRoom,
  readableLink,
  rememberedName,
  rememberName,
  roomOf,
} from '../../../web/device/names.ts';
import { memoryOf } from '../samples.ts';

describe('the id of a message', () => {
  const original = Object.getOwnPropertyDescriptor(globalThis, 'crypto') ?? {};
  afterEach(() => {
    Object.defineProperty(globalThis, 'crypto', original);
  });

  test.each([
    ['a secure context', globalThis.crypto],
    ['plain HTTP', { getRandomValues: globalThis.crypto.getRandomValues.bind(globalThis.crypto) }],
    ['a browser without crypto', undefined],
  ])('P5: is new and valid in %s', (_, value) => {
    Object.defineProperty(globalThis, 'crypto', { configurable: true, value });
    const ids = Array.from({ length: 100 }, newMessageId);
    expect(new Set(ids).size).toBe(100);
    for (const id of ids) expect(parseMessageId(id)).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('room', () => {
  test.each([
    ['/', 'lobby'],
    ['/r/tea', 'tea'],
    ['/r/tea/', 'tea'],
    ['/r/tea/7', 'tea'],
    [`/r/${encodeURIComponent('茶室')}`, '茶室'],
  ])('of the path %s is %s', (path, room) => {
    expect(roomOf(path)).toBe(room);
    expect(roomOf(pathBelow('https://chat.example/', pathOf(room)) ?? '')).toBe(room);
  });

  test.each([
    '/r/',
    '/tea',
    '/cafe/tea',
    '/r/a/b',
    '/r/a/7/',
    '/r/a/7/8',
    '/r/%',
    '/r/%E0%A4%A',
    '/r/a%2Fb',
    '/r/a%20b',
    `/r/${'x'.repeat(65)}`,
  ])('is refused in the path %s', (path) => {
    expect(() => roomOf(path)).toThrow(expect.objectContaining({ code: 'bad_room' }));
  });
});

test.each([
  ['/r/tea/7', 7],
  ['/r/%E8%8C%B6/120', 120],
  ['/r/tea', undefined],
  ['/r/tea/', undefined],
  ['/r/tea/x', undefined],
  ['/', undefined],
])('the message that the path %s names is %s', (path, seq) => {
  expect(messageAt(path)).toBe(seq);
});

test.each([
  ['lobby', 'https://example.org/chat/'],
  ['tea', 'https://example.org/chat/r/tea'],
  ['茶室', 'https://example.org/chat/r/茶室'],
])('U18: the link to %s that people read is %s, which leads there', (room, link) => {
  const base = 'https://example.org/chat/';
  expect(readableLink(room, base)).toBe(link);
  expect(new URL(link).href).toBe(new URL(pathOf(room), base).href);
});

describe('H11: below a path of its origin', () => {
  const base = 'https://example.org/chat/';

  test.each([
    ['https://example.org/chat/', '/'],
    ['https://example.org/chat/r/tea?x#y', '/r/tea'],
    ['r/tea', '/r/tea'],
    ['https://example.org/', undefined],
    ['https://example.org/chatter/r/tea', undefined],
    ['https://other.org/chat/r/tea', undefined],
  ])('%s is at %s', (address, path) => {
    expect(pathBelow(base, address)).toBe(path);
  });

  test('a room has its address there', () => {
    expect(new URL(pathOf('茶'), base).href).toBe('https://example.org/chat/r/%E8%8C%B6');
    expect(new URL(pathOf('lobby'), base).href).toBe(base);
  });
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

test.each([
  ['Tea party', 'Tea_party', 'Tea party'],
  ['茶 & 饼', '茶_饼', '茶 饼'],
  ['  a  b\t', 'a_b', 'a b'],
  ['x'.repeat(80), 'x'.repeat(44), 'x'.repeat(44)],
])('fixes: a private room that is called %j', (called, stored, name) => {
  const room = privateRoom((bytes) => crypto.getRandomValues(bytes), called);
  expect(room.slice(0, -20)).toBe(stored);
  expect(roomOf(`/${pathOf(room)}`)).toBe(room);
  expect(nameOfRoom(room)).toEqual({ name, isPrivate: true });
});

test.each(['', '&?!', '\u0301'])(
  'fixes: a private room that cannot be called %j has no name',
  (called) => {
    const room = privateRoom((bytes) => crypto.getRandomValues(bytes), called);
    expect(nameOfRoom(room)).toEqual({ name: room, isPrivate: true });
  },
);

test.each(['lobby', 'tea-abcd', 'build-2024-01-01'])('fixes: %s is no private room', (room) => {
  expect(nameOfRoom(room)).toEqual({ name: room, isPrivate: false });
});

test('a private room has a name that every room may have, and another one each time', () => {
  const random = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes);
  const names = Array.from({ length: 50 }, () => privateRoom(random));
  for (const name of names) {
    expect(name).toMatch(/^(?:[a-z2-9]{4}-){3}[a-z2-9]{4}$/);
    expect(roomOf(`/${pathOf(name)}`)).toBe(name);
  }
  expect(new Set(names).size).toBe(50);
});
