import { expect, test } from '@jest/globals';
import { BoundedMap } from '../../functions/bounded-map.ts';

test('a bounded map forgets the entry that was set first, and counts a key that is set again as new', () => {
  const map = new BoundedMap<number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  map.set('c', 4);
  expect(['a', 'b', 'c'].map((key) => map.get(key))).toEqual([3, undefined, 4]);
  map.delete('a');
  expect([map.has('a'), map.has('c')]).toEqual([false, true]);
});
