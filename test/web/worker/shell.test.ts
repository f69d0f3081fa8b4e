import { expect, test } from '@jest/globals';
import { handlingOf } from '../../../web/worker/shell.ts';

const ORIGIN = 'https://chat.example';

test.each([
  ['the page', '/', 'navigate', 'page'],
  ['a room', '/r/%E8%8C%B6?x=1', 'navigate', 'page'],
  ['a file opened by itself', '/favicon.svg', 'navigate', 'leave'],
  ['the module', '/main.js', 'cors', 'file'],
  ['a part', '/chunk-hub-AB12.js', 'cors', 'part'],
  ['the API', '/api/rooms/tea/messages', 'cors', 'leave'],
  ['the API as a page', '/api/health', 'navigate', 'leave'],
])('%s (%s, %s) is handled as %s', (_, path, mode, handling) => {
  expect(handlingOf({ method: 'GET', url: ORIGIN + path, mode }, ORIGIN)).toBe(handling);
});

test('requests that change something or go elsewhere are not handled', () => {
  expect(handlingOf({ method: 'POST', url: `${ORIGIN}/`, mode: 'cors' }, ORIGIN)).toBe('leave');
  const elsewhere = { method: 'GET', url: 'https://service.example/main.js', mode: 'cors' };
  expect(handlingOf(elsewhere, ORIGIN)).toBe('leave');
});
