// The fault switches: their effect on the events of a connection, and repeatable runs.

import { describe, expect, test } from '@jest/globals';
import type { Faults } from '../../../../local/service/options.ts';
import { type Deliver, inOrder } from '../../../../local/service/upstream/delivery.ts';
import { NO_FAULTS, withFaults } from '../../../../local/service/upstream/faults.ts';
import type { UpstreamEvent } from '../../../../local/service/upstream/upstream.ts';
import type { UpstreamAnswer } from '../../../../local/service/upstream/upstream-answer.ts';
import { stageService } from '../stage.ts';

const OK: UpstreamAnswer = { kind: 'answered', status: 200, body: Buffer.alloc(0) };
const ALL = Array.from({ length: 200 }, (_, index) => `e${index}`);

function recorder(): { readonly posted: string[]; readonly deliver: Deliver } {
  const posted: string[] = [];
  const deliver = inOrder({
    takes: () => true,
    post: async ({ event }) => {
      posted.push(event);
      return OK;
    },
  });
  return { posted, deliver };
}

function toEvent(event: string): UpstreamEvent {
  const body = Buffer.alloc(0);
  return { hub: 'chat', category: 'messages', event, headers: {}, contentType: 'x', body };
}

/** The upstream events of two connections that each post all events. */
async function posts(faults: Partial<Faults>): Promise<string[]> {
  const { posted, deliver } = recorder();
  const faulty = withFaults({ ...NO_FAULTS, ...faults }, deliver);
  for (const connection of [faulty(() => {}), faulty(() => {})]) {
    for (const event of ALL) await connection.sender.post(toEvent(event));
  }
  return posted;
}

test('without a switch nothing changes', async () => {
  expect(await posts({})).toEqual([...ALL, ...ALL]);
});

test('a share of events is lost, and their client gets an error', async () => {
  const count = (await posts({ lost: 0.25 })).length;
  expect(count).toBeGreaterThan(250);
  expect(count).toBeLessThan(350);
  const { posted, deliver } = recorder();
  const { sender } = withFaults({ ...NO_FAULTS, lost: 1 }, deliver)(() => {});
  expect(await sender.post(toEvent('a'))).toMatchObject({ kind: 'unreachable' });
  expect(posted).toEqual([]);
});

test('a share of events comes twice', async () => {
  const count = (await posts({ twice: 0.25 })).length;
  expect(count).toBeGreaterThan(450);
  expect(count).toBeLessThan(550);
});

test('the same seed repeats a run, another one does not', async () => {
  const switches = { lost: 0.3, twice: 0.3 };
  const run = await posts({ ...switches, seed: 7 });
  expect(await posts({ ...switches, seed: 7 })).toEqual(run);
  expect(await posts({ ...switches, seed: 8 })).not.toEqual(run);
});

test('the switches are independent', async () => {
  const lost = await posts({ lost: 0.3 });
  const both = await posts({ lost: 0.3, twice: 0.3 });
  expect(new Set(both)).toEqual(new Set(lost));
});

describe('concurrent', () => {
  const stage = stageService({ faults: { ...NO_FAULTS, concurrent: true } });

  test('a message and disconnected overtake a slow connected', async () => {
    const release = stage.hold(({ event }) => event === 'connected');
    const client = await stage.client();
    const id = client.connectionId;
    await client.invoke('quick');
    await client.stop();
    await stage.disconnected(id);
    expect([...stage.eventsOf(id)].sort()).toEqual(['connected', 'disconnected', 'quick']);
    release();
  });

  test('a flood of messages has at most 128 concurrent requests', async () => {
    let underWay = 0;
    let most = 0;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    stage.upstream.answer = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      if (underWay === 128) release();
      await held;
      underWay -= 1;
      return {};
    };
    const client = await stage.client();
    await Promise.all(Array.from({ length: 500 }, (_, index) => client.invoke(`m${index}`)));
    expect(most).toBe(128);
  });
});

describe('late', () => {
  const stage = stageService({ faults: { ...NO_FAULTS, concurrent: true, lateMs: 50, seed: 3 } });

  test('events arrive in another order than they happened', async () => {
    const client = await stage.client();
    const names = Array.from({ length: 30 }, (_, index) => `m${index}`);
    await Promise.all(names.map((name) => client.invoke(name)));
    const seen = stage.eventsOf(client.connectionId).filter((event) => event !== 'connected');
    expect(new Set(seen)).toEqual(new Set(names));
    expect(seen).not.toEqual(names);
  });
});
