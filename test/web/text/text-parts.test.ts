import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isEmojiOnly, isLong, type Part, toBlocks, toParts } from '../../../web/text/text-parts.ts';
import { anyCharacter } from '../../support/hostile-input.ts';
import { runs } from '../../support/sizes.ts';

const linksIn = (text: string) =>
  toParts(text).flatMap((part) => (part.kind === 'link' ? [part.text] : []));
const shownBy = (parts: readonly Part[]) =>
  parts.map((part) => (part.kind === 'code' ? `\`${part.text}\`` : part.text)).join('');

describe('a link', () => {
  test.each([
    ['see https://example.com.', 'https://example.com'],
    ['(https://example.com/a)', 'https://example.com/a'],
    ['https://example.com/a_(b), and', 'https://example.com/a_(b)'],
    ['"https://example.com/?q=1&r=2#x"', 'https://example.com/?q=1&r=2#x'],
    ['HTTPS://EXAMPLE.COM/A', 'HTTPS://EXAMPLE.COM/A'],
    ['去https://example.com/路径，然后', 'https://example.com/路径'],
    ['https://example.com。', 'https://example.com'],
    ['**https://example.com**', 'https://example.com'],
    ['http://127.0.0.1:7071/r/x', 'http://127.0.0.1:7071/r/x'],
    ['[text](https://example.com/a)', 'https://example.com/a'],
    ['“https://example.com”', 'https://example.com'],
    ['“https://example.com/a”他说', 'https://example.com/a'],
    ['‘https://example.com/a’.', 'https://example.com/a'],
    ['«https://example.com/a»', 'https://example.com/a'],
    ['„https://example.com/a“', 'https://example.com/a'],
    ['‹https://example.com/a›,', 'https://example.com/a'],
    ['(https://example.com/a_(b)…)', 'https://example.com/a_(b)'],
    ['https://example.com……然后', 'https://example.com'],
    ['https://example.com/a—', 'https://example.com/a'],
    ['https://example.com؟', 'https://example.com'],
    ['https://example.com/a،', 'https://example.com/a'],
    ['https://example.com/a۔', 'https://example.com/a'],
    ['https://example.com/a।', 'https://example.com/a'],
    ['「https://example.com/a」と', 'https://example.com/a'],
    ['｢https://example.com/a｣｡', 'https://example.com/a'],
    ['［https://example.com/a］', 'https://example.com/a'],
    ['[https://example.com/a[1]]', 'https://example.com/a[1]'],
    ['{https://example.com/{a}}', 'https://example.com/{a}'],
    ['http://[::1]', 'http://[::1]'],
    ['https://example.com/l’île/', 'https://example.com/l’île/'],
    ['https://example.com/Michelson–Morley', 'https://example.com/Michelson–Morley'],
    ['https://example.com/?q=a&b=', 'https://example.com/?q=a&b='],
    ['“http://127.0.0.1:7071/r/room/123”', 'http://127.0.0.1:7071/r/room/123'],
  ])('in %j is %j', (text, link) => {
    expect(linksIn(text)).toEqual([link]);
  });

  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://example.com',
    'https://',
    'https://user@example.com',
    'https://bank.example:pw@evil.example/',
    'https://[',
    'xhttps://example.com',
    'example.com',
    '`https://example.com`',
  ])('is none in %j', (text) => {
    expect(linksIn(text)).toEqual([]);
  });

  test.each([
    ['see www.example.com/a_(b), and', 'www.example.com/a_(b)', 'https://www.example.com/a_(b)'],
    ['去www.例子.测试，然后', 'www.例子.测试', 'https://www.xn--fsqu00a.xn--0zwm56d/'],
    ['WWW.Example.COM.', 'WWW.Example.COM', 'https://www.example.com/'],
    ['write to ada@example.com.', 'ada@example.com', 'mailto:ada@example.com'],
    [
      '<ada.l+x@mail.example.co.uk>',
      'ada.l+x@mail.example.co.uk',
      'mailto:ada.l+x@mail.example.co.uk',
    ],
    ['邮箱:ada@example.com谢谢', 'ada@example.com', 'mailto:ada@example.com'],
    ['mailto:ada@example.com?', 'mailto:ada@example.com', 'mailto:ada@example.com'],
    ['“ada@example.com”', 'ada@example.com', 'mailto:ada@example.com'],
    ['(ada@example.com:)', 'ada@example.com', 'mailto:ada@example.com'],
    ['«mailto:ada@example.com…»', 'mailto:ada@example.com', 'mailto:ada@example.com'],
    ['“www.example.com/a”؟', 'www.example.com/a', 'https://www.example.com/a'],
  ])('U18: in %j is %j, without its scheme, and leads to %j', (text, link, href) => {
    expect(toParts(text).filter(({ kind }) => kind === 'link')).toEqual([
      { kind: 'link', text: link, href },
    ]);
  });

  test.each([
    'www.',
    'www.example',
    'awww.example.com',
    'ftp://www.example.com',
    'www.user@example.com',
    '@ada',
    'ada@localhost',
    'git@github.example:ada/chat.git',
    'ftp://ada:pw@example.com',
    'ssh://ada@example.com',
    'ada@example.com/path',
    '`ada@example.com`',
    `${'a'.repeat(65)}@example.com`,
  ])('U18: is none in %j, which has no scheme and is neither a web nor a mail address', (text) => {
    expect(linksIn(text)).toEqual([]);
  });

  test('shows in its address what its letters hide', () => {
    const [part] = toParts('https://еxample.com/');
    expect(part).toMatchObject({ kind: 'link', href: expect.stringMatching(/^https:\/\/xn--/) });
  });
});

