// Arbitrary input: the framing and both protocols parse it, or throw their own error, and nothing else.

import { describe, expect, test } from '@jest/globals';
import { decode, encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { decodeBounded } from '../../../local/messagepack-decoding.ts';
import { TokenRefused, verifySignature } from '../../../local/service/access/token-verification.ts';
import { HttpError } from '../../../local/service/http/http-error.ts';
import { decodeSegment, parseTarget } from '../../../local/service/http/request-target.ts';
import {
  mayHoldBigIntegers,
  parseBigIntegers,
  toJson,
} from '../../../local/service/hub-protocol/big-integers.ts';
import { parseHandshake } from '../../../local/service/hub-protocol/handshake.ts';
import {
  type ClientMessage,
  type HubProtocol,
  ProtocolError,
} from '../../../local/service/hub-protocol/hub-protocol.ts';
import { InboundBuffer } from '../../../local/service/hub-protocol/inbound-buffer.ts';
import { jsonHubProtocol } from '../../../local/service/hub-protocol/json-hub-protocol.ts';
import { rawMembers } from '../../../local/service/hub-protocol/json-members.ts';
import { messagePackHubProtocol } from '../../../local/service/hub-protocol/messagepack-hub-protocol.ts';
import { bodyReader } from '../../../local/service/rest/rest-message.ts';
import { matchPath } from '../../../local/service/rest/rest-routes.ts';
import { toHeaderValue } from '../../../local/service/upstream/upstream-headers.ts';
import { anyCharacter } from '../../support/hostile-input.ts';
import { runs } from '../../support/sizes.ts';

const LIMIT = 10_000;
const PROTOCOLS = [jsonHubProtocol, messagePackHubProtocol];

/** All messages in these chunks, and the error after them. */
function read(protocol: HubProtocol, chunks: readonly Buffer[]) {
  const inbound = new InboundBuffer();
  const messages: ClientMessage[] = [];
  try {
    for (const chunk of chunks) {
      inbound.append(chunk);
      for (;;) {
        const payload = inbound.take(protocol.frame, LIMIT);
        if (!payload) break;
        messages.push(protocol.parse(payload));
      }
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { messages, error: error.message };
  }
  return { messages, error: undefined };
}

/** The bytes, cut at these positions. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort(
    (one, other) => one - other,
  );
  return [0, ...sorted].map((start, index) => bytes.subarray(start, sorted[index]));
}

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const places = fc.array(fc.nat(), { maxLength: 20 });
/** The value after a round trip through JSON, which has no negative zero. */
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown);

/** Valid and nearly valid messages of a client. */
const clientMessage = fc.record(
  {
    type: fc.oneof(fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8, 99), json),
    target: fc.oneof(fc.string({ unit: anyCharacter }), json),
    invocationId: fc.oneof(fc.string(), json),
    arguments: fc.oneof(fc.array(json), json),
    result: json,
    error: fc.oneof(fc.string(), json),
  },
  { requiredKeys: [] },
);

function frameJson(messages: readonly unknown[]): Buffer {
  return Buffer.from(messages.map((message) => `${JSON.stringify(message)}\x1e`).join(''));
}

function frameMessagePack(messages: readonly unknown[]): Buffer {
  return Buffer.concat(messages.map((message) => frameBytes(encode(message))));
}

function frameBytes(body: Uint8Array): Buffer {
  const low = body.length & 0x7f;
  const prefix = body.length < 0x80 ? [low] : [low | 0x80, body.length >> 7];
  return Buffer.concat([Buffer.from(prefix), body]);
}

/** Nested MessagePack arrays and maps that claim more elements than follow. */
const oversized = fc
  .tuple(
    fc.array(
      fc.constantFrom(
        [0xdc, 0xff, 0xff],
        [0xdd, 0x01, 0xff, 0xff, 0xff],
        [0xdd, 0xff, 0xff, 0xff, 0xff],
        [0xde, 0xff, 0xff, 0xa1, 0x61],
        [0xdf, 0xff, 0xff, 0xff, 0xff, 0xa1, 0x61],
        [0x91],
      ),
      { minLength: 2, maxLength: 60 },
    ),
    bytes,
  )
  .map(([headers, rest]) => Buffer.concat([Buffer.from(headers.flat()), rest]));

