// `serverless-chat rooms` and `members`: lists, as a table or as JSON lines.

import type { RoomSummary } from '../../../functions/protocol.ts';
import { parseMembers } from '../api/answers.ts';
import { inRoom, json } from '../api/chat-api.ts';
import { type ChatValues, connect } from '../api/chat-options.ts';
import { callInRoom } from '../api/existing-room.ts';
import { pageOfRooms } from '../api/room-list.ts';
import { DONE, type ExitCode } from '../command-line/exit-code.ts';
import type { CommandContext } from '../context.ts';
import { toTime } from '../terminal/time.ts';

export async function listRooms(
  values: ChatValues & { readonly json: boolean },
  context: CommandContext,
): Promise<ExitCode> {
  const { output, interrupts } = context;
  const api = await connect(values, context);
  for (let next: string | undefined; ; ) {
    const page = await api.call(...pageOfRooms(next), interrupts.first);
    // Not before there is something below it: a refusal leaves the output empty.
    const isFirst = next === undefined;
    if (isFirst && !values.json)
      await output.line('online   entries  last active                room');
    for (const room of page.rooms) {
      await (values.json ? output.json(room) : output.line(toRow(room)));
    }
    next = page.continue;
    if (next === undefined) return DONE;
  }
}

/** The entries are what an export of the room has: messages, and the announcements of edits and removals. */
function toRow({ room, online, seq, first, activeAt, closed }: RoomSummary): string {
  const active = activeAt === 0 ? '-' : toTime(activeAt);
  const cells = [
    String(online).padStart(6),
    String(seq - first + 1).padStart(8),
    active.padEnd(25),
    `${room}${closed === undefined ? '' : ` (closed: ${closed})`}`,
  ];
  return cells.join('  ');
}

export async function listMembers(
  values: ChatValues & { readonly room: string; readonly json: boolean },
  context: CommandContext,
): Promise<ExitCode> {
  const { output, interrupts } = context;
  const { room } = values;
  const api = await connect(values, context);
  const { members, online, truncated } = await callInRoom(
    api,
    room,
    { to: `list the members of ${room}`, path: inRoom(room, 'connections') },
    { 200: json(parseMembers) },
    interrupts.first,
  );
  for (const member of members) {
    const { connectionId, name, userId } = member;
    await (values.json ? output.json(member) : output.line(`${connectionId}  ${name} (${userId})`));
  }
  if (truncated && !values.json) await output.line(`and ${online - members.length} more`);
  return DONE;
}
