import { describe, expect, test } from '@jest/globals';
import { EMULATOR_KEY } from '../../../../local/access-token.ts';
import { toClaimsHeader, toUserId } from '../../../../local/service/access/claims.ts';
import {
  sign,
  toConnectionHeaders,
  toHeaderValue,
} from '../../../../local/service/upstream/upstream-headers.ts';

const NAME_IDENTIFIER = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier';
const ROLE = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role';

describe('the signature', () => {
  test('covers the connection id, byte for byte as known', () => {
    expect(sign('abcDEF123_-xyz0987654A', [EMULATOR_KEY])).toBe(
      'sha256=067BDDDC2A5786CE2A3C6323617B6530245D813C50176F86658CFA298B271753',
    );
  });

  test('appears once per key, primary first, without a space between', () => {
    expect(sign('id', ['one', 'two'])).toBe(`${sign('id', ['one'])},${sign('id', ['two'])}`);
  });
});

describe('the user id', () => {
  test.each([
    [{ sub: 's' }, 's'],
    [{ nameid: 'n', sub: 's' }, 'n'],
    [{ 'asrs.s.uid': 'u', nameid: 'n' }, 'u'],
    [{ [NAME_IDENTIFIER]: 'long' }, 'long'],
    [{ unique_name: 'x' }, undefined],
    [{ 'asrs.s.uid': '' }, undefined],
    [{ nameid: ['a', 'b'] }, 'a'],
    [{ 'asrs.s.uid': 5 }, undefined],
    [{}, undefined],
  ])('of %j is %j', (claims, expected) => {
    expect(toUserId(claims as Record<string, unknown>)).toBe(expected);
  });
});

test('the claims header names every claim as .NET does, each value by itself', () => {
  const claims = {
    'asrs.s.uid': 'ada',
    role: ['admin', 'user'],
    'asrs.u.iss': 'me',
    note: 'a, b: c',
    exp: 5,
    nothing: null,
  };
  expect(toClaimsHeader(claims as unknown as Record<string, unknown>)).toBe(
    `asrs.s.uid: ada, ${ROLE}: admin, ${ROLE}: user, iss: me, note: a, b: c, exp: 5`,
  );
});

test.each([
  ['plain ASCII stays %as it is!', 'plain ASCII stays %as it is!'],
  ['李雷', '%E6%9D%8E%E9%9B%B7'],
  ['a\r\nX-Evil: 1', 'a%0D%0AX-Evil: 1'],
  ['\ud800', '%EF%BF%BD'],
  ['tab\there', 'tab%09here'],
])('%j in a header is %j', (text, expected) => {
  expect(toHeaderValue(text)).toBe(expected);
});

test('an anonymous connection without query has neither user nor query header', () => {
  const facts = { id: 'c', hubName: 'chat', userId: undefined, claims: {}, query: '' };
  expect(toConnectionHeaders(facts, ['key'])).toEqual({
    'X-ASRS-Connection-Id': 'c',
    'X-ASRS-Hub': 'chat',
    'X-ASRS-Signature': sign('c', ['key']),
  });
});