const streams = fc.oneof(
  bytes,
  oversized.map(frameBytes),
  fc.array(clientMessage, { maxLength: 5 }).map(frameJson),
  fc
    .array(
      clientMessage.map((m) => [m.type, {}, m.invocationId, m.target, m.arguments]),
      { maxLength: 5 },
    )
    .filter((messages) => messages.every((message) => encode(message).length < 0x3fff))
    .map(frameMessagePack),
);

describe.each(PROTOCOLS)('the $name protocol', (protocol) => {
  test('parses any bytes, or throws its own error', () => {
    fc.assert(
      fc.property(streams, (stream) => void read(protocol, [stream])),
      runs(),
    );
  });

  test('parses the same for any boundaries of the chunks', () => {
    fc.assert(
      fc.property(streams, places, (stream, at) => {
        const whole = read(protocol, [stream]);
        const pieces = read(protocol, cut(stream, at));
        expect(pieces.messages).toEqual(whole.messages);
        expect(pieces.error === undefined).toBe(whole.error === undefined);
      }),
      runs(),
    );
  });

  test('parses what it encodes: any invocation survives a round trip', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.array(json), fc.string(), (target, args, id) => {
        // The one name that the MessagePack decoder refuses, because it could change a prototype.
        fc.pre(!JSON.stringify(args).includes('__proto__'));
        const message = { kind: 'invocation', target, arguments: args, invocationId: id } as const;
        const encoded = Buffer.from(protocol.encode(message));
        const frame = protocol.frame(encoded, 0);
        const parsed = protocol.parse(encoded.subarray(frame?.start, frame?.end));
        expect(parsed).toMatchObject({ kind: 'invocation', target });
        expect(frame?.next).toBe(encoded.length);
      }),
      runs(),
    );
  });
});

test('a handshake is read, or refused with a reason', () => {
  const records = fc.oneof(
    bytes,
    fc.record({ protocol: json, version: json }).map((value) => Buffer.from(JSON.stringify(value))),
  );
  fc.assert(
    fc.property(records, (record) => {
      try {
        parseHandshake(record);
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
    }),
    runs(),
  );
});

describe('REST bodies', () => {
  const bodies = fc.oneof(
    bytes,
    oversized,
    fc.string({ unit: anyCharacter }).map((text) => Buffer.from(text)),
    json.map((value) => Buffer.from(JSON.stringify(value))),
    fc
      .record({ target: json, Arguments: json }, { requiredKeys: [] })
      .map((value) => Buffer.from(JSON.stringify(value))),
    json.map((value) => Buffer.from(encode(value))),
    streams.map((stream) => Buffer.from(encode({ json: stream, messagepack: stream }))),
  );

  test.each(['application/json', 'application/x-msgpack', 'application/octet-stream'])(
    'of type %s are parsed and encoded in both protocols, or refused with 400',
    (contentType) => {
      const reader = bodyReader(contentType, false);
      fc.assert(
        fc.property(bodies, (body) => {
          try {
            const message = reader(body);
            for (const protocol of PROTOCOLS)
              expect(message.in(protocol).billed).toBeGreaterThan(0);
          } catch (error) {
            if (!(error instanceof HttpError)) throw error;
            expect(error.status).toBe(400);
            expect(error.message).toMatch(/^unable to .+; /s);
          }
        }),
        runs(),
      );
    },
  );

  test('pass JSON arguments on as unchanged text', () => {
    fc.assert(
      fc.property(fc.array(json), fc.constantFrom('', ' ', '\n\t'), (args, space) => {
        const text = JSON.stringify(args, undefined, space);
        const body = `{${space}"Arguments"${space}:${space}${text}${space},"Target":"a"}`;
        const { payload } = bodyReader(
          'application/json',
          false,
        )(Buffer.from(body)).in(jsonHubProtocol);
        expect(payload.toString()).toBe(`{"type":1,"target":"a","arguments":${text}}\x1e`);
      }),
      runs(),
    );
  });
});

test('the raw members of an object are those that JSON.parse finds', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: anyCharacter }), json),
      fc.constantFrom(0, 1, '\t', '\n '),
      (object, space) => {
        const members = rawMembers(JSON.stringify(object, undefined, space));
        const expected = new Map(Object.entries(object));
        expect(new Map([...members].map(([name, raw]) => [name, JSON.parse(raw)]))).toEqual(
          expected,
        );
      },
    ),
    runs(),
  );
});

