// Published lines as plain text.

import { expect, test } from '@jest/globals';
import { PUBLISHER } from '../../../functions/protocol.ts';
import { plainOf } from '../../../web/text/log-text.ts';

const ESC = '\u001b';

test('only published lines lose their codes in a quote', () => {
  const text = `${ESC}[31mred`;
  expect(plainOf({ userId: PUBLISHER, text })).toBe('red');
  expect(plainOf({ userId: 'bob', text })).toBe(text);
});