describe('blocks', () => {
  test('are paragraphs, code and quotes', () => {
    const text = 'so\n> Bob: hm\n> and more\nyes:\n```ts\nconst a = `b`;\n\n> c\n```\nend';
    expect(toBlocks(text)).toEqual([
      { kind: 'paragraph', parts: [{ kind: 'text', text: 'so' }] },
      { kind: 'quote', parts: [{ kind: 'text', text: 'Bob: hm\nand more' }] },
      { kind: 'paragraph', parts: [{ kind: 'text', text: 'yes:' }] },
      { kind: 'code', text: 'const a = `b`;\n\n> c' },
      { kind: 'paragraph', parts: [{ kind: 'text', text: 'end' }] },
    ]);
  });

  test.each([['```\nnever closed'], ['```\n```'], ['say ```x```'], ['>no space'], ['1 > 0']])(
    '%j is text as it stands',
    (text) => {
      const blocks = toBlocks(text);
      expect(blocks.map(({ kind }) => kind)).toEqual(['paragraph']);
    },
  );
});

test('of any text, nothing is lost and every address is http, https or mailto', () => {
  const piece = fc.constantFrom(
    'https://',
    'a.example',
    '/p?q=(1)',
    '`',
    '```',
    '\n',
    '> ',
    ' ',
    '@',
    'javascript:',
    'www.',
    'ada@',
    'mailto:',
    '。',
    ')',
    'é',
    '😀',
    '\u202e',
  );
  const texts = fc.oneof(
    fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
    fc.string({ unit: anyCharacter, maxLength: 200 }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const parts = toParts(text);
      expect(shownBy(parts)).toBe(text);
      for (const part of parts)
        if (part.kind === 'link') expect(part.href).toMatch(/^(?:https?:\/\/|mailto:)/);
      // A block for each line at most, and each character of the text at most once.
      const blocks = toBlocks(text);
      const length = blocks.reduce(
        (sum, block) =>
          sum + (block.kind === 'code' ? block.text.length : shownBy(block.parts).length),
        0,
      );
      expect(length).toBeLessThanOrEqual(text.length);
    }),
    runs(),
  );
});

test.each([
  ['brackets', `https://a.example/${'('.repeat(2_000)}${')'.repeat(1_900)}`],
  ['closing brackets', `https://a.example/${')'.repeat(3_900)}`],
  ['letters of a mail address', 'a'.repeat(4_000)],
  ['mail addresses', 'a@'.repeat(2_000)],
  ['labels of a domain', `a@${'b.'.repeat(1_990)}`],
  ['ports', '//a:'.repeat(1_000)],
  ['www', 'www.'.repeat(1_000)],
  ['fences', '```\n'.repeat(1_000)],
  ['backticks', '`'.repeat(4_000)],
  ['digits', '1'.repeat(200)],
  ['skin tones', `${'\u{1f3fd}'.repeat(99)}x`],
  ['halves of flags', `${'\u{1f1e6}'.repeat(99)}x`],
  ['flags and a word', `${'🇺🇳'.repeat(45)} welcome`],
  ['hands', `${'👋🏽'.repeat(49)}x`],
  ['families', `${'👩‍👩‍👧'.repeat(24)}x`],
  ['hearts', `${'❤️ '.repeat(60)}x`],
])('a text of 4,000 %s is taken apart at once', (_, text) => {
  const startedAt = performance.now();
  toBlocks(text);
  isEmojiOnly(text);
  expect(performance.now() - startedAt).toBeLessThan(200);
});

describe('isEmojiOnly', () => {
  test.each(['😀', '👩‍👩‍👧 👋🏽', '🇺🇳', '❤️', '1️⃣', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '😀\n😀', '👍🎉🎉🎉🎉🎉'])(
    'takes %j',
    (text) => {
      expect(isEmojiOnly(text)).toBe(true);
    },
  );

  test.each(['', ' ', 'a', '1', '12', '#', '™', '😀a', '好', '😀'.repeat(7), '🎉!', '↔'])(
    'refuses %j',
    (text) => {
      expect(isEmojiOnly(text)).toBe(false);
    },
  );
});

test('a text is long by its lines or by its characters', () => {
  expect(isLong('x'.repeat(900))).toBe(false);
  expect(isLong('x'.repeat(901))).toBe(true);
  expect(isLong('x\n'.repeat(13))).toBe(false);
  expect(isLong('x\n'.repeat(14))).toBe(true);
});
