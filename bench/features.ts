// What each thing that one does in a room costs beside a message: what storage and the service bill for it. The chat's own
// handlers run in this process, on a clock of its own and a table in memory. So the numbers hold on any machine.
//
//   npm run bench -- features [--online 1000] [--watching 1000]
//
// Storage bills each operation of a transaction, and each read. The service bills each started 2 KB of a frame for each receiver,
// each answer of the hub, and a note for each page that gets it. `--watching` pages are in other rooms and watch this one.

import { history } from '../functions/http/history.ts';
import type { HttpHandler } from '../functions/http/http-function.ts';
import { markReading, reading } from '../functions/http/reading.ts';
import { search } from '../functions/http/search.ts';
import { ban } from '../functions/hub/ban.ts';
import { close } from '../functions/hub/close.ts';
import { edit } from '../functions/hub/edit.ts';
import type { HubHandler } from '../functions/hub/hub-function.ts';
import { message } from '../functions/hub/message.ts';
import { react } from '../functions/hub/react.ts';
import { remove } from '../functions/hub/remove.ts';
import { watch } from '../functions/hub/watch.ts';
import type { Events } from '../functions/protocol.ts';
import { billedFor } from '../functions/room/frames.ts';
import { watchersOf } from '../functions/service/bindings.ts';
import { type Asked, ask, eventsIn, openTestChat } from '../test/support/chat.ts';
import { MemoryTable } from '../test/support/memory-table.ts';
import { countCalls } from '../test/support/troubled-table.ts';
import { readOptions } from './options.ts';

const values = readOptions({
  online: { type: 'string', default: '1000' },
  watching: { type: 'string', default: '1000' },
});
const ONLINE = Number(values.online);
const WATCHING = Number(values.watching);
const ROOM = 'lobby';
const ADA = { userId: 'e-user-0', name: 'Guest 0', room: ROOM };
const MODERATOR = { userId: 'e-user-1', name: 'Guest 1', room: ROOM };
const ELSEWHERE = { userId: 'e-user-2', name: 'Guest 2', room: 'elsewhere' };
const TEXT = 'A line of an ordinary length.';
const SEARCHED = 1_000;
/** After it, all notes of an act are sent, and the next line is one after a silence. */
const SILENCE_MS = 150_000;

const table = countCalls(new MemoryTable());
const accounts = {
  kind: 'entra',
  tenant: 't',
  clientId: 'c',
  isBehindAppServiceAuth: false,
} as const;
const { settings, ...rest } = openTestChat(table, accounts, async () => ({
  userId: ADA.userId,
  name: ADA.name,
  cookie: undefined,
}));
const chat = { ...rest, settings: { ...settings, moderators: new Set([MODERATOR.userId]) } };

/** The frames for the room that an act answers, and the answers that the service bills. */
interface Done {
  readonly frames: readonly Events[];
  readonly answers: number;
}
type Act = () => Promise<Done>;

const onHub =
  (handler: HubHandler, who: typeof ADA, ...args: readonly unknown[]): Act =>
  async () => {
    const answer = await handler(await chat.call(`c-${who.userId}`, who, ...args), chat);
    const result = answer.result as { readonly ok: boolean };
    if (!result.ok) throw new Error(`unable to measure; it is refused: ${JSON.stringify(result)}`);
    return { frames: eventsIn(answer), answers: 1 };
  };

const overHttp =
  (handler: HttpHandler, asked: Asked): Act =>
  async () => {
    const { status = 200, jsonBody } = await ask(handler, chat, asked);
    if (status >= 300) throw new Error(`unable to measure; ${JSON.stringify(jsonBody)}`);
    return { frames: [], answers: 0 };
  };

let lines = 0;
function say(options?: object): Act {
  lines += 1;
  return onHub(message, ADA, `${TEXT} @you`, `m${lines}`, options);
}

