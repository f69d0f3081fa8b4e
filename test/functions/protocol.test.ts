import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import {
  isUserId,
  LEAST_BUNDLE,
  lengthOf,
  parseMessageId,
  parseName,
  parseRoom,
  parseText,
  showsNothing,
} from '../../functions/protocol.ts';

const family = '👩‍👩‍👧';

describe('a room', () => {
  test.each([
    'lobby',
    'a',
    'A-b_9',
    '大厅',
    'комната',
    'हिन्दी',
    'غرفة',
    'x'.repeat(64),
    '𠮷'.repeat(64),
  ])('may be called %s', (room) => expect(parseRoom(room)).toBe(room));

  test('has one name for all compositions of its letters', () => {
    expect(parseRoom('cafe\u0301')).toBe('caf\u00e9');
  });

  test.each([
    undefined,
    null,
    7,
    {},
    [],
    '',
    ' ',
    'a b',
    'a/b',
    'a#b',
    'a?b',
    'a\\b',
    '.keys',
    "it's",
    family,
    '\u0301a',
    'a\u0000',
    'a\n',
    '\ud800',
    // Invisible, so the name looks like another one.
    'lobby\u034f',
    'lobby\ufe0f',
    'lob\u115fby',
    '\u3164',
    'x'.repeat(65),
  ])('is refused as %j', (room) => {
    expect(() => parseRoom(room)).toThrow(expect.objectContaining({ code: 'bad_room' }));
  });
});

describe('a name', () => {
  test.each([
    ['Ada', 'Ada'],
    ['  Ada  Lovelace ', 'Ada Lovelace'],
    ['Ada\u3000Lovelace', 'Ada Lovelace'],
    ['e\u0301', '\u00e9'],
    [family, family],
    ['<b>', '<b>'],
    // Joiners where they are visible.
    ['👩🏽\u200d🚀 ❤\ufe0f\u200d🔥 1\ufe0f\u20e3', '👩🏽\u200d🚀 ❤\ufe0f\u200d🔥 1\ufe0f\u20e3'],
    ['علی\u200cرضا', 'علی\u200cرضا'],
    ['क\u094d\u200dष', 'क\u094d\u200dष'],
    ['字'.repeat(32), '字'.repeat(32)],
  ])('%j reads %j', (name, read) => expect(parseName(name)).toBe(read));

  test.each([
    undefined,
    null,
    7,
    {},
    '',
    '   ',
    'a\nb',
    'a\u0000',
    '\u202eevil',
    'a\u200b',
    '\u2066a',
    'a\ufeffb',
    '\ud800',
    'a\u2028b',
    'a\u00adb',
    // Invisible, so the name looks like another person's.
    'A\u200dda',
    'Ada\ufe0f',
    'Ada\u034f',
    '\u3164',
    '\u2800',
    'علی\u200c',
    '\u200d👩',
    'محم\u200dد',
    'क\u200dष',
    '\u0301',
    'Ada\uffff',
    'x'.repeat(33),
  ])('is refused as %j', (name) => {
    expect(() => parseName(name)).toThrow(expect.objectContaining({ code: 'bad_name' }));
  });
});

describe('a text', () => {
  test.each([
    ['hi', 'hi'],
    [' keeps its spaces ', ' keeps its spaces '],
    ['a\r\nb\rc\u2028d\u2029e', 'a\nb\nc\nd\ne'],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
    ['a\u0000b', 'a\ufffdb'],
    ['\ud800', '\ufffd'],
    [`${family}你好`, `${family}你好`],
    ['𠮷'.repeat(4_000), '𠮷'.repeat(4_000)],
    // Invisible characters beside visible ones stay: they join emoji and letters, and direct what is read.
    ['\u200eשלום\u200f', '\u200eשלום\u200f'],
    ['❤\ufe0f', '❤\ufe0f'],
    ['\u0600', '\u0600'],
    ['\u0301', '\u0301'],
  ])('%# is stored as it is meant', (text, read) => expect(parseText(text)).toBe(read));

  test.each([undefined, null, 7, {}, [], ['hi'], '', ' \n ', 'x'.repeat(4_001)])(
    'is refused as case %#',
    (text) => {
      expect(() => parseText(text)).toThrow(expect.objectContaining({ code: 'bad_text' }));
    },
  );
});

describe('P11: what nobody can see', () => {
  const INVISIBLE = [
    ...['\u200b', '\u2060', '\u00ad', '\u3164', '\uffa0', '\u115f', '\ufeff', '\u034f', '\u180e'],
    // Variation selectors, tags, bidi controls, joiners.
    ...['\ufe0f', '\u{e0100}', '\u{e0041}', '\u202e', '\u2066', '\u061c', '\u200d'],
    // Blank letters and symbols, marks of annotations, control characters.
    ...['\u2800', '\u{13441}', '\u{1d159}', '\ufff9', '\u0007'],
  ];

  test.each(INVISIBLE)('%j is no text, alone, repeated, or among spaces', (character) => {
    for (const text of [character, character.repeat(40), `\u3000${character}\n ${character}\t`]) {
      expect(showsNothing(text)).toBe(true);
      expect(() => parseText(text)).toThrow(
        expect.objectContaining({
          code: 'bad_text',
          message:
            'unable to send message; its text has only characters that nobody can see. Write something.',
        }),
      );
    }
    expect(parseText(`a${character}`)).toBe(`a${character}`);
  });

  test.each(INVISIBLE)('%j is neither a name nor a room', (character) => {
    expect(() => parseName(character)).toThrow(expect.objectContaining({ code: 'bad_name' }));
    expect(() => parseName(`A${character}da`)).toThrow(
      expect.objectContaining({ code: 'bad_name' }),
    );
    expect(() => parseRoom(`te${character}a`)).toThrow(
      expect.objectContaining({ code: 'bad_room' }),
    );
  });
});

describe('a message id', () => {
  test.each(['a', 'a/b#c?', '消息', 'x'.repeat(64)])('may be %j', (id) => {
    expect(parseMessageId(id)).toBe(id);
  });

  test.each([undefined, null, 7, {}, '', 'x'.repeat(65), 'a\nb', 'a\u2028b', '\ud800'])(
    'is refused as %j',
    (id) => {
      expect(() => parseMessageId(id)).toThrow(expect.objectContaining({ code: 'bad_id' }));
    },
  );
});

describe('a user id', () => {
  test.each(['g-ada', '消息', 'x'.repeat(128), '字'.repeat(42), '🚀'.repeat(32)])(
    'may be %j',
    (id) => {
      expect(isUserId(id)).toBe(true);
    },
  );

  test.each(['', 'x'.repeat(129), '字'.repeat(43), '🚀'.repeat(33), 'a\nb', 'a\u2028b', '\ud800'])(
    'is not %j',
    (id) => {
      expect(isUserId(id)).toBe(false);
    },
  );
});

test('a length counts code points', () => {
  expect(lengthOf('a字𠮷')).toBe(3);
});

test('host.json allows no extension bundle older than the one that the page names', async () => {
  const { extensionBundle } = JSON.parse(await readFile('host.json', 'utf8'));
  expect(extensionBundle.version).toBe(`[${LEAST_BUNDLE}, 5.0.0)`);
});
