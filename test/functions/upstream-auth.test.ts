import { describe, expect, test } from '@jest/globals';
import { verifyUpstream } from '../../functions/upstream-auth.ts';

// The published key of the official emulator, and what it signs for this connection.
const KEY = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH';
const CONNECTION = 'abcDEF123_-xyz0987654A';
const SIGNATURE = 'sha256=067BDDDC2A5786CE2A3C6323617B6530245D813C50176F86658CFA298B271753';
const other = `sha256=${'0'.repeat(64)}`;

describe('an upstream request', () => {
  test.each([
    ['its signature', SIGNATURE],
    ['its signature in small letters', SIGNATURE.toLowerCase()],
    ['the signature of another key before it', `${other},${SIGNATURE}`],
    ['the signature of another key after it', `${SIGNATURE}, ${other}`],
  ])('is taken with %s', (_, signature) => {
    verifyUpstream({ 'X-ASRS-Signature': signature }, CONNECTION, KEY);
    verifyUpstream({ 'x-asrs-signature': signature }, CONNECTION, KEY);
  });

  test.each([
    ['no headers', null],
    ['no signature', {}],
    ['an empty signature', { 'X-ASRS-Signature': '' }],
    ['a signature without its algorithm', { 'X-ASRS-Signature': SIGNATURE.slice(7) }],
    ['half a signature', { 'X-ASRS-Signature': SIGNATURE.slice(0, 40) }],
    ['a wrong signature', { 'X-ASRS-Signature': other }],
    ['a signature that is no text', { 'X-ASRS-Signature': [SIGNATURE] }],
  ])('is refused with %s', (_, headers) => {
    expect(() => verifyUpstream(headers, CONNECTION, KEY)).toThrow(/upstream/);
  });

  test('is refused with the signature of another connection', () => {
    expect(() => verifyUpstream({ 'X-ASRS-Signature': SIGNATURE }, 'other', KEY)).toThrow(
      /upstream/,
    );
  });
});
