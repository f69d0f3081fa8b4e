import { describe, expect, test } from '@jest/globals';
import { nearestWord, nearestWords } from '../../local/nearest-word.ts';

const OPTIONS = ['--port', '--service-port', '--data', '--host', '--help'];

describe('16.2: the known word that is meant', () => {
  test.each([
    ['--prot', '--port'],
    ['--ports', '--port'],
    ['--servce-prot', '--service-port'],
    ['--hlep', '--help'],
    ['--por', '--port'],
  ])('is for %s %s', (word, known) => {
    expect(nearestWord(word, OPTIONS)).toBe(known);
  });

  test.each(['--verbose', '-p', '', '--', 'constructor'])('is for %j none', (word) => {
    expect(nearestWord(word, OPTIONS)).toBeUndefined();
  });

  test('is the nearest one first, each once', () => {
    expect(nearestWords('looby', ['lobb', 'lobby', 'loobyy', 'lobby', 'tea'], 2)).toEqual([
      'lobby',
      'loobyy',
      'lobb',
    ]);
  });
});
