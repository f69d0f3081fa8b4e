import { describe, expect, test } from '@jest/globals';
import { resolveExpressions, resolveSettings } from '../../../local/host/binding-expressions.ts';

describe('resolveSettings', () => {
  test.each([
    ['plain', 'plain'],
    ['%HUB%', 'chat'],
    ['a-%HUB%-%EMPTY%b', 'a-chat-b'],
  ])('makes %j %j', (text, expected) => {
    expect(resolveSettings(text, { HUB: 'chat', EMPTY: '' })).toBe(expected);
  });

  test.each(['%NONE%', '%HUB', '%%'])('refuses %j', (text) => {
    expect(() => resolveSettings(text, { HUB: 'chat' })).toThrow(/^unable to resolve /);
  });
});

describe('resolveExpressions', () => {
  const context = {
    data: {
      room: 'lobby',
      count: 3,
      user: { id: 'ada', tags: ['x'] },
      headers: { 'x-user': 'bob' },
      query: { Name: 'eve' },
      none: null,
      'rand-guid': 'mine',
    },
    functionName: 'negotiate',
    now: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  };

  test.each([
    ['no expression', 'no expression'],
    ['{room}/{count}', 'lobby/3'],
    ['{user.id}', 'ada'],
    ['{headers.X-User}', 'bob'],
    ['{query.Name}', 'eve'],
    ['<{none}{user}{user.tags}>', '<>'],
    ['{{room}}', '{room}'],
    ['{rand-guid}', 'mine'],
    ['{datetime}', '2026-01-02T03-04-05Z'],
    ['{datetime:yyyyMMdd}', '20260102'],
    ['{sys.utcnow}', '2026-01-02T03-04-05Z'],
    ['{sys.methodname}', 'negotiate'],
  ])('makes %j %j', (text, expected) => {
    expect(resolveExpressions(text, context)).toBe(expected);
  });

  test('makes a new id for {sys.randguid}, without dashes if the format asks for it', () => {
    expect(resolveExpressions('{sys.randguid}', context)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-/);
    expect(resolveExpressions('{sys.randguid:N}', context)).toMatch(/^[0-9a-f]{32}$/);
  });

  test.each([
    '{nobody}',
    '{headers.x-other}',
    '{query.name}',
    '{user.id.x}',
    '{constructor}',
    '{user.constructor}',
    '{',
    '}',
    '{}',
    '{a{b}',
  ])('refuses %j', (text) => {
    expect(() => resolveExpressions(text, context)).toThrow(/^unable to resolve /);
  });
});
