// Arbitrary input from a room, a proxy or a broken server: the page parses it, or ignores it.

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as incoming from '../../web/connection/incoming.ts';
import { anyCharacter } from '../support/hostile-input.ts';
import { runs } from '../support/sizes.ts';

const whole = fc.oneof(fc.nat(), fc.double(), fc.constantFrom(-1, Number.NaN, 2 ** 60, '7', null));
const text = fc.oneof(fc.string({ unit: anyCharacter }), fc.anything());
const member = fc.record({ connectionId: text, userId: text, name: text });
const message = fc.record(
  { seq: whole, id: text, userId: text, name: text, text, sentAt: whole, deletes: whole },
  { requiredKeys: ['seq', 'id', 'text'] },
);
/** Nearly valid values, which are the most dangerous ones. */
const nearly = fc.record(
  {
    ...{ room: text, revision: whole, online: whole, seq: whole, first: whole, truncated: text },
    ...{ messages: fc.array(message), joined: fc.array(member), left: fc.array(member) },
    ...{ members: fc.array(member), connectionId: text, userId: text, name: text, ok: text },
    ...{ code: text, message: text, sentAt: whole, error: fc.anything(), signIn: fc.anything() },
  },
  { requiredKeys: [] },
);

const NUMBERS = ['seq', 'revision', 'online'] as const;

describe('what arrives is what it should be, or undefined', () => {
  test.each([
    ['welcome', incoming.parseWelcome, NUMBERS],
    ['events', incoming.parseEvents, NUMBERS],
    ['typing', incoming.parseTyping, []],
    ['history', incoming.parseHistory, [...NUMBERS, 'first']],
    ['members', incoming.parseMembers, ['revision', 'online']],
    ['an error', incoming.parseErrorBody, []],
    ['where to sign in', incoming.parseSignIn, []],
    ['the answer of send', incoming.parseSendResult, []],
  ])('as %s', (_, parse: (value: unknown) => object | undefined, numbers: readonly string[]) => {
    fc.assert(
      fc.property(fc.oneof(nearly, fc.anything()), (value) => {
        const parsed = parse(value);
        if (parsed === undefined) return;
        expect(parsed).toBe(value);
        const members = new Map<string, unknown>(Object.entries(parsed));
        for (const name of numbers) expect(Number.isSafeInteger(members.get(name))).toBe(true);
      }),
      runs(300),
    );
  });
});
