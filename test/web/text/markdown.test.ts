import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Inline, type MarkdownBlock, toMarkdown } from '../../../web/text/markdown.ts';
import { hasMarks, toBlocks } from '../../../web/text/text-parts.ts';
import { anyCharacter } from '../../support/hostile-input.ts';
import { runs } from '../../support/sizes.ts';

/** Inlines in a short form: `strong(a em(b))`. */
function show(inlines: readonly Inline[]): string {
  const texts = inlines.map((inline) => {
    if (inline.kind === 'emphasis') return `${inline.mark}(${show(inline.inlines)})`;
    return inline.kind === 'text' ? inline.text : `${inline.kind}(${inline.text})`;
  });
  return texts.join('');
}

const paragraph = (text: string) => {
  const [block, ...others] = toMarkdown(text);
  expect(others).toEqual([]);
  return block?.kind === 'paragraph' ? show(block.inlines) : block?.kind;
};

/** The text that was parsed, from nothing but its nodes. */
function sourceOf(blocks: readonly MarkdownBlock[]): string {
  return blocks.map(sourceOfBlock).join('\n');
}

function sourceOfBlock(block: MarkdownBlock): string {
  switch (block.kind) {
    case 'paragraph':
      return source(block.inlines);
    case 'quote': {
      const lines = source(block.inlines).split('\n');
      expect(lines).toHaveLength(block.prefixes.length);
      return lines.map((line, index) => `${block.prefixes[index]}${line}`).join('\n');
    }
    case 'list':
      return block.items.map((item) => item.prefix + source(item.inlines)).join('\n');
    case 'code':
      return `${block.fence}\n${block.text}\n\`\`\``;
  }
}

function source(inlines: readonly Inline[]): string {
  return inlines
    .map((inline) => {
      if (inline.kind === 'emphasis') return inline.mark + source(inline.inlines) + inline.mark;
      return inline.kind === 'code' ? `\`${inline.text}\`` : inline.text;
    })
    .join('');
}

