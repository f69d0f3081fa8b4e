// Pings, timeouts and back-pressure of one connection, with a fake clock and a fake transport.

import { beforeEach, describe, expect, test } from '@jest/globals';
import { ClientConnection } from '../../../../local/service/connections/client-connection.ts';
import { Hubs } from '../../../../local/service/connections/hubs.ts';
import { newCounts } from '../../../../local/service/counts.ts';
import type { EncodedMessage } from '../../../../local/service/hub-protocol/encoded-message.ts';
import { DEFAULT_LIMITS, DEFAULT_TIMES } from '../../../../local/service/options.ts';
import type { Transport } from '../../../../local/service/transports/transport.ts';
import { type EventSender, inOrder } from '../../../../local/service/upstream/delivery.ts';
import { Upstream } from '../../../../local/service/upstream/upstream.ts';
import { HANDSHAKE } from '../stage.ts';

const SECOND = 1_000;

class RecordingTransport implements Transport {
  readonly name = 'WebSockets';
  readonly carriesBinary = true;
  readonly sent: string[] = [];
  isPaused = false;
  hasEnded = false;

  send({ payload }: EncodedMessage): void {
    this.sent.push(payload.toString());
  }
  pause(): void {
    this.isPaused = true;
  }
  resume(): void {
    this.isPaused = false;
  }
  end(): void {
    this.hasEnded = true;
  }
}

let now: number;
let transport: RecordingTransport;
let connection: ClientConnection;
let counts: ReturnType<typeof newCounts>;

beforeEach(() => {
  now = 0;
  transport = new RecordingTransport();
  counts = newCounts();
  connection = connect();
});

function connect(
  claims: Readonly<Record<string, unknown>> = {},
  sender: EventSender = new Upstream([], DEFAULT_TIMES.upstreamMs),
  compat = false,
): ClientConnection {
  const facts = { id: 'c', hubName: 'chat', userId: undefined, claims, query: '' };
  return new ClientConnection(facts, transport, new Hubs(counts).get('chat'), {
    accessKeys: ['key'],
    deliver: inOrder(sender),
    compat,
    times: DEFAULT_TIMES,
    limits: DEFAULT_LIMITS,
    monotonicNow: () => now,
    log: () => {},
  });
}

/** Advances the time tick by tick. */
function pass(seconds: number, each: () => void = () => {}): void {
  for (let tick = 0; tick < seconds; tick += 1) {
    now += SECOND;
    each();
    connection.tick(now);
  }
}

function ping(): void {
  connection.received(Buffer.from('{"type":6}\x1e'));
}

function shake(): void {
  connection.received(Buffer.from(HANDSHAKE));
  transport.sent.length = 0;
}

describe('without a handshake', () => {
  test('a connection ends after 15 s', () => {
    pass(14);
    expect(transport.hasEnded).toBe(false);
    pass(1);
    expect(transport.sent).toEqual(['{"error":"Handshake was canceled."}\x1e']);
    expect(transport.hasEnded).toBe(true);
  });

  test.each([
    ['20', 20],
    [5, 5],
    ['300', 30],
    ['0', 15],
    ['-1', 15],
    ['soon', 15],
    [['20'], 15],
  ])('a connection whose token claims %j s ends after %d s', (claim, seconds) => {
    connection = connect({ 'asrs.s.cht': claim });
    pass(seconds - 1);
    expect(transport.hasEnded).toBe(false);
    pass(1);
    expect(transport.hasEnded).toBe(true);
  });

  test('a connection that sends byte by byte ends at the same time', () => {
    pass(15, () => connection.received(Buffer.from('{')));
    expect(transport.hasEnded).toBe(true);
  });
});

describe('an open connection', () => {
  beforeEach(shake);

  test('is pinged after 15 s in which nothing was sent', () => {
    pass(15, ping);
    expect(transport.sent).toEqual([]);
    pass(1, ping);
    expect(transport.sent).toEqual(['{"type":6}\x1e']);
    pass(15, ping);
    expect(transport.sent).toHaveLength(1);
    pass(1, ping);
    expect(transport.sent).toHaveLength(2);
  });

  test('is not billed for pings', () => {
    pass(20, ping);
    expect(transport.sent).not.toEqual([]);
    expect(counts.outboundMessages).toBe(0);
  });

  test('ends after 30 s without a message', () => {
    pass(30);
    expect(transport.hasEnded).toBe(false);
    pass(1);
    expect(transport.sent.at(-1)).toBe(
      '{"type":7,"error":"Connection ping timeout","allowReconnect":true}\x1e',
    );
    expect(transport.hasEnded).toBe(true);
    expect(counts.connections).toBe(0);
  });

  test.each(['{"type":6}\x1e', '{"type":99}\x1e', '{"type":1,"target":"a","arguments":[]}\x1e'])(
    'stays while the client sends messages: %j',
    (text) => {
      pass(20);
      connection.received(Buffer.from(text));
      pass(29);
      expect(transport.hasEnded).toBe(false);
    },
  );

  test('M7: ends after 30 s in which only part of a message arrived', () => {
    ping();
    pass(31, () => connection.received(Buffer.from(' ')));
    expect(transport.sent.at(-1)).toContain('Connection ping timeout');
    expect(transport.hasEnded).toBe(true);
  });

  test('sends nothing after its end', () => {
    connection.close({ allowReconnect: true });
    transport.sent.length = 0;
    connection.close({ allowReconnect: true });
    connection.received(Buffer.from('what?\x1e'));
    pass(60);
    expect(transport.sent).toEqual([]);
  });

  test('ignores messages after a goodbye', () => {
    connection.received(Buffer.from('{"type":7}\x1ewhat?\x1e'));
    connection.received(Buffer.from('what?\x1e'));
    expect(transport.hasEnded).toBe(false);
  });
});

test('--compat: a client without a ping has no timeout, and one with a ping has', () => {
  connection = connect({}, undefined, true);
  shake();
  pass(120);
  expect(transport.hasEnded).toBe(false);
  ping();
  pass(31);
  expect(transport.hasEnded).toBe(true);
});

test('a flood of messages pauses the client, and does not count as silence', async () => {
  shake();
  const message = '{"type":1,"target":"a","arguments":[]}\x1e';
  connection.received(Buffer.from(message.repeat(1_000)));
  expect(transport.isPaused).toBe(true);
  pass(120);
  expect(transport.hasEnded).toBe(false);
  await new Promise((resolve) => setImmediate(resolve));
  expect(transport.isPaused).toBe(false);
  pass(60);
  expect(transport.hasEnded).toBe(true);
});

test('a message that waits for the upstream does not keep its chunk in memory', async () => {
  const bodies: Buffer[] = [];
  const sender: EventSender = {
    takes: ({ category }) => category === 'messages',
    post: async ({ body }) => {
      bodies.push(body);
      return { kind: 'unmatched' };
    },
  };
  connection = connect({}, sender);
  shake();
  const message = '{"type":1,"target":"a","arguments":[]}';
  connection.received(Buffer.from(`${message}\x1e${'{"type":6}\x1e'.repeat(100_000)}`));
  await new Promise((resolve) => setImmediate(resolve));
  expect(bodies.map(String)).toEqual([message]);
  expect(bodies[0]?.buffer.byteLength).toBe(message.length);
});
