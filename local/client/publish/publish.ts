// `serverless-chat publish`: sends standard input line by line into a room. One request runs at a time. A request without
// an answer is sent again with the same lines and ids, so nothing is lost or doubled. Its report uses only what the chat
// has acknowledged, and says what is unknown.

import { parsePublished } from '../api/answers.ts';
import { type ChatApi, inRoom, json } from '../api/chat-api.ts';
import { type ChatValues, connect } from '../api/chat-options.ts';
import { DONE, type ExitCode, FAILED, INTERRUPTED } from '../command-line/exit-code.ts';
import { type CommandContext, Interrupted } from '../context.ts';
import { OutputFailed } from '../terminal/output.ts';
import { NO_STATUS, Progress } from '../terminal/progress.ts';
import { CountedInput } from './counted-input.ts';
import { type InputCounts, type InputLine, readLines } from './input-lines.ts';
import { type Limits, type LineBatch, toBatches } from './line-batches.ts';
import { formatResume, type Resume } from './resume.ts';

/** Below the limits of the function: 1,000 lines and 1 MiB. */
const LIMITS: Limits = { lines: 1_000, bytes: 1_000_000, waitMs: 200 };

export type PublishValues = ChatValues & {
  readonly room: string;
  readonly name: string | undefined;
  readonly encoding: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly resume: Resume | undefined;
};

/** Ends once every line is acknowledged, or reports which lines are in the room, which may be, and how to go on. */
export async function publish(values: PublishValues, context: CommandContext): Promise<ExitCode> {
  const { clock, output, report } = context;
  const startedAt = clock.now();
  const counts: InputCounts = { blank: 0, overwritten: 0, split: 0 };
  const run = new Run(values.resume ?? { runId: context.newRunId(), first: 1, count: undefined });
  const failure = await sendAll(run, counts, values, context);
  const ms = Math.round(clock.now() - startedAt);
  const done = `published ${run.toCount()} to ${values.room} in ${(ms / 1_000).toFixed(1)} s${toNote(counts)}`;
  if (failure === undefined) {
    const facts = { room: values.room, ...run.counts, ...counts, ms };
    await (values.json ? output.json(facts) : output.line(done)).catch((error) => {
      if (error instanceof OutputFailed) report(done);
      throw error;
    });
    return DONE;
  }
  const isInterrupted = failure.error instanceof Interrupted;
  report(isInterrupted ? `interrupted; ${done}` : messageOf(failure.error));
  for (const sentence of run.describe()) report(sentence);
  return isInterrupted ? INTERRUPTED : FAILED;
}

/** Resolves with the error that ended it before the end of the input. Rejects if it could not begin. */
async function sendAll(
  run: Run,
  counts: InputCounts,
  values: PublishValues,
  context: CommandContext,
): Promise<{ readonly error: unknown } | undefined> {
  const { clock, inputBytes, interrupts, isTyped, status } = context;
  const api = await connect(values, context);
  const progress = new Progress(values.quiet || isTyped ? NO_STATUS : status, clock.now);
  const input = new CountedInput(context.input, interrupts.first);
  const lines = readLines(input.chunks(), values.encoding, counts);
  const sleep = (ms: number) => clock.sleep(ms);
  try {
    for await (const batch of toBatches(lines, LIMITS, sleep, values.resume)) {
      run.begin(batch);
      await send(run, batch, values, api, interrupts.second);
      progress.update(run.counts.lines, 'lines', inputBytes && input.bytes / inputBytes);
    }
    return undefined;
  } catch (error) {
    return { error };
  } finally {
    status.clear();
  }
}

async function send(
  run: Run,
  batch: LineBatch,
  { room, name }: PublishValues,
  api: ChatApi,
  signal: AbortSignal,
): Promise<void> {
  const request = {
    to: 'publish',
    method: 'POST',
    path: inRoom(room, 'messages'),
    query: { name, id: run.idOf(batch) },
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: batch.lines.map(({ text }) => text).join('\n'),
  } as const;
  const published = { 202: json(parsePublished) };
  try {
    await api.call(request, published, signal, (error) => run.noteFailure(error));
  } catch (error) {
    if (error instanceof Interrupted) run.noteFailure(error);
    throw error;
  }
  run.end();
}

