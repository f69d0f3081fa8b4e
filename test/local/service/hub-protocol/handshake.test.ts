import { expect, test } from '@jest/globals';
import { parseHandshake } from '../../../../local/service/hub-protocol/handshake.ts';

test.each([
  ['{"protocol":"json","version":1}', 'json'],
  ['{"version":1,"protocol":"messagepack"}', 'messagepack'],
  // What the current JavaScript client sends.
  ['{"protocol":"messagepack","version":2}', 'messagepack'],
])('%s is accepted', (text, name) => {
  expect(parseHandshake(Buffer.from(text))).toMatchObject({ ok: true, protocol: { name } });
});

test.each([
  ['{"protocol":"nope","version":1}', "The protocol 'nope' is not supported."],
  [
    '{"protocol":"json","version":99}',
    "The server does not support version 99 of the 'json' protocol.",
  ],
  [
    '{"protocol":"json","version":0}',
    "The server does not support version 0 of the 'json' protocol.",
  ],
])('%s is answered %j', (text, error) => {
  expect(parseHandshake(Buffer.from(text))).toEqual({ ok: false, error });
});

test.each(['', 'hello', '[]', '{}', '{"protocol":"json"}', '{"protocol":1,"version":1}', '\xff'])(
  '%j is no handshake',
  (text) => {
    expect(() => parseHandshake(Buffer.from(text, 'latin1'))).toThrow('unable to read handshake');
  },
);
