// The commands of whoever runs a chat: one request each, or a few, and an answer to print.

import type { ChatMessage, Members, Rooms } from '../../functions/protocol.ts';
import { ask, inRoom, parseAnswer, readAnswer, readText } from './chat-api.ts';
import type { Chat, Command } from './command-line.ts';
import { toJsonLine } from './print.ts';

export type Moderation = Exclude<Command, { kind: 'publish' | 'tail' }>;

/** `print` takes whole lines. */
export async function moderate(
  command: Moderation,
  print: (line: string) => Promise<void>,
): Promise<void> {
  const { chat } = command;
  switch (command.kind) {
    case 'rooms':
      return await listRooms(chat, command.json, print);
    case 'members':
      return await listMembers(command, print);
    case 'export':
      return await exportRoom(command, print);
    case 'close': {
      const { room, reason } = command;
      await ask(chat, inRoom(room, 'closed'), { method: 'PUT', query: { reason } });
      return await print(`${room} is closed`);
    }
    case 'open':
      await ask(chat, inRoom(command.room, 'closed'), { method: 'DELETE' });
      return await print(`${command.room} is open`);
    case 'erase':
      return await erase(command, print);
    case 'delete':
      await ask(chat, inRoom(command.room, 'messages', command.seq), { method: 'DELETE' });
      return await print(`message ${command.seq} is removed`);
    case 'disconnect': {
      const { room, connectionId, reason, banMinutes } = command;
      const query = { reason, ...(banMinutes === '0' ? {} : { banMinutes }) };
      await ask(chat, inRoom(room, 'connections', connectionId), { method: 'DELETE', query });
      const ban = banMinutes === '0' ? '' : `, its user banned for ${banMinutes} minutes`;
      return await print(`${connectionId} is disconnected${ban}`);
    }
    case 'health':
      return await health(chat, command.json, print);
  }
}

type Print = (line: string) => Promise<void>;

async function listRooms(chat: Chat, json: boolean, print: Print): Promise<void> {
  for (let next: string | undefined; ; ) {
    const response = await ask(chat, '/api/rooms', { query: { continue: next } });
    const page = await readAnswer<Rooms>(response, chat, 'rooms');
    if (!json && next === undefined) await print('online  messages  last active          room');
    for (const room of page.rooms) {
      if (json) {
        await print(toJsonLine(room));
        continue;
      }
      const kept = room.seq - room.first + 1;
      const closed = room.closed === undefined ? '' : ` (closed: ${room.closed})`;
      const active = room.activeAt === 0 ? '-' : new Date(room.activeAt).toISOString().slice(0, 19);
      await print(
        `${String(room.online).padStart(6)}  ${String(kept).padStart(8)}  ${active.padEnd(19)}  ${room.room}${closed}`,
      );
    }
    next = page.continue;
    if (next === undefined) return;
  }
}

async function listMembers(
  { chat, room, json }: Extract<Command, { kind: 'members' }>,
  print: Print,
): Promise<void> {
  const response = await ask(chat, inRoom(room, 'connections'));
  const { members, online, truncated } = await readAnswer<Members>(response, chat, 'members');
  for (const member of members) {
    const { connectionId, name, userId } = member;
    await print(json ? toJsonLine(member) : `${connectionId}  ${name} (${userId})`);
  }
  if (truncated && !json) await print(`and ${online - members.length} more`);
}

async function exportRoom(
  { chat, room, after }: Extract<Command, { kind: 'export' }>,
  print: Print,
): Promise<void> {
  for (let last = after; ; ) {
    const response = await ask(chat, inRoom(room, 'export'), { query: { after: String(last) } });
    const page = (await readText(response, chat)).trimEnd();
    if (page === '') return;
    const lastLine = page.slice(page.lastIndexOf('\n') + 1);
    last = parseAnswer<ChatMessage>(lastLine, chat, 'seq').seq;
    await print(page);
  }
}

async function erase(
  { chat, room, reason }: Extract<Command, { kind: 'erase' }>,
  print: Print,
): Promise<void> {
  for (;;) {
    const response = await ask(chat, inRoom(room), { method: 'DELETE', query: { reason } });
    if (response.status === 204) break;
    // There is more to remove than one request has time for.
    await readAnswer<{ done: false }>(response, chat, 'done');
  }
  await print(`all that was said in ${room} is removed`);
}

async function health(chat: Chat, json: boolean, print: Print): Promise<void> {
  const response = await ask(chat, '/api/health', { takes: [503] });
  const answer = await readAnswer<Readonly<Record<string, string>>>(response, chat, 'status');
  if (json) await print(toJsonLine(answer));
  else for (const [part, state] of Object.entries(answer)) await print(`${part}: ${state}`);
  if (!response.ok) throw new Error('the chat is not well; see the part that is not ok.');
}