/** Describes the changes to the input. Empty without changes. */
function toNote({ blank, overwritten, split }: InputCounts): string {
  const notes = [
    ...(blank === 0 ? [] : [`${blank} blank ${blank === 1 ? 'line' : 'lines'} left out`]),
    ...(overwritten === 0 ? [] : [`${overwritten} overwritten by \\r left out`]),
    ...(split === 0 ? [] : [`${split} longer than a message may be, in parts`]),
  ];
  return notes.length === 0 ? '' : ` (${notes.join(', ')})`;
}

/** The state of a run: which messages are stored, which are not, and which may be. */
class Run {
  readonly #resume: Resume;
  /** Every message before this one is stored. */
  #next: number;
  /** Line number of the last stored line of this run. 0 before the first. */
  #lastLine = 0;
  #lines = 0;
  #batch: LineBatch | undefined;
  /** For the current batch: the number of certainly stored messages, and whether the others may be stored. */
  #stored = 0;
  #mayBeStored = false;

  constructor(resume: Resume) {
    this.#resume = resume;
    this.#next = resume.first;
  }

  idOf({ first }: LineBatch): string {
    return `${this.#resume.runId}.${first}`;
  }

  begin(batch: LineBatch): void {
    this.#batch = batch;
    this.#stored = 0;
    const { first, count } = this.#resume;
    // So it has to be sent again unchanged.
    this.#mayBeStored = count !== undefined && batch.first === first;
  }

  noteFailure({
    stored = 0,
    mayBeDone,
  }: {
    stored?: number | undefined;
    mayBeDone: boolean;
  }): void {
    this.#stored = Math.min(Math.max(this.#stored, stored), this.#batch?.lines.length ?? 0);
    this.#mayBeStored ||= mayBeDone;
  }

  end(): void {
    const { lines = [] } = this.#batch ?? {};
    this.#batch = undefined;
    this.#next += lines.length;
    for (const { number } of lines) {
      if (number !== this.#lastLine) this.#lines += 1;
      this.#lastLine = number;
    }
  }

  /** How many lines of the input are stored, and as how many messages. */
  get counts(): { readonly lines: number; readonly messages: number } {
    return { lines: this.#lines, messages: this.#next - this.#resume.first };
  }

  /** E.g. `3 lines`, or `3 lines as 4 messages`. */
  toCount(): string {
    const { lines, messages } = this.counts;
    const count = `${lines} ${lines === 1 ? 'line' : 'lines'}`;
    return messages === lines ? count : `${count} as ${messages} messages`;
  }

  /** After a failure: what is in the room, what is not, and how to continue. */
  describe(): readonly string[] {
    const { runId, first, count } = this.#resume;
    const lines = this.#batch?.lines ?? [];
    const stored = lines[this.#stored - 1]?.number ?? this.#lastLine;
    const open = lines.slice(this.#stored);
    const isNew = first === 1 && count === undefined;
    if (isNew && stored === 0 && !this.#mayBeStored)
      return ['Nothing of the input is in the room.'];
    const resume = formatResume({
      runId,
      first: this.#next,
      count: lines.length === 0 ? undefined : lines.length,
    });
    return [
      ...(stored === 0 ? [] : [`In the room: the input up to line ${stored}.`]),
      ...(open.length === 0
        ? []
        : [`${this.#mayBeStored ? 'Perhaps in the room' : 'Not in the room'}: ${toRange(open)}.`]),
      `To go on where it ended, with nothing twice, run the same command on the same input with --resume=${resume}`,
    ];
  }
}

function toRange(lines: readonly InputLine[]): string {
  const first = lines[0]?.number;
  const last = lines.at(-1)?.number;
  return first === last ? `line ${first}` : `lines ${first} to ${last}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
