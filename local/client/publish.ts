// `serverless-chat publish`: standard input, line by line, into a room. One request is under way at a time; one
// that got no answer is sent again as it was, under the same ids, so nothing is lost and nothing comes twice.

import { ask, inRoom, RequestFailed, readAnswer } from './chat-api.ts';
import type { Command } from './command-line.ts';
import { type Limits, type LineBatch, toBatches } from './line-batches.ts';

/** Below what the function takes in one body: 1,000 lines and 1 MiB. */
const LIMITS: Limits = { lines: 1_000, bytes: 1_000_000, waitMs: 200 };
const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 5_000;

export interface PublishSurroundings {
  readonly input: AsyncIterable<Uint8Array>;
  /** Unique for each run; the ids of its lines begin with it. */
  readonly runId: string;
  /** For people: troubles that may pass. */
  readonly tell: (line: string) => void;
  readonly sleep: (ms: number) => Promise<void>;
  readonly now: () => number;
  /** 0 ≤ r < 1. */
  readonly random: () => number;
}

/** Resolves with the number of lines, when all are stored. */
export async function publish(
  command: Extract<Command, { kind: 'publish' }>,
  surroundings: PublishSurroundings,
): Promise<number> {
  let stored = 0;
  for await (const batch of toBatches(surroundings.input, LIMITS, surroundings.sleep)) {
    try {
      await deliver(batch, command, surroundings);
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      const last = batch.first + batch.lines.length - 1;
      throw new Error(
        `lines ${batch.first} to ${last} are not in the room, those before are: ${error.message}`,
        { cause: error },
      );
    }
    stored += batch.lines.length;
  }
  return stored;
}

async function deliver(
  batch: LineBatch,
  command: Extract<Command, { kind: 'publish' }>,
  { runId, tell, sleep, now, random }: PublishSurroundings,
): Promise<void> {
  const { chat, room, name, patienceMs } = command;
  const giveUpAt = now() + patienceMs;
  for (let failures = 0; ; failures += 1) {
    try {
      const response = await ask(chat, inRoom(room, 'messages'), {
        method: 'POST',
        query: { name, id: `${runId}.${batch.first}` },
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        body: batch.lines.join('\n'),
      });
      await readAnswer<{ seq: number }>(response, chat, 'seq');
      if (failures > 0) tell('going on');
      return;
    } catch (error) {
      const mayPass = error instanceof RequestFailed && error.mayPass;
      if (!mayPass || now() >= giveUpAt) throw error;
      if (failures === 0) tell(`${error.message} Trying again.`);
      const most = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
      // Never at once: many publishers may wait for the same chat.
      await sleep(most * (0.5 + random() / 2));
    }
  }
}
