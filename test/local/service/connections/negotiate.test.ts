import { expect, test } from '@jest/globals';
import {
  Negotiations,
  toNegotiateVersion,
} from '../../../../local/service/connections/negotiate.ts';

const WINDOW = 15_000;

function negotiations(): Negotiations {
  let next = 0;
  return new Negotiations(WINDOW, () => {
    next += 1;
    return `id-${next}`;
  });
}

test('version 1 answers an id and another, secret token', () => {
  expect(negotiations().negotiate('chat', 1, 0)).toMatchObject({
    negotiateVersion: 1,
    connectionId: 'id-1',
    connectionToken: 'id-2',
  });
});

test('version 0 answers only an id, which opens the connection', () => {
  const promised = negotiations();
  const answer = promised.negotiate('chat', 0, 0);
  expect(answer).toMatchObject({ negotiateVersion: 0, connectionId: 'id-1' });
  expect('connectionToken' in answer).toBe(false);
  expect(promised.open('id-1', 'chat', 1)).toMatchObject({ connectionId: 'id-1' });
});

test('ids are 22 characters of base64url', () => {
  const { connectionId } = new Negotiations(WINDOW).negotiate('chat', 1, 0);
  expect(connectionId).toMatch(/^[\w-]{22}$/);
});

test('the id does not open a connection of version 1', () => {
  const promised = negotiations();
  promised.negotiate('chat', 1, 0);
  expect(promised.open('id-1', 'chat', 1)).toBe('unknown');
});

test('a token opens one connection at a time, and none after it is closed', () => {
  const promised = negotiations();
  promised.negotiate('chat', 1, 0);
  expect(promised.open('id-2', 'CHAT', 1)).toMatchObject({ connectionId: 'id-1' });
  promised.sweep(10 * WINDOW);
  expect(promised.open('id-2', 'chat', 10 * WINDOW)).toBe('in use');
  promised.close('id-2');
  expect(promised.open('id-2', 'chat', 2)).toBe('unknown');
});

test('a token opens nothing on another hub', () => {
  const promised = negotiations();
  promised.negotiate('chat', 1, 0);
  expect(promised.open('id-2', 'other', 1)).toBe('unknown');
});

test('a token opens nothing after the window, before and after the sweep', () => {
  const promised = negotiations();
  promised.negotiate('chat', 1, 0);
  expect(promised.knows('id-2', 'chat', WINDOW - 1)).toBe(true);
  expect(promised.open('id-2', 'chat', WINDOW)).toBe('unknown');
  promised.sweep(WINDOW);
  expect(promised.knows('id-2', 'chat', 0)).toBe(false);
});

test.each([
  [null, 0],
  ['0', 0],
  ['1', 1],
  ['2', 1],
  ['x', 0],
] as const)('a version asked as %j is %j', (text, version) => {
  expect(toNegotiateVersion(text)).toBe(version);
});
