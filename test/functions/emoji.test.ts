import { describe, expect, test } from '@jest/globals';
import { parseEmoji } from '../../functions/protocol.ts';

describe('React: an emoji', () => {
  test.each([
    ['👍', '👍'],
    ['👍🏽', '👍🏽'],
    ['👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦'],
    ['🇨🇳', '🇨🇳'],
    ['🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
    ['1️⃣', '1️⃣'],
    ['1\u20e3', '1️⃣'],
    // Two forms of one emoji are one reaction.
    ['❤', '❤️'],
    ['❤️', '❤️'],
    ['❤\u200d🔥', '❤️‍🔥'],
    ['👍\ufe0f', '👍'],
    ['☝🏽', '☝🏽'],
  ])('%s is taken as %s', (given, taken) => {
    expect(parseEmoji(given)).toBe(taken);
    expect(parseEmoji(taken)).toBe(taken);
  });

  test.each([
    ['no text', 7],
    ['nothing', undefined],
    ['an empty text', ''],
    ['a letter', 'a'],
    ['a digit', '1'],
    ['two emoji', '👍👍'],
    ['an emoji and a space', '👍 '],
    ['a text in an emoji', '👍a'],
    ['half a flag', '🇨'],
    ['a joiner without a second emoji', '👍\u200d'],
    ['a lone surrogate', '\ud83d'],
    ['a presentation without an emoji', '\ufe0f'],
    ['a sequence that is too long', Array.from({ length: 17 }, () => '👩').join('\u200d')],
    ['a million characters', '👍'.repeat(1_000_000)],
    ['markup', '<b>'],
  ])('is not %s', (_, given) => {
    expect(() => parseEmoji(given)).toThrow(/^unable to react with .*; a reaction is one emoji/);
  });
});
