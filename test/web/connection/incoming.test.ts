import { describe, expect, test } from '@jest/globals';
import {
  parseErrorBody,
  parseEvents,
  parseHistory,
  parseMembers,
  parseSendResult,
  parseTyping,
  parseWelcome,
  readSendResult,
} from '../../../web/connection/incoming.ts';
import { eventsOf, historyOf, memberOf, membersOf, messageOf, welcomeOf } from '../samples.ts';

const NO_SHAPE = [undefined, null, 0, '', 'text', true, [], [1], {}];

const parsers: [string, (value: unknown) => unknown, object][] = [
  ['parseWelcome', parseWelcome, welcomeOf()],
  ['parseEvents', parseEvents, eventsOf({ messages: [messageOf(1)], joined: [memberOf('a')] })],
  ['parseTyping', parseTyping, { userId: 'bob', name: 'Bob' }],
  ['parseHistory', parseHistory, historyOf({ messages: [messageOf(1)] })],
  ['parseMembers', parseMembers, membersOf([memberOf('a')])],
  ['parseErrorBody', parseErrorBody, { error: { code: 'banned', message: 'no' } }],
  ['parseSendResult', parseSendResult, { ok: true, seq: 1, sentAt: 2, online: 3 }],
  ['parseSendResult', parseSendResult, { ok: false, code: 'bad_text', message: 'no' }],
];

describe.each(parsers)('%s', (_, parse, good) => {
  test('takes its shape, with members that it does not know', () => {
    const newer = { ...good, added: 'later' };
    expect(parse(newer)).toBe(newer);
  });

  test.each(NO_SHAPE)('refuses %j', (value) => {
    expect(parse(value)).toBeUndefined();
  });

  test('refuses its shape with any member missing or of another type', () => {
    for (const key of Object.keys(good)) {
      expect(parse({ ...good, [key]: undefined })).toBeUndefined();
      expect(parse({ ...good, [key]: -0.5 })).toBeUndefined();
    }
  });
});

test('rights are there or absent, and no other value of them is believed', () => {
  const rights = { moderator: true, creator: 'g-ada' };
  expect(parseWelcome({ ...welcomeOf(), ...rights })).toMatchObject(rights);
  for (const part of [{ moderator: false }, { moderator: 'yes' }, { creator: 7 }]) {
    expect(parseWelcome({ ...welcomeOf(), ...part })).toBeUndefined();
  }
  const closed = { error: { code: 'room_closed', message: 'no' }, mayOpen: true };
  expect(parseErrorBody(closed)).toEqual(closed);
  expect(parseErrorBody({ ...closed, mayOpen: 1 })).toBeUndefined();
});

test.each([
  ['a message', { messages: [messageOf(1), { ...messageOf(2), text: 7 }] }],
  ['a sequence number', { messages: [{ ...messageOf(1), seq: 1.5 }] }],
  ['a member', { joined: [{ ...memberOf('a'), name: null }] }],
])('parseEvents refuses a frame with %s of another shape inside', (_, part) => {
  expect(parseEvents({ ...eventsOf(), ...part })).toBeUndefined();
});

describe('the answer to a send', () => {
  test('says which extension bundle the server needs if there is no answer', () => {
    for (const answer of [null, undefined]) {
      const sentence = expect.stringContaining('extension bundle 4.23.0 or later');
      const error = { code: 'old_extension', message: sentence };
      expect(() => readSendResult(answer)).toThrow(expect.objectContaining(error));
    }
  });

  test('of another shape is an error without a code', () => {
    expect(() => readSendResult({ ok: 'yes' })).toThrow(/another shape/);
    expect(() => readSendResult({ ok: 'yes' })).not.toThrow(
      expect.objectContaining({ code: expect.anything() }),
    );
  });
});
