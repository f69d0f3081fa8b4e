import { expect, test } from '@jest/globals';
import { isSendKey } from '../../../web/view/send-key.ts';

const ENTER = { key: 'Enter', shiftKey: false, isComposing: false, keyCode: 13 };

test('Enter sends', () => {
  expect(isSendKey(ENTER)).toBe(true);
});

test.each([
  ['Shift+Enter', { shiftKey: true }],
  ['Enter that ends a composition', { isComposing: true }],
  ['Enter that Safari reports after the composition ended', { keyCode: 229 }],
  ['another key', { key: 'a', keyCode: 65 }],
])('%s does not send', (_, event) => {
  expect(isSendKey({ ...ENTER, ...event })).toBe(false);
});
