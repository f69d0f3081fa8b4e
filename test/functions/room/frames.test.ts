import { describe, expect, test } from '@jest/globals';
import { type Events, MAX_LISTED } from '../../../functions/protocol.ts';
import { BILLING_STEP_BYTES, MAX_FRAME_BYTES, toFrames } from '../../../functions/room/frames.ts';

const member = (n: number) => ({
  connectionId: `connection-${n}-0123456789`,
  userId: `g-0123456789abcdef`,
  name: `姓名 ${n}`,
});
const message = (seq: number, text: string) => {
  return { seq, id: `id-${seq}`, userId: 'g-1', name: 'Ada', text, sentAt: 1_767_225_600_000 };
};
const times = (count: number) => Array.from({ length: count }, (_, n) => n);
const events = (part: Partial<Events>): Events => {
  return { room: 'r', revision: 1, seq: 0, online: 1, messages: [], joined: [], left: [], ...part };
};
const bytesOf = (frame: Events) => Buffer.byteLength(JSON.stringify(frame));

describe('a frame', () => {
  test('is one billing step long if more people joined or left than fit', () => {
    const [frame, ...others] = toFrames(
      events({ joined: times(50).map(member), left: times(50).map(member), online: 500 }),
    );
    expect(others).toEqual([]);
    expect(frame?.online).toBe(500);
    expect(frame?.joined.length).toBeGreaterThan(10);
    expect(bytesOf(frame as Events)).toBeLessThanOrEqual(BILLING_STEP_BYTES);
  });

  test('lists people in the space that its messages leave in their last billing step', () => {
    const text = 'x'.repeat(1_900);
    const [frame] = toFrames(
      events({ messages: [message(1, text)], joined: times(50).map(member) }),
    );
    expect(frame?.joined.length).toBeGreaterThan(10);
    expect(bytesOf(frame as Events)).toBeLessThanOrEqual(2 * BILLING_STEP_BYTES);
  });

  test(`lists at most ${MAX_LISTED} joins and ${MAX_LISTED} leaves`, () => {
    const text = '字'.repeat(700);
    const [frame] = toFrames(
      events({
        messages: times(5).map((n) => message(n, text)),
        joined: times(80).map((n) => ({ connectionId: `${n}`, userId: 'u', name: 'n' })),
      }),
    );
    expect(frame?.joined.length).toBeLessThanOrEqual(MAX_LISTED);
  });

  test('has of a member only the fields of the contract', () => {
    const joined = [{ ...member(1), connectedAt: 5, etag: 'x' }];
    expect(toFrames(events({ joined }))[0]?.joined).toEqual([member(1)]);
  });
});

describe('messages too large for one frame', () => {
  const large = times(49).map((n) => message(n + 1, '字'.repeat(8_000)));
  const frames = toFrames(events({ seq: 49, messages: large, joined: [member(1)] }));

  test('are several frames, in order, without a loss', () => {
    expect(frames.length).toBeGreaterThan(1);
    expect(frames.flatMap(({ messages }) => messages)).toEqual(large);
    for (const frame of frames) expect(bytesOf(frame)).toBeLessThan(MAX_FRAME_BYTES + 30_000);
  });

  test('never have the `seq` of a message in a later frame', () => {
    for (const { seq, messages } of frames) expect(seq).toBe(messages.at(-1)?.seq);
  });

  test('list each join once, in the last frame', () => {
    expect(frames.flatMap(({ joined }) => joined)).toEqual([member(1)]);
  });
});