test('integers of any size come through JSON and MessagePack', () => {
  const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(fc.array(fc.oneof(integer, fc.string())), (values) => {
      const text = toJson(values);
      const parsed = mayHoldBigIntegers(text) ? parseBigIntegers(text) : JSON.parse(text);
      const wire = decode(encode(parsed, { useBigInt64: true }), { useBigInt64: true });
      expect(toJson(wire)).toBe(text);
    }),
    runs(),
  );
});

describe('MessagePack', () => {
  const value = fc.oneof(
    json,
    fc.date({ noInvalidDate: true }),
    fc.uint8Array(),
    fc.string({ minLength: 1, maxLength: 70_000 }),
    fc.array(fc.integer(), { minLength: 1, maxLength: 70_000 }),
  );

  test('is decoded as by its library, for any boundaries of the chunks', () => {
    const outcome = (decoder: (bytes: Uint8Array) => unknown, bytes: Uint8Array) => {
      try {
        return { value: decoder(bytes) };
      } catch {
        return 'refused';
      }
    };
    fc.assert(
      fc.property(fc.array(value, { maxLength: 5 }), fc.nat(), (values, at) => {
        const whole = encode(values);
        for (const bytes of [whole, whole.subarray(0, at % whole.length)]) {
          expect(outcome(decodeBounded, bytes)).toEqual(outcome(decode, bytes));
        }
      }),
      runs(50),
    );
  });

  test.each([
    ['an array of more elements than bytes follow', [0xdd, 0x01, 0xff, 0xff, 0xff]],
    ['a map of more members than bytes follow', [0xdf, 0x00, 0x00, 0x01, 0x00, 0xa1, 0x61, 0xc0]],
    ['arrays that lack more elements together', [0x95, 0x94, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0]],
  ])('%s is refused before memory is allocated for it', (_, bytes) => {
    expect(() => decodeBounded(Uint8Array.from(bytes))).toThrow('it ends before its last value');
  });

  test('is accepted 500 deep and no deeper', () => {
    const nested = (depth: number) => new Uint8Array(depth + 1).fill(0x91).fill(0xc0, depth);
    expect(() => decodeBounded(nested(500))).not.toThrow();
    expect(() => decodeBounded(nested(501))).toThrow('nested more than 500 deep');
  });
});

test('any address is matched or not, and never throws', () => {
  const part = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.constantFrom('api', 'hubs', 'v1', '%zz'),
  );
  fc.assert(
    fc.property(fc.array(part), fc.string(), (parts, query) => {
      const { path, query: parameters } = parseTarget(`/${parts.join('/')}?${query}`);
      matchPath(path);
      decodeSegment(path);
      parameters.get('hub');
    }),
    runs(),
  );
});

test('any token is refused with a reason', () => {
  const part = fc.oneof(
    fc.string(),
    json.map((value) => Buffer.from(JSON.stringify(value)).toString('base64url')),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 4 }), (parts) => {
      expect(() => verifySignature(parts.join('.'), ['key'])).toThrow(TokenRefused);
    }),
    runs(),
  );
});

test('any text becomes a header that can be sent', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => {
      expect(toHeaderValue(text)).toMatch(/^[\x20-\x7e]*$/);
    }),
    runs(),
  );
});
