import { expect, test } from '@jest/globals';
import { nextIndex } from '../../../web/view/move-between-lines.ts';

test.each([
  ['ArrowUp', -1, 9],
  ['ArrowUp', 5, 4],
  ['ArrowUp', 0, 0],
  ['ArrowDown', -1, -1],
  ['ArrowDown', 5, 6],
  ['ArrowDown', 9, 9],
  ['Home', 5, 0],
  ['End', 5, 9],
  ['PageUp', 5, -1],
  ['a', 5, -1],
])('%s in line %d of ten leads to %d', (key, at, next) => {
  expect(nextIndex(key, at, 10)).toBe(next);
});
