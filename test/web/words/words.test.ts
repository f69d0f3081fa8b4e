import { describe, expect, test } from '@jest/globals';
import { LEAST_BUNDLE } from '../../../functions/protocol.ts';
import {
  chooseLanguage,
  LANGUAGE_IDS,
  LANGUAGE_NAMES,
  loadWords,
  openEnglish,
  openLanguage,
} from '../../../web/words/language.ts';

const LANGUAGES = { en: await loadWords('en'), zh: await loadWords('zh') };

type Said = (...args: unknown[]) => string;

/** A word with distinct arguments, as text and as a number. A plain word stays as it is. */
function spoken(word: unknown): readonly string[] {
  if (typeof word === 'string') return [word];
  const say = word as Said;
  const numbers = ['37', '41', '43'].slice(0, say.length);
  return [say(...['@1', '@2', '@3'].slice(0, say.length)), say(...numbers.map(Number))];
}

/** Which of its arguments a word repeats: as text, and as numbers. */
const placeholders = (word: unknown) =>
  spoken(word).map((text) => text.match(/@\d|(?:37|41|43)/g)?.sort() ?? []);

describe.each(LANGUAGE_IDS.filter((id) => id !== 'en'))('%s', (id) => {
  const english = new Map<string, unknown>(Object.entries(LANGUAGES.en));
  const other = new Map<string, unknown>(Object.entries(LANGUAGES[id]));

  test('has the same words as English', () => {
    expect([...other.keys()].sort()).toEqual([...english.keys()].sort());
  });

  test.each([...english.keys()].filter((key) => key !== 'problem'))(
    '%s has the same placeholders, and is not empty',
    (key) => {
      expect(typeof other.get(key)).toBe(typeof english.get(key));
      // Names may stand in another order, but none may be lost.
      expect(placeholders(other.get(key))).toEqual(placeholders(english.get(key)));
      for (const text of spoken(other.get(key))) expect(text.trim()).not.toBe('');
    },
  );

  test('has a sentence of its own for what goes wrong', () => {
    expect(LANGUAGES[id].problem('banned', 'unable to join.')).not.toBe('unable to join.');
    expect(LANGUAGES.en.problem('banned', 'unable to join.')).toBe('unable to join.');
    expect(LANGUAGES[id].problem('old_extension', '')).toContain(LEAST_BUNDLE);
  });
});

test('Chinese uses Latin letters only for keys and for words that are the same everywhere', () => {
  const { problem: _, ...words } = LANGUAGES.zh;
  const texts = Object.values(words).flatMap(spoken);
  expect(
    texts.filter((text) => /[a-z]{2,}/i.test(text.replace(/Enter|Shift|NaN|Cookie|https/g, ''))),
  ).toEqual([]);
});

test('Chinese has a space beside a name in Latin letters, but none at punctuation or at an end', () => {
  const { welcomeTo, replyTo, replyingTo, beginning, sentences, blocked } = LANGUAGES.zh;
  expect(welcomeTo('team')).toBe('你即将加入 team，其他人会看到你的名字。');
  expect(welcomeTo('茶室')).toBe('你即将加入茶室，其他人会看到你的名字。');
  expect([replyTo('Bob'), replyTo('小明')]).toEqual(['回复 Bob', '回复小明']);
  expect(replyingTo('Bob')).toBe('正在回复 Bob');
  expect(beginning('team')).toBe('这里是 team 的开头。');
  expect(sentences(`${blocked}。`, `${blocked}。`)).not.toContain(' ');
});

test('every language has its own name and its own words', () => {
  expect(Object.keys(LANGUAGE_NAMES)).toEqual(LANGUAGE_IDS);
  expect(LANGUAGES.en.send).not.toBe(LANGUAGES.zh.send);
});

describe('chooseLanguage', () => {
  test.each([
    [undefined, ['zh-CN', 'en'], 'zh'],
    [undefined, ['de', 'zh-Hant-TW', 'en'], 'zh'],
    [undefined, ['en-US', 'zh'], 'en'],
    [undefined, ['de', 'fr'], 'en'],
    [undefined, [], 'en'],
    ['zh', ['en-US'], 'zh'],
    ['xx', ['zh'], 'zh'],
  ])('with %j chosen and %j preferred', (chosen, preferred, id) => {
    expect(chooseLanguage(chosen, preferred)).toBe(id);
  });
});

describe('formats', () => {
  const noon = new Date(2026, 4, 17, 12, 5).getTime();
  const day = 86_400_000;

  test('write dates as the browser’s own region does', () => {
    const american = openEnglish(['en-US']).formats;
    const british = openEnglish(['de', 'en-GB']).formats;
    expect(american.time(noon)).toMatch(/^12:05\sPM$/);
    expect(british.time(noon)).toBe('12:05');
    expect(british.full(noon)).toContain('17 May 2026');
    expect(openLanguage('zh', LANGUAGES.zh, ['en-US']).formats.full(noon)).toContain(
      '2026年5月17日',
    );
  });

  test('issue 15: are made when they are first used, because that takes time before the first paint', () => {
    const plain = Intl.DateTimeFormat;
    let made = 0;
    const counting = new Proxy(plain, {
      construct: (target, args) => {
        made += 1;
        return Reflect.construct(target, args);
      },
    });
    Intl.DateTimeFormat = counting;
    try {
      const { formats } = openEnglish(['en-GB']);
      expect(made).toBe(0);
      expect([formats.time(noon), formats.time(noon)]).toEqual(['12:05', '12:05']);
      expect(made).toBe(1);
    } finally {
      Intl.DateTimeFormat = plain;
    }
  });

  test('P9: are those of the language where the browser refuses its own locale', () => {
    const { formats } = openEnglish(['en-US@posix']);
    expect(formats.time(noon)).toBe(openEnglish([]).formats.time(noon));
  });

  test('round the end of a period up to minutes, with the date if it is another day', () => {
    const { formats } = openEnglish(['en-GB']);
    expect(formats.end(noon, noon)).toBe('12:05');
    expect(formats.end(noon + 1, noon)).toBe('12:06');
    expect(formats.end(noon + day, noon)).toMatch(/^18 May 2026,? (at )?12:05$/);
  });

  test('call the day today, yesterday, or by its date', () => {
    const { formats } = openEnglish(['en-GB']);
    expect(formats.day(noon, noon + 3_600_000)).toBe('today');
    expect(formats.day(noon, noon + day)).toBe('yesterday');
    expect(formats.day(noon, noon + 2 * day)).toMatch(/Sunday.* 17 May 2026/);
    expect(formats.day(noon + day, noon)).toMatch(/18 May 2026/);
  });
});