describe('U18: Markdown', () => {
  test.each([
    ['**bold** and *italic*, _too_', '**(bold) and *(italic), _(too)'],
    ['***both*** ~~gone~~', '***(both) ~~(gone)'],
    ['**a *b* c**', '**(a *(b) c)'],
    ['这是**重点**内容', '这是**(重点)内容'],
    ['**“https://example.com/a”**', '**(“link(https://example.com/a)”)'],
    ['**https://example.com/a_b** x_y', '**(link(https://example.com/a_b)) x_y'],
    ['*`a * b`*', '*(code(a * b))'],
    ['(*so*).', '(*(so)).'],
  ])('%j is %j', (text, shown) => {
    expect(hasMarks(text)).toBe(true);
    expect(paragraph(text)).toBe(shown);
  });

  test.each([
    '2*3*4 = 24',
    '2 * 3 * 4',
    'snake_case_name and __init__',
    '*open',
    'close*',
    '** no **',
    '****',
    '~one~',
    '~~~~',
    '*one line\nanother*',
    'a ** b ** c',
    '# heading',
    '[text](javascript:x)',
    '<b>bold</b>',
    '`**code**`',
    '1.5 kg',
    '-5',
  ])('is none in %j', (text) => {
    expect(paragraph(text)).toBe(text.startsWith('`') ? 'code(**code**)' : text);
  });

  test('pairs marks with the nearest, and what they cross is text', () => {
    expect(paragraph('*a **b* c**')).toBe('*(a **b) c**');
    expect(paragraph('*a *b* c*')).toBe('*(a *(b) c)');
  });

  test('has lists, with the numbers of their writer', () => {
    const text = 'to do\n- one\n  - **two**\n* three\n3. four\n10) five\nend';
    expect(toMarkdown(text)).toMatchObject([
      { kind: 'paragraph' },
      {
        kind: 'list',
        isOrdered: false,
        items: [
          { prefix: '- ', depth: 0 },
          { prefix: '  - ', depth: 1, inlines: [{ kind: 'emphasis' }] },
          { prefix: '* ', depth: 0 },
        ],
      },
      { kind: 'list', isOrdered: true, items: [{ prefix: '3. ' }, { prefix: '10) ' }] },
      { kind: 'paragraph' },
    ]);
  });

  test('has quotes and blocks of code, and nothing is marked in code', () => {
    expect(toMarkdown('> **a**\n>\n> b\n```ts\n**x**\n- y\n```\n```\nopen')).toMatchObject([
      { kind: 'quote', prefixes: ['> ', '>', '> '], inlines: [{ kind: 'emphasis' }, {}] },
      { kind: 'code', fence: '```ts', text: '**x**\n- y' },
      { kind: 'paragraph', inlines: [{ kind: 'text', text: '```\nopen' }] },
    ]);
  });

  const piece = fc.constantFrom(
    ...['*', '**', '***', '_', '__', '~~', '~', '`', '```', '```ts', '\n', '\n\n', ' ', '  '],
    ...['- ', '* ', '1. ', '2) ', '> ', '>', 'a', 'b1', '好', '。', '(', ')', '\\', '&lt;', '<b>'],
    ...['https://a.example/_x_', 'www.a.example', 'ada@a.example', 'javascript:', '\u202e', '😀'],
  );
  const texts = fc.oneof(
    fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
    fc.string({ unit: anyCharacter, maxLength: 200 }),
  );

  test('loses nothing of any text: with their marks the nodes are the text, and a text without marks is as it was', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(sourceOf(toMarkdown(text))).toBe(text);
        if (hasMarks(text)) return;
        const plain = toBlocks(text).map((block) => {
          return block.kind === 'code' ? block : { kind: block.kind, inlines: block.parts };
        });
        expect(toMarkdown(text)).toMatchObject(plain);
      }),
      { ...runs(3_000), examples: [['  * *']] },
    );
  });

  test('makes nothing but text, code, safe links and emphasis of any text, a few levels deep', () => {
    const check = (inlines: readonly Inline[], depth: number) => {
      expect(depth).toBeLessThanOrEqual(4);
      for (const inline of inlines) {
        if (inline.kind === 'emphasis') check(inline.inlines, depth + 1);
        else if (inline.kind === 'link') expect(inline.href).toMatch(/^(?:https?:\/\/|mailto:)/);
        else expect(['text', 'code']).toContain(inline.kind);
      }
    };
    fc.assert(
      fc.property(texts, (text) => {
        for (const block of toMarkdown(text)) {
          if (block.kind === 'list') for (const { inlines } of block.items) check(inlines, 0);
          else if (block.kind !== 'code') check(block.inlines, 0);
        }
      }),
      runs(2_000),
    );
  });

  test.each([
    ['*a ', ''],
    ['*a', ''],
    ['**a *b ', ''],
    ['a* ', ''],
    ['*', ' '],
    ['_*~~', ''],
    ['*_', 'a'],
    ['***a**', ''],
    ['```\n', ''],
    ['```\n\n', ''],
    ['> ', '\n'],
    ['- ', '\n'],
    ['- a\n', ''],
    ['1. ', ''],
    ['`', ''],
    ['`*', ''],
    ['a@', ''],
    ['https://a.b*', ''],
    [' ', '\n'],
  ])('takes steps in proportion to the text %j, repeated', (part, end) => {
    const stepsOf = (count: number) => {
      let steps = 0;
      toMarkdown(part.repeat(count) + end, () => {
        steps += 1;
      });
      return steps;
    };
    const [one, ten] = [stepsOf(400), stepsOf(4_000)];
    expect(ten).toBeLessThanOrEqual(10 * one + 100);
    expect(ten).toBeLessThanOrEqual(6 * (4_000 * part.length + end.length) + 10);
    const startedAt = performance.now();
    toMarkdown(part.repeat(Math.ceil(4_000 / part.length)) + end);
    hasMarks(part.repeat(Math.ceil(4_000 / part.length)) + end);
    expect(performance.now() - startedAt).toBeLessThan(200);
  });
});
