import { expect, test } from '@jest/globals';
import { HUES, hueOf, initialsOf } from '../../../web/text/user-mark.ts';

test.each([
  ['Ada', 'A'],
  ['Ada Lovelace', 'AL'],
  ['ada king lovelace', 'AL'],
  ['小明', '小'],
  ['山田 太郎', '山'],
  ['김 철수', '김'],
  ['Жанна д’Арк', 'ЖД'],
  ['👩‍🚀 Sally', '👩‍🚀'],
  ['élodie', 'É'],
  ['@-_', '@'],
  ['Guest 4kT0', 'G4'],
])('the initials of %s are %s', (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});

test('colours are spread over the users, and stay', () => {
  const counts = new Array<number>(HUES).fill(0);
  for (let n = 0; n < 1_200; n += 1)
    counts[hueOf(`g-${n.toString(36)}`)] = (counts[hueOf(`g-${n.toString(36)}`)] ?? 0) + 1;
  for (const count of counts) expect(count).toBeGreaterThan(50);
  expect(hueOf('g-4kT0')).toBe(hueOf('g-4kT0'));
});