/** Begins one act each second, waits for all that follows from them, and prints what they cost together. */
async function measure(title: string, acts: readonly Act[]): Promise<void> {
  const { broadcasts, announced, notes, clock } = chat;
  const [commits, reads] = [table.commits.length, table.reads];
  const [own, ordered, noted] = [broadcasts.length, announced.length, notes.length];
  const pending: Promise<Done>[] = [];
  for (const act of acts) {
    pending.push(act());
    await clock.advance(1_000);
  }
  await clock.advance(SILENCE_MS);
  const done = await Promise.all(pending);
  const written = table.commits.slice(commits);
  const frames = [
    ...done.flatMap((one) => one.frames),
    ...broadcasts.slice(own),
    ...announced.slice(ordered),
  ];
  const pages = notes
    .slice(noted)
    .map(({ group }): number => (group === watchersOf(ROOM) ? WATCHING : 1));
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  const cells = [
    written.length,
    sum(written.map(({ operations }) => operations.length)),
    table.reads - reads,
    sum(frames.map(billedFor)) * ONLINE + sum(done.map(({ answers }) => answers)),
    sum(pages),
  ];
  console.log(`| ${[title, ...cells].join(' | ')} |`);
}

for (let n = 0; n < ONLINE; n += 1) {
  const who = { userId: `e-user-${n}`, name: `Guest ${n}` };
  void chat.rooms.submit(ROOM, { kind: 'join', connectionId: `c-${who.userId}`, ...who });
}
await chat.clock.advance(SILENCE_MS);
// What the room does only once: its place on the list of rooms and on the schedule.
await say()();
await chat.clock.advance(SILENCE_MS);

const params = { room: ROOM };
const places = (readTo: number) =>
  overHttp(markReading, {
    method: 'PUT',
    body: JSON.stringify({ places: [{ room: ROOM, readTo }] }),
  });

console.log(
  `${ONLINE} online, and ${WATCHING} pages in other rooms watch the room from the row that says so.\n`,
);
console.log(
  '| | transactions | operations | reads | billed messages | billed notes |\n|---|---:|---:|---:|---:|---:|',
);
await measure('a message', [say()]);
await measure('an answer to a message', [say({ replyTo: 1 })]);
await measure('a message that mentions a person, who has one page', [
  say({ mentions: [ELSEWHERE.userId] }),
]);
await measure('an edit', [onHub(edit, ADA, 2, TEXT, 'e1')]);
await measure('a removal by the author', [onHub(remove, ADA, 2)]);
await measure('a removal by a moderator', [onHub(remove, MODERATOR, 3, { reason: 'off topic' })]);
await measure('a reaction', [onHub(react, ADA, 1, '👍', true)]);
await measure('a reading place, the first of a person', [places(1)]);
await measure('the next reading place', [places(2)]);
await measure('the reading places on another device', [overHttp(reading, {})]);
await measure('a page in another room begins to watch', [onHub(watch, ELSEWHERE, [ROOM])]);
await measure('the next page begins to watch', [onHub(watch, ELSEWHERE, [ROOM])]);
await measure('a message after a silence, watched', [say()]);
await measure(
  '60 messages in a minute, watched',
  Array.from({ length: 60 }, () => say()),
);
const { room, ...person } = ADA;
await Promise.all([
  ...Array.from({ length: SEARCHED }, (_, n) =>
    chat.rooms.submit(ROOM, { kind: 'send', id: `s${n}`, text: TEXT, ...person }),
  ),
  chat.clock.advance(SILENCE_MS),
]);
await measure('a search of 1,000 messages', [
  overHttp(search, { params, query: `?q=nowhere&before=${SEARCHED + 1}` }),
]);
await measure('the messages of a date', [
  overHttp(history, { params, query: `?at=${chat.now() - 60_000}` }),
]);
await measure('a ban', [onHub(ban, MODERATOR, 'e-user-3', 60, { reason: 'spam' })]);
await measure('a room is closed', [onHub(close, MODERATOR, { reason: 'night' })]);
