// Strangers' texts on a terminal.

import { describe, expect, test } from '@jest/globals';
import { toJsonLine, toLine } from '../../../local/client/print.ts';

const message = (text: string, more = {}) => {
  return { seq: 1, id: 'i', userId: 'u', name: 'Ada', text, sentAt: 0, ...more };
};
const textOf = (text: string, colours = true) => toLine(message(text), colours).slice(14);

describe('a line', () => {
  test('says when, who and what', () => {
    expect(toLine(message('hi 好'), false)).toMatch(/^\d\d:\d\d:\d\d Ada: hi 好$/);
  });

  test.each([
    ['colours', '\u001b[1;31mred\u001b[0m!', '\u001b[1;31mred\u001b[0m!\u001b[0m'],
    ['a title', '\u001b]0;owned\u0007', '␛]0;owned␇'],
    ['a clear screen', '\u001b[2J', '␛[2J'],
    ['a move of the cursor', '\u001b[1A', '␛[1A'],
    ['a carriage return', 'a\rb', 'a␍b'],
    ['a control of the second set', '\u009b2J', '\ufffd2J'],
    ['a turn of direction', 'a\u202eb', 'a\ufffdb'],
    ['a line break', 'a\nb', 'a\n  b'],
    ['a tab', 'a\tb', 'a\tb'],
    ['DEL', '\u007f', '␡'],
  ])('makes %s harmless', (_, text, shown) => {
    expect(textOf(text)).toBe(shown);
  });

  test('has no colours where the output is no terminal', () => {
    expect(textOf('\u001b[31mred\u001b[0m', false)).toBe('red');
  });

  test('says what was removed', () => {
    expect(toLine(message('', { deletes: 7 }), false)).toContain('(message 7 was removed)');
    expect(toLine(message('', { deleted: true }), false)).toContain('(removed)');
  });
});

test('a JSON line holds no control character, and is the same object', () => {
  const value = message('\u001b[31m\u009b\u007f\n好');
  const line = toJsonLine(value);
  expect(line).toMatch(/^[^\p{Cc}]+$/u);
  expect(JSON.parse(line)).toEqual(value);
});
