import { expect, test } from '@jest/globals';
import { copyOf, handlingOf } from '../../../web/worker/shell.ts';

const ORIGIN = 'https://chat.example';
const BASE = `${ORIGIN}/`;

test.each([
  ['the page', '/', 'navigate', 'page'],
  ['a room', '/r/%E8%8C%B6?x=1', 'navigate', 'page'],
  ['a message', '/r/tea/7', 'navigate', 'page'],
  ['a file opened by itself', '/favicon.svg', 'navigate', 'leave'],
  ['the module', '/main.js', 'cors', 'file'],
  ['a part', '/chunk-hub-AB12.js', 'cors', 'part'],
  ['the API', '/api/rooms/tea/messages', 'cors', 'leave'],
  ['the API as a page', '/api/health', 'navigate', 'leave'],
])('%s (%s, %s) is handled as %s', (_, path, mode, handling) => {
  expect(handlingOf({ method: 'GET', url: ORIGIN + path, mode }, BASE)).toBe(handling);
});

test('requests that change something or go elsewhere are not handled', () => {
  expect(handlingOf({ method: 'POST', url: `${ORIGIN}/`, mode: 'cors' }, BASE)).toBe('leave');
  const elsewhere = { method: 'GET', url: 'https://service.example/main.js', mode: 'cors' };
  expect(handlingOf(elsewhere, BASE)).toBe('leave');
});

test.each([
  ['the page', '/chat/', 'navigate', 'page'],
  ['a room', '/chat/r/tea', 'navigate', 'page'],
  ['a part', '/chat/chunk-hub-AB12.js', 'cors', 'part'],
  ['the API', '/chat/api/rooms/tea/messages', 'cors', 'leave'],
  ['another app of the origin', '/', 'navigate', 'leave'],
  ['a file of another app', '/main.js', 'cors', 'leave'],
])('H11: below a path, %s (%s, %s) is handled as %s', (_, path, mode, handling) => {
  const asked = { method: 'GET', url: ORIGIN + path, mode };
  expect(handlingOf(asked, `${ORIGIN}/chat/`)).toBe(handling);
});

test('H11: each depth of address has a copy of the page', () => {
  expect(['/', '/r/tea', '/r/tea/', '/r/tea/7'].map(copyOf)).toEqual(['./', 'r/-', 'r/-/', 'r/-/']);
});
