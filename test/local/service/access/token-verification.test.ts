import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { newMac } from '../../../../local/service/access/token-verification.ts';

test.each(['sha256', 'sha512'] as const)('the MAC with %s is that of node:crypto', (algorithm) => {
  // Keys below, at and above the size of a block, and characters of several bytes.
  const key = fc.oneof(
    fc.string({ minLength: 1, maxLength: 140, unit: 'binary' }),
    fc.constantFrom('k'.repeat(64), 'k'.repeat(65), 'k'.repeat(128), 'k'.repeat(129)),
  );
  fc.assert(
    fc.property(key, fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (text, said) => {
      const mac = newMac(text);
      for (const one of said) {
        const expected = createHmac(algorithm, text).update(one).digest();
        expect(mac(algorithm, one)).toEqual(expected);
      }
    }),
  );
});
