import { expect, test } from '@jest/globals';
import { isSendKey } from '../../../web/view/send-key.ts';

const ENTER = {
  key: 'Enter',
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
};

test('Enter sends', () => {
  expect(isSendKey(ENTER, true)).toBe(true);
});

test.each([
  ['Shift+Enter', { shiftKey: true }],
  ['another key', { key: 'a' }],
])('%s does not send', (_, event) => {
  expect(isSendKey({ ...ENTER, ...event }, true)).toBe(false);
});

test('U18: Enter starts a new line on a phone, whose keyboard has no Shift+Enter, and Ctrl or Cmd with it sends', () => {
  expect(isSendKey(ENTER, false)).toBe(false);
  expect(isSendKey({ ...ENTER, ctrlKey: true }, false)).toBe(true);
  expect(isSendKey({ ...ENTER, metaKey: true }, false)).toBe(true);
});
