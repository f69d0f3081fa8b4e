import { afterEach, expect, test } from '@jest/globals';
import { graphemesOf } from '../../../web/text/graphemes.ts';
import { isEmojiOnly } from '../../../web/text/text-parts.ts';
import { initialsOf } from '../../../web/text/user-mark.ts';

const { Segmenter } = Intl;

afterEach(() => {
  Object.assign(Intl, { Segmenter });
});

const broken = class {
  constructor() {
    throw new RangeError('no data');
  }
};

test.each([
  ['is missing', undefined],
  ['fails', broken],
])('P9: where Intl.Segmenter %s, code points stand for characters', (_, segmenter) => {
  expect(graphemesOf('a👋🏽')).toEqual(['a', '👋🏽']);
  Object.assign(Intl, { Segmenter: segmenter });
  expect(graphemesOf('a👋🏽')).toEqual(['a', '👋', '🏽']);
  expect(isEmojiOnly('🎉🎉')).toBe(true);
  expect(initialsOf('Ada Lovelace')).toBe('AL');
  expect(initialsOf('')).toBe('');
});
