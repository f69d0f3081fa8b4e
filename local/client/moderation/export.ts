// `serverless-chat export`: all messages of a room as JSON lines. Exit code 0 means that every message was read and
// written, so the room may be erased.

import type { ChatMessage } from '../../../functions/protocol.ts';
import { parseMessage } from '../api/answers.ts';
import { ApiError } from '../api/api-error.ts';
import { type Answer, type ChatApi, inRoom } from '../api/chat-api.ts';
import { type ChatValues, connect } from '../api/chat-options.ts';
import { callInRoom } from '../api/existing-room.ts';
import { pageOfRooms } from '../api/room-list.ts';
import { DONE, type ExitCode, FAILED, INTERRUPTED } from '../command-line/exit-code.ts';
import { type CommandContext, Interrupted } from '../context.ts';
import { OutputClosed, OutputFailed } from '../terminal/output.ts';
import { NO_STATUS, Progress } from '../terminal/progress.ts';
import { toVisibleJson } from '../terminal/visible-text.ts';

/** After a failure it reports with which `--after` to go on. */
export async function exportRoom(
  values: ChatValues & { readonly room: string; readonly after: number; readonly quiet: boolean },
  context: CommandContext,
): Promise<ExitCode> {
  const { output, interrupts, report } = context;
  const { room } = values;
  const api = await connect(values, context);
  const status = values.quiet ? NO_STATUS : context.status;
  const progress = new Progress(status, context.clock.now);
  const end = status.isShown ? await lastNumber(room, api, interrupts.first) : undefined;
  let last = values.after;
  try {
    for (;;) {
      const after = last;
      const page = await callInRoom(
        api,
        room,
        { to: `export ${room}`, path: inRoom(room, 'export'), query: { after: String(after) } },
        { 200: (answer) => readPage(answer, after) },
        interrupts.first,
      );
      if (page.lines === '') return DONE;
      await output.safe(toVisibleJson(page.lines));
      last = page.last;
      const { after: start } = values;
      progress.update(last - start, 'messages', end && (last - start) / (end - start));
    }
  } catch (error) {
    if (error instanceof OutputClosed || error instanceof OutputFailed) throw error;
    if (error instanceof ApiError && error.failure === 'absent') throw error;
    const isInterrupted = error instanceof Interrupted;
    if (!isInterrupted) report(error instanceof Error ? error.message : String(error));
    report(
      last > values.after
        ? `The messages up to ${last} are written, those after it are not. To go on, run the same command with --after ${last}, and append its output.`
        : 'No message is written.',
    );
    return isInterrupted ? INTERRUPTED : FAILED;
  } finally {
    status.clear();
  }
}

/** The number of the room's last message. Undefined if the list of rooms does not have it. */
async function lastNumber(
  room: string,
  api: ChatApi,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const { rooms } = await api.once(...pageOfRooms(room, '1'), signal);
    return rooms.find((one) => one.room === room)?.seq;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

/** Undefined unless it is a complete page of complete messages in ascending order. */
function readPage(
  { text, headers }: Answer,
  after: number,
): { readonly lines: string; readonly last: number } | undefined {
  if (!headers.get('content-type')?.startsWith('application/x-ndjson')) return undefined;
  if (text === '') return { lines: '', last: after };
  if (!text.endsWith('\n')) return undefined;
  const lines = text.slice(0, -1);
  let last: ChatMessage | undefined;
  for (const line of lines.split('\n')) {
    const message = parseMessage(line);
    if (!message || message.seq <= (last?.seq ?? after)) return undefined;
    last = message;
  }
  return last && { lines, last: last.seq };
}
