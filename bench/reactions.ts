// A storm of reactions to one message, beside the same storm of messages: what storage and the service bill for each. The chat's own
// handlers run in this process, on a clock of its own and a table in memory that answers as slowly as Table Storage. So the
// numbers hold on any machine.
//
//   npm run bench -- reactions [--online 1000] [--people 1000] [--seconds 10] [--ms 12]
//
// Storage bills each operation of a transaction, and the service each started 2 KB of a frame for each receiver, and each answer.

import { message } from '../functions/hub/message.ts';
import { react } from '../functions/hub/react.ts';
import { billedFor } from '../functions/room/frames.ts';
import { eventsIn, openTestChat, type TestChat } from '../test/support/chat.ts';
import { MemoryTable } from '../test/support/memory-table.ts';
import { countCalls } from '../test/support/troubled-table.ts';
import { readOptions } from './options.ts';

const values = readOptions({
  online: { type: 'string', default: '1000' },
  people: { type: 'string', default: '1000' },
  seconds: { type: 'string', default: '10' },
  ms: { type: 'string', default: '12' },
});
const ONLINE = Number(values.online);
const PEOPLE = Number(values.people);
const STORM_MS = Number(values.seconds) * 1_000;
/** How long storage takes for a request. */
const REQUEST_MS = Number(values.ms);
const ROOM = 'lobby';
const EMOJIS = ['👍', '🎉', '❤️', '😂', '😮'];
/** The share of a storm of messages that a storm of reactions may cost. */
const MOST = 0.02;

interface Cost {
  readonly commits: number;
  /** Rows written, each an operation that storage bills. */
  readonly operations: number;
  readonly reads: number;
  readonly broadcasts: number;
  /** Outbound messages, with the answers. */
  readonly billed: number;
}

const who = (n: number) => ({ userId: `g-user-${n}`, name: `Guest ${n}`, room: ROOM });

async function measure(
  invoke: (n: number, chat: TestChat) => Promise<Parameters<typeof eventsIn>[0]>,
): Promise<Cost> {
  const table = countCalls(new MemoryTable());
  let isSlow = false;
  const chat: TestChat = openTestChat({
    get: async (...args) => {
      if (isSlow) await chat.clock.sleep(REQUEST_MS);
      return table.get(...args);
    },
    list: async (...args) => {
      if (isSlow) await chat.clock.sleep(REQUEST_MS);
      return table.list(...args);
    },
    commit: async (...args) => {
      if (isSlow) await chat.clock.sleep(REQUEST_MS);
      return table.commit(...args);
    },
  });
  const said = { kind: 'send', id: 'm', text: 'hello', userId: 'g-ada', name: 'Ada' } as const;
  await chat.rooms.submit(ROOM, said);
  await Promise.all(
    Array.from({ length: ONLINE }, (_, n) =>
      chat.rooms.submit(ROOM, { kind: 'join', connectionId: `c${n}`, ...who(n) }),
    ),
  );
  await chat.clock.advance(10_000);
  isSlow = true;
  const { commits } = table;
  const before = { commits: commits.length, reads: table.reads };
  const pending: Promise<Parameters<typeof eventsIn>[0]>[] = [];
  for (let n = 0; n < PEOPLE; n += 1) {
    pending.push(invoke(n, chat));
    await chat.clock.advance(STORM_MS / PEOPLE);
  }
  await chat.clock.advance(30_000);
  const answers = await Promise.all(pending);
  const frames = answers.flatMap(eventsIn);
  const written = commits.slice(before.commits).map(({ operations }) => operations.length);
  return {
    commits: written.length,
    operations: written.reduce((sum, count) => sum + count, 0),
    reads: table.reads - before.reads,
    broadcasts: frames.length,
    billed: frames.reduce((sum, frame) => sum + billedFor(frame), 0) * ONLINE + answers.length,
  };
}

const messages = await measure(async (n, chat) =>
  message(await chat.call(`c${n}`, who(n), `Line ${n} of an ordinary length.`, `id-${n}`), chat),
);
const reactions = await measure(async (n, chat) =>
  react(await chat.call(`c${n}`, who(n), 1, EMOJIS[n % EMOJIS.length], true), chat),
);

console.log(
  `${PEOPLE} people within ${STORM_MS / 1_000} s, ${ONLINE} online, ${REQUEST_MS} ms for a request to storage.\n`,
);
console.log('| | messages | reactions to one message | share |\n|---|---:|---:|---:|');
const shares = new Map<string, number>();
for (const [title, of] of [
  ['transactions', ({ commits }: Cost) => commits],
  ['billed operations of storage', ({ operations, reads }: Cost) => operations + reads],
  ['broadcasts', ({ broadcasts }: Cost) => broadcasts],
  ['billed messages of the service', ({ billed }: Cost) => billed],
] as const) {
  const share = of(reactions) / of(messages);
  shares.set(title, share);
  const percent = `${(share * 100).toFixed(2)} %`;
  console.log(`| ${title} | ${of(messages)} | ${of(reactions)} | ${percent} |`);
}
const over = [...shares].filter(([, share]) => share > MOST);
if (over.length > 0) {
  console.error(`\nabove ${MOST * 100} %: ${over.map(([title]) => title).join(', ')}`);
  process.exitCode = 1;
}
