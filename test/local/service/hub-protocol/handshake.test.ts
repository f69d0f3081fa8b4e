import { describe, expect, test } from '@jest/globals';
import { parseHandshake } from '../../../../local/service/hub-protocol/handshake.ts';

// Observed on ASP.NET Core 10's HandshakeProtocol and IsVersionSupported.
test.each([
  ['{"protocol":"json","version":1}', 'json'],
  ['{"version":1,"protocol":"messagepack"}', 'messagepack'],
  ['{"protocol":"json","version":1,"extra":{"a":[1]}}', 'json'],
  ['{"protocol":"nope","protocol":"json","version":9,"version":1}', 'json'],
  [' {"protocol":"json", "version": 1 } ', 'json'],
])('%s is accepted', (text, name) => {
  expect(parseHandshake(Buffer.from(text))).toMatchObject({ ok: true, protocol: { name } });
});

describe('M2: a handshake', () => {
  describe.each(['json', 'messagepack'])('for %s', (name) => {
    test.each([-2_147_483_648, -1, 0, 1, 2])('with version %d is accepted', (version) => {
      const text = JSON.stringify({ protocol: name, version });
      expect(parseHandshake(Buffer.from(text))).toMatchObject({ ok: true, protocol: { name } });
    });

    test.each([3, 99, 2_147_483_647])('with version %d is refused', (version) => {
      const text = JSON.stringify({ protocol: name, version });
      expect(parseHandshake(Buffer.from(text))).toEqual({
        ok: false,
        error: `The server does not support version ${version} of the '${name}' protocol.`,
      });
    });

    test.each([name.toUpperCase(), `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`])(
      'may spell it %s',
      (protocol) => {
        const text = JSON.stringify({ protocol, version: 1 });
        expect(parseHandshake(Buffer.from(text))).toMatchObject({ ok: true, protocol: { name } });
      },
    );
  });

  test('is accepted with version -0', () => {
    expect(parseHandshake(Buffer.from('{"protocol":"json","version":-0}')).ok).toBe(true);
  });

  test.each(['nope', '', 'json ', 'blazorpack'])('for %j is refused', (protocol) => {
    expect(parseHandshake(Buffer.from(JSON.stringify({ protocol, version: 1 })))).toEqual({
      ok: false,
      error: `The protocol '${protocol}' is not supported.`,
    });
  });

  test.each([
    '1.0',
    '1e0',
    '1.5',
    '-2147483649',
    '2147483648',
    '1e400',
    '"1"',
    'null',
    'true',
    '[]',
    '[1]',
    '{}',
    '01',
  ])('with version %s is no handshake', (version) => {
    const text = `{"protocol":"json","version":${version}}`;
    expect(() => parseHandshake(Buffer.from(text))).toThrow('unable to read handshake');
  });

  test.each(['null', '1', 'true', '["json"]', '{}'])('for %s is no handshake', (protocol) => {
    const text = `{"protocol":${protocol},"version":1}`;
    expect(() => parseHandshake(Buffer.from(text))).toThrow('unable to read handshake');
  });
});

test.each([
  '',
  'hello',
  '[]',
  'null',
  '{}',
  '{"protocol":"json"}',
  '{"version":1}',
  '{"Protocol":"json","Version":1}',
  '{"protocol":"json","version":1,}',
  '\xff',
])('%j is no handshake', (text) => {
  expect(() => parseHandshake(Buffer.from(text, 'latin1'))).toThrow('unable to read handshake');
});
