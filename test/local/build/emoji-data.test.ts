import { beforeAll, describe, expect, test } from '@jest/globals';
import { parseEmoji } from '../../../functions/protocol.ts';
import { readEmoji } from '../../../local/build/emoji-data.ts';
import { type Emoji, findEmoji, toEmojiGroups } from '../../../web/text/emoji-search.ts';
import { PICKER_WORDS } from '../../../web/words/picker-words.ts';

const LANGUAGES = ['en', 'zh'] as const;
const groupsOf = new Map<string, readonly (readonly Emoji[])[]>();

beforeAll(async () => {
  for (const language of LANGUAGES) {
    groupsOf.set(language, toEmojiGroups(await readEmoji(language)));
  }
});

const find = (language: string, query: string) =>
  findEmoji(groupsOf.get(language) ?? [], query).map(({ emoji }) => emoji);

describe.each(LANGUAGES)('the emoji in %s', (language) => {
  test('are those of Unicode, each once, with a name, as the functions store them', () => {
    const all = (groupsOf.get(language) ?? []).flat();
    expect(all.length).toBeGreaterThan(1_700);
    expect(new Set(all.map(({ emoji }) => emoji)).size).toBe(all.length);
    for (const { emoji, name } of all) {
      expect(parseEmoji(emoji)).toBe(emoji);
      expect(name).not.toBe('');
    }
  });

  test('have a heading for each group', () => {
    expect(groupsOf.get(language)).toHaveLength(PICKER_WORDS[language].groups.length);
  });
});

describe('the search for emoji', () => {
  test.each([
    ['en', 'thumbs up', '👍'],
    ['en', 'THUMBS', '👍'],
    ['en', 'joy', '😂'],
    ['en', 'party', '🎉'],
    ['en', 'red heart', '❤️'],
    ['en', 'heart red', '❤️'],
    ['en', '🎉', '🎉'],
    ['zh', '拇指', '👍'],
    ['zh', '赞', '👍'],
    ['zh', '心', '❤️'],
    ['zh', '庆祝', '🎉'],
  ])('in %s finds with %s among the others %s', (language, query, emoji) => {
    expect(find(language, query)).toContain(emoji);
  });

  test('begins with what is called so', () => {
    expect(find('en', 'cat')[0]).toBe('🐈');
    expect(find('en', 'thumbs up')[0]).toBe('👍');
    expect(find('zh', '拇指向上')[0]).toBe('👍');
  });

  test('finds nothing for anything else', () => {
    expect(find('en', 'zzzz')).toEqual([]);
    expect(find('zh', 'zzzz')).toEqual([]);
  });
});
