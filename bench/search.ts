// What a search costs, and what a storm of searches does to messages. One person searches a room without finding anything, and
// storage's requests, rows and bytes are counted on the way to it. Then many search at once while a few people talk.
//
//   npm run bench -- search [--messages 3000] [--searchers 50] [--people 5] [--seconds 4] [--turns 4]
//                            [--pause 100]
//
// The counts hold on a busy machine, the times only on a quiet one. So each turn has a quiet part, one with as many requests that
// are refused at once, and the storm: what they have in common is the work of the host and of the machine.

import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Search } from '../functions/protocol.ts';
import { build } from '../local/build/build.ts';
import { toStorageConnectionString } from '../local/stack/azurite.ts';
import { startStack } from '../local/stack/stack.ts';
import { choosePorts } from '../test/support/ports.ts';
import { openStorageWire } from '../test/support/storage-wire.ts';
import { startTalkers } from './load/order.ts';
import { readOptions } from './options.ts';

const values = readOptions({
  messages: { type: 'string', default: '3000' },
  searchers: { type: 'string', default: '50' },
  people: { type: 'string', default: '5' },
  seconds: { type: 'string', default: '4' },
  turns: { type: 'string', default: '4' },
  pause: { type: 'string', default: '100' },
});
const MESSAGES = Number(values.messages);
const SEARCHERS = Number(values.searchers);
const TALK_MS = Number(values.seconds) * 1_000;
const TURNS = Number(values.turns);
/** A page obeys `retry-after`, which is 1,000. By default each searcher comes ten times too early. */
const PAUSE_MS = Number(values.pause);
const LINES_AT_A_TIME = 1_000;
const ROOM = 'searched';
const QUERY = 'nothing-has-this-word';

await build({ forProduction: true });
const [port = 0, servicePort = 0, tablePort = 0] = await choosePorts(3);
const wire = await openStorageWire(toStorageConnectionString(tablePort));
const settings = { AzureWebJobsStorage: wire.connectionString };
const stack = await startStack({ port, servicePort, tablePort, settings });
const talkers = startTalkers();
try {
  const search = `${stack.url}/api/rooms/${ROOM}/search?q=${QUERY}`;
  await publish();
  await fetch(search);
  const before = wire.counts();
  let calls = 0;
  for (let next: number | undefined = MESSAGES + 1; next !== undefined; calls += 1) {
    const answer = await fetch(`${search}&before=${next}`);
    if (answer.status !== 200) throw new Error(`unable to search; it answered ${answer.status}.`);
    next = ((await answer.json()) as Search).before;
  }
  const after = wire.counts();
  const per = (count: number) => ((count * 1_000) / MESSAGES).toFixed(1);
  console.log(
    `${MESSAGES} messages of an ordinary length, searched from end to end in ${calls} calls.\n`,
  );
  console.log('| for 1,000 messages | |\n|---|---:|');
  console.log(`| reads of storage, with the room’s head | ${per(after.reads - before.reads)} |`);
  console.log(`| transactions that write | ${per(after.transactions - before.transactions)} |`);
  console.log(`| rows | ${per(after.entities - before.entities)} |`);
  console.log(`| KB from storage | ${per((after.bytes - before.bytes) / 1_000)} |`);

  await talkers.enter(stack.url, ROOM, Number(values.people));
  // Warm-up: V8 compiles the hot paths.
  await chat(2_000);
  const times = { quiet: [] as number[], knocked: [] as number[], busy: [] as number[] };
  let [answered, refused, rows] = [0, 0, 0];
  for (let turn = 0; turn < TURNS; turn += 1) {
    times.quiet.push(...(await chat(TALK_MS)));
    const others = startStorm(`${stack.url}/api/nothing`);
    times.knocked.push(...(await chat(TALK_MS)));
    await others.stop();
    const reads = wire.counts();
    const storm = startStorm(search);
    times.busy.push(...(await chat(TALK_MS)));
    const counts = await storm.stop();
    answered += counts.answered;
    refused += counts.refused;
    rows += wire.counts().entities - reads.entities;
  }
  console.log(
    `\n${SEARCHERS} search at once, ${TURNS} times for ${values.seconds} s: ${answered} answers, ${refused} refusals, ${rows} rows read. Load of the machine before: ${loadavg()[0]?.toFixed(2)} on ${availableParallelism()} cores.\n`,
  );
  console.log(
    '| message acknowledged, ms | quiet | with as many other requests | in the storm |\n|---|---:|---:|---:|',
  );
  for (const share of [0.5, 0.95]) {
    const [quiet, knocked, busy] = Object.values(times).map((samples) => at(samples, share));
    console.log(`| p${share * 100} | ${quiet} | ${knocked} | ${busy} |`);
  }
  await talkers.leave();
} finally {
  talkers.kill();
  await stack.stop();
  await wire.stop();
}

async function publish(): Promise<void> {
  for (let from = 0; from < MESSAGES; from += LINES_AT_A_TIME) {
    const count = Math.min(LINES_AT_A_TIME, MESSAGES - from);
    const lines = Array.from(
      { length: count },
      (_, n) => `Message ${from + n} of an ordinary length.`,
    );
    const answer = await fetch(`${stack.url}/api/rooms/${ROOM}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: lines.join('\n'),
    });
    if (answer.status !== 202) throw new Error(`unable to publish; it answered ${answer.status}.`);
  }
}

async function chat(ms: number): Promise<readonly number[]> {
  const [, ackedMs] = await talkers.talkDuring(() => sleep(ms));
  return ackedMs;
}

/** Each searcher is a new guest with each request, and waits for nothing but the answer. */
function startStorm(search: string) {
  let isOver = false;
  const counts = { answered: 0, refused: 0 };
  const searchers = Array.from({ length: SEARCHERS }, async () => {
    while (!isOver) {
      const { ok } = await fetch(search);
      if (ok) counts.answered += 1;
      else counts.refused += 1;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  });
  return {
    stop: async () => {
      isOver = true;
      await Promise.all(searchers);
      return counts;
    },
  };
}

function at(samples: readonly number[], share: number): string {
  const sorted = samples.toSorted((one, other) => one - other);
  return (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(1);
}
