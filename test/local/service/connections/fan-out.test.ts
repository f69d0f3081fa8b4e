// A message for many clients is encoded once, framed once, joined once, and written once.

import { describe, expect, test } from '@jest/globals';
import {
  encodeBytes,
  OutgoingMessage,
} from '../../../../local/service/hub-protocol/encoded-message.ts';
import { jsonHubProtocol } from '../../../../local/service/hub-protocol/json-hub-protocol.ts';
import { messagePackHubProtocol } from '../../../../local/service/hub-protocol/messagepack-hub-protocol.ts';
import { type Outbox, TurnWriter } from '../../../../local/service/transports/turn-writer.ts';

describe('an encoded message', () => {
  test.each([
    [0, '8100'],
    [1, '8101'],
    [125, '817d'],
    [126, '817e007e'],
    [65_535, '817effff'],
    [65_536, '817f0000000000010000'],
  ])('of %d bytes has the WebSocket header %s', (length, header) => {
    const { payload, webSocketFrame } = encodeBytes(Buffer.alloc(length, 'x'), 'Text');
    expect(webSocketFrame.toString('hex', 0, webSocketFrame.length - length)).toBe(header);
    expect(payload.equals(Buffer.alloc(length, 'x'))).toBe(true);
  });

  test('is a binary frame for MessagePack', () => {
    expect(encodeBytes(Buffer.from('x'), 'Binary').webSocketFrame[0]).toBe(0x82);
  });

  test.each([
    [1, 1],
    [2_048, 1],
    [2_049, 2],
    [5_000, 3],
  ])('of %d bytes is billed as %d', (length, billed) => {
    expect(encodeBytes(Buffer.alloc(length), 'Text').billed).toBe(billed);
  });

  test('is made once for each protocol', () => {
    const message = new OutgoingMessage({ kind: 'invocation', target: 'a', arguments: [] });
    expect(message.in(jsonHubProtocol)).toBe(message.in(jsonHubProtocol));
    expect(message.in(messagePackHubProtocol)).not.toBe(message.in(jsonHubProtocol));
  });
});

describe('a turn', () => {
  class Recorder implements Outbox {
    frames: Buffer[] = [];
    readonly written: Buffer[] = [];
    write(bytes: Buffer): void {
      this.written.push(bytes);
    }
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const [a, b] = [Buffer.from('a'), Buffer.from('b')];

  test('ends with one write for all its frames', async () => {
    const writer = new TurnWriter();
    const outbox = new Recorder();
    writer.add(outbox, a);
    writer.add(outbox, b);
    expect(outbox.written).toEqual([]);
    await turn();
    expect(outbox.written.map(String)).toEqual(['ab']);
    writer.add(outbox, b);
    await turn();
    expect(outbox.written.map(String)).toEqual(['ab', 'b']);
  });

  test('joins the frames once for clients with the same frames', async () => {
    const writer = new TurnWriter();
    const outboxes = [new Recorder(), new Recorder(), new Recorder()];
    for (const frame of [a, b]) for (const outbox of outboxes) writer.add(outbox, frame);
    await turn();
    const [first, second, third] = outboxes.map(({ written }) => written[0]);
    expect(first?.toString()).toBe('ab');
    expect(second).toBe(first);
    expect(third).toBe(first);
  });

  test('joins separately for clients with other frames', async () => {
    const writer = new TurnWriter();
    const outboxes = [new Recorder(), new Recorder(), new Recorder()] as const;
    for (const outbox of outboxes) writer.add(outbox, a);
    writer.add(outboxes[1], b);
    await turn();
    expect(outboxes.map(({ written }) => written.map(String))).toEqual([['a'], ['ab'], ['a']]);
  });

  test('can be cut short for one client', async () => {
    const writer = new TurnWriter();
    const outbox = new Recorder();
    writer.add(outbox, a);
    writer.flush(outbox);
    expect(outbox.written.map(String)).toEqual(['a']);
    await turn();
    expect(outbox.written.map(String)).toEqual(['a']);
  });
});
