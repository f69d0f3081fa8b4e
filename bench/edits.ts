// What an edit and a removal cost beside a message: what storage and the service bill for each. The chat's own handlers run in
// this process, on a clock of its own and a table in memory. So the numbers hold on any machine.
//
//   npm run bench -- edits [--online 1000]
//
// Storage bills each operation of a transaction, and the service each started 2 KB of a frame for each receiver, and each answer.

import { edit } from '../functions/hub/edit.ts';
import type { HubHandler } from '../functions/hub/hub-function.ts';
import { message } from '../functions/hub/message.ts';
import { remove } from '../functions/hub/remove.ts';
import { billedFor } from '../functions/room/frames.ts';
import { eventsIn, openTestChat } from '../test/support/chat.ts';
import { MemoryTable } from '../test/support/memory-table.ts';
import { countCalls } from '../test/support/troubled-table.ts';
import { readOptions } from './options.ts';

const values = readOptions({ online: { type: 'string', default: '1000' } });
const ONLINE = Number(values.online);
const ADA = { userId: 'g-user-0', name: 'Guest 0', room: 'lobby' };

const table = countCalls(new MemoryTable());
const chat = openTestChat(table);
for (let n = 0; n < ONLINE; n += 1) {
  const member = { connectionId: `c${n}`, userId: `g-user-${n}`, name: `Guest ${n}` };
  void chat.rooms.submit(ADA.room, { kind: 'join', ...member });
}
await chat.clock.advance(60_000);
// What the room does only once: its place on the list of rooms and on the schedule.
await message(await chat.call('c0', ADA, 'hello', 'm0'), chat);

console.log(`${ONLINE} online.\n`);
console.log('| | transactions | operations | reads | billed messages |\n|---|---:|---:|---:|---:|');
for (const [title, handler, args] of [
  ['a message', message, ['A line of an ordinary length.', 'm1']],
  ['its first edit', edit, [2, 'A line of ordinary length.', 'e1']],
  ['its second edit', edit, [2, 'A line of an ordinary length!', 'e2']],
  ['its removal', remove, [2]],
] as const) {
  const commits = table.commits.length;
  const { reads } = table;
  const answer = await (handler as HubHandler)(await chat.call('c0', ADA, ...args), chat);
  if (!(answer.result as { ok: boolean }).ok) throw new Error(`${title} is refused`);
  const written = table.commits.slice(commits);
  const operations = written.reduce((sum, commit) => sum + commit.operations.length, 0);
  const frames = eventsIn(answer).reduce((sum, frame) => sum + billedFor(frame), 0);
  const numbers = [written.length, operations, table.reads - reads, frames * ONLINE + 1];
  console.log(`| ${[title, ...numbers].join(' | ')} |`);
}
