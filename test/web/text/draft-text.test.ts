import { describe, expect, test } from '@jest/globals';
import { lengthOf, MAX_TEXT_LENGTH } from '../../../functions/protocol.ts';
import {
  fitDraft,
  isDraftFull,
  MOST_DRAFT,
  withoutLastBreaks,
} from '../../../web/text/draft-text.ts';

describe('P10: a draft', () => {
  test('stays as it is up to the limit', () => {
    const text = 'x'.repeat(MOST_DRAFT);
    expect(fitDraft(text)).toBe(text);
  });

  test('is cut beyond it, and is then full', () => {
    const fitting = fitDraft('x'.repeat(1_000_000));
    expect(fitting).toBe('x'.repeat(MOST_DRAFT));
    expect(isDraftFull(fitting)).toBe(true);
  });

  test('keeps every character whole', () => {
    const fitting = fitDraft(`x${'😀'.repeat(MOST_DRAFT)}`);
    expect(fitting).not.toMatch(/\p{Cs}/u);
    expect(isDraftFull(fitting)).toBe(true);
  });

  test('is not full with a message of the greatest length, also of emoji', () => {
    expect(isDraftFull('😀'.repeat(MAX_TEXT_LENGTH))).toBe(false);
    expect(lengthOf(fitDraft('😀'.repeat(MOST_DRAFT)))).toBeGreaterThan(MAX_TEXT_LENGTH);
  });
});

test.each([
  ['', ''],
  ['a', 'a'],
  ['a\n\n', 'a'],
  ['\n\na\n b\n', '\n\na\n b'],
  ['\n\n', ''],
])('the line breaks at the end of %j are left out', (text, without) => {
  expect(withoutLastBreaks(text)).toBe(without);
});
