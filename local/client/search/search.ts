// `serverless-chat search`: the messages of a room that have all words, newest first.

import { MAX_HITS } from '../../../functions/protocol.ts';
import { parseSearchAnswer } from '../api/answers.ts';
import { inRoom, json } from '../api/chat-api.ts';
import { type ChatValues, connect } from '../api/chat-options.ts';
import { noRoom } from '../api/existing-room.ts';
import { ABSENT, DONE, type ExitCode } from '../command-line/exit-code.ts';
import type { CommandContext } from '../context.ts';
import { toLine } from '../tail/print.ts';

/** So many requests in a row the chat takes at once, and then one a second. */
const AT_ONCE = 10;
const PAUSE_MS = 1_000;

export interface SearchValues extends ChatValues {
  readonly words: string;
  readonly room: string;
  /** How many messages to show. 0 for all. */
  readonly lines: number;
  readonly json: boolean;
}

/** Pauses between calls, as the chat's limits on searches ask for. */
export async function search(values: SearchValues, context: CommandContext): Promise<ExitCode> {
  const { output, interrupts, clock, report } = context;
  const { words, room, token } = values;
  const api = await connect(values, context);
  const most = values.lines === 0 ? Number.POSITIVE_INFINITY : values.lines;
  let shown = 0;
  let before: number | undefined;
  for (let calls = 0; shown < most; calls += 1) {
    if (calls >= AT_ONCE) await clock.sleep(PAUSE_MS, interrupts.first);
    const answer = await api.call(
      {
        to: `search ${room}`,
        path: inRoom(room, 'search'),
        query: {
          q: words,
          before: before === undefined ? undefined : String(before),
          limit: String(Math.min(MAX_HITS, most - shown)),
        },
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      },
      { 200: json(parseSearchAnswer) },
      interrupts.first,
    );
    if (answer.revision === 0) {
      throw await noRoom(`search ${room}`, room, 'Check its name.', api, interrupts.first);
    }
    for (const message of answer.messages) {
      await (values.json ? output.json(message) : output.safe(toLine(message, output.hasColours)));
    }
    shown += answer.messages.length;
    before = answer.before;
    if (before === undefined) break;
  }
  if (shown > 0) return DONE;
  report(`nothing found in ${room}`);
  return ABSENT;
}
