import { describe, expect, test } from '@jest/globals';
import { ActivityRecord } from '../../functions/activity.ts';
import { openHealth } from '../../functions/http/health.ts';
import { answerHub } from '../../functions/hub/hub-function.ts';
import { message } from '../../functions/hub/message.ts';
import { ask, openContext, openTestChat } from '../support/chat.ts';
import { Clock } from '../support/clock.ts';
import { MemoryTable } from '../support/memory-table.ts';

/** Processes with one table, and its writes. */
function openProcesses() {
  const table = new MemoryTable();
  const clock = new Clock();
  const writes: string[] = [];
  const commit = table.commit.bind(table);
  table.commit = async (partition, operations) => {
    for (const one of operations) {
      writes.push(`${partition} ${one.kind === 'delete' ? '' : one.row.key}`);
    }
    return commit(partition, operations);
  };
  const { now, monotonicNow } = clock;
  const open = () => new ActivityRecord({ table, now, monotonicNow });
  return { table, clock, writes, open };
}

describe('row 7: what /api/health knows of other processes', () => {
  test('is nothing before the first event and the first run of the timer', async () => {
    expect(await openProcesses().open().read()).toEqual({
      upstream: { refused: [] },
      cleanup: {},
    });
  });

  test('is the last event and the last run, of any process', async () => {
    const { clock, open } = openProcesses();
    const [one, other, reader] = [open(), open(), open()];
    one.upstreamCame();
    const cameAt = clock.now();
    await clock.advance(5_000);
    await other.cleanupRan();
    const ranAt = clock.now();
    await clock.advance(5_000);
    expect(await reader.read()).toEqual({
      upstream: { lastAt: cameAt, refused: [] },
      cleanup: { lastAt: ranAt },
    });
  });

  test('costs no write for an event, but at most one a minute for each process', async () => {
    const { clock, writes, open } = openProcesses();
    const [one, other] = [open(), open()];
    for (let event = 0; event < 1_000; event += 1) {
      one.upstreamCame();
      other.upstreamCame();
    }
    await clock.advance(59_999);
    one.upstreamCame();
    expect(writes).toEqual(['.health upstream', '.health upstream']);
    await clock.advance(1);
    one.upstreamCame();
    expect(writes).toHaveLength(3);
  });

  test('holds one refusal for each reason, so that strangers hide no other one, for an hour', async () => {
    const { clock, writes, open } = openProcesses();
    const process = open();
    const at = clock.now();
    for (let request = 0; request < 100; request += 1) {
      process.upstreamRefused('wrong_audience');
      process.upstreamRefused('no_token');
    }
    expect(writes).toHaveLength(2);
    await clock.advance(59 * 60_000);
    const { upstream } = await open().read();
    expect(upstream).toEqual({
      refused: [
        { reason: 'no_token', at },
        { reason: 'wrong_audience', at },
      ],
    });
    await clock.advance(2 * 60_000);
    expect((await open().read()).upstream).toEqual({ refused: [] });
  });

  test('survives a write that fails, in the process that had the event', async () => {
    const { table, clock, open } = openProcesses();
    table.commit = async () => {
      throw new Error('storage is away');
    };
    const process = open();
    process.upstreamCame();
    await process.cleanupRan();
    const lastAt = clock.now();
    expect(await process.read()).toEqual({
      upstream: { lastAt, refused: [] },
      cleanup: { lastAt },
    });
  });
});

test('row 7: an event does not wait for the record, and does not fail with it', async () => {
  const chat = openTestChat();
  const commit = chat.table.commit.bind(chat.table);
  chat.table.commit = async (partition, operations) =>
    partition === '.health' ? new Promise(() => {}) : commit(partition, operations);
  const { ticket } = await chat.call('c1', { userId: 'g-ada', name: 'Ada', room: 'lobby' });
  const invocation = {
    ConnectionId: 'c1',
    Arguments: ['hi', 'id-1'],
    Headers: {},
    Query: { ticket },
  };
  const result = await answerHub('send', message, chat)(invocation, openContext());
  expect(result).toMatchObject({ ok: true, seq: 1 });
  expect((await chat.activity.read()).upstream).toMatchObject({ lastAt: chat.now() });
});

test('row 7: a refused event is none of our service’s', async () => {
  const chat = openTestChat();
  const refusing = {
    ...chat,
    verifyUpstream: async () => {
      throw new Error('refused');
    },
  };
  const answered = answerHub('send', message, refusing)({ Headers: {} }, openContext());
  await expect(answered).rejects.toThrow();
  expect(await chat.activity.read()).toEqual({ upstream: { refused: [] }, cleanup: {} });
});

test('row 7: /api/health says it with one read, and nothing but times and reasons', async () => {
  const chat = openTestChat();
  const asked: string[] = [];
  const list = chat.table.list.bind(chat.table);
  chat.table.list = async (partition, range) => {
    asked.push(partition);
    return list(partition, range);
  };
  chat.activity.upstreamCame();
  chat.activity.upstreamRefused('wrong_audience');
  await chat.activity.cleanupRan();
  const at = chat.now();
  const { jsonBody } = await ask(openHealth(), chat, {});
  expect(jsonBody).toEqual({
    status: 'ok',
    storage: 'ok',
    signalR: 'ok',
    now: at,
    upstream: { lastAt: at, refused: [{ reason: 'wrong_audience', at }] },
    cleanup: { lastAt: at },
  });
  expect(asked).toEqual(['.health']);
});
