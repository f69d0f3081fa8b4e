// Clients that stop reading an HTTP answer, with a fake clock.

import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { encodeBytes } from '../../../../local/service/hub-protocol/encoded-message.ts';
import { LongPolling } from '../../../../local/service/transports/long-polling.ts';
import { ServerSentEvents } from '../../../../local/service/transports/server-sent-events.ts';
import { TurnWriter } from '../../../../local/service/transports/turn-writer.ts';

const LIMIT = 1_000_000;
const writer = new TurnWriter();
const message = encodeBytes(Buffer.from('hi'), 'Text');

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
});
afterEach(() => {
  jest.useRealTimers();
});

/** An answer that nobody reads: it has no socket. */
function unread(): ServerResponse {
  return new ServerResponse(new IncomingMessage(new Socket()));
}

/** The calls of the transport, by name. */
function listener() {
  const said: string[] = [];
  return {
    said,
    received: () => said.push('received'),
    alive: () => said.push('alive'),
    tooSlow: () => said.push('too slow'),
    ended: () => said.push('ended'),
  };
}

test('Server-Sent Events that have ended are cut 5 s later if the client does not read them', () => {
  const response = unread();
  const transport = new ServerSentEvents(response, writer, LIMIT);
  transport.listen(listener());
  transport.send(message);
  transport.end();
  jest.advanceTimersByTime(4_999);
  expect(response.destroyed).toBe(false);
  jest.advanceTimersByTime(1);
  expect(response.destroyed).toBe(true);
});

test('an answer of Long Polling is destroyed after 10 s, and its client is too slow', () => {
  const events = listener();
  let hasClosed = false;
  const transport = new LongPolling(writer, LIMIT, () => {
    hasClosed = true;
  });
  transport.listen(events);
  transport.poll(unread());
  const response = unread();
  transport.poll(response);
  transport.write(message.payload);
  jest.advanceTimersByTime(9_999);
  expect(response.destroyed).toBe(false);
  jest.advanceTimersByTime(1);
  expect(response.destroyed).toBe(true);
  expect(events.said).toContain('too slow');
  expect(hasClosed).toBe(true);
});

test('an answer that has been read does not affect its client', () => {
  const events = listener();
  const transport = new LongPolling(writer, LIMIT, () => {});
  transport.listen(events);
  transport.poll(unread());
  const response = unread();
  transport.poll(response);
  transport.write(message.payload);
  response.emit('close');
  expect(jest.getTimerCount()).toBe(0);
  expect(events.said).not.toContain('too slow');
});
