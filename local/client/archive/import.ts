// `serverless-chat import`: brings the rooms of an export back, with the numbers that they had. One request runs at a time, and
// each may be sent twice without harm. So a run that failed is run again: what is there stays as it is.

import { parseImported } from '../api/answers.ts';
import { ApiError } from '../api/api-error.ts';
import { type Answer, type ChatApi, inRoom } from '../api/chat-api.ts';
import { type ChatValues, connect } from '../api/chat-options.ts';
import { DONE, type ExitCode, FAILED, INTERRUPTED } from '../command-line/exit-code.ts';
import { type CommandContext, Interrupted } from '../context.ts';
import { CountedInput } from '../publish/counted-input.ts';
import { OutputFailed } from '../terminal/output.ts';
import { NO_STATUS, Progress } from '../terminal/progress.ts';
import { type ArchiveBatch, ArchiveError, toBatches } from './archive-batches.ts';

export type ImportValues = ChatValues & {
  /** Undefined for all rooms. */
  readonly room: string | undefined;
  /** Whether to read the input only. */
  readonly check: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
};

/** After a failure it reports up to which line the file is in the chat. */
export async function importRooms(
  values: ImportValues,
  context: CommandContext,
): Promise<ExitCode> {
  const { clock, output, report } = context;
  const startedAt = clock.now();
  const run = new Run();
  const failure = await sendAll(run, values, context);
  const ms = Math.round(clock.now() - startedAt);
  const done = `${run.toCount(values.check)} in ${(ms / 1_000).toFixed(1)} s`;
  if (failure === undefined) {
    await (values.json ? output.json({ ...run.counts, ms }) : output.line(done)).catch((error) => {
      if (error instanceof OutputFailed) report(done);
      throw error;
    });
    return DONE;
  }
  const { error } = failure;
  const isInterrupted = error instanceof Interrupted;
  report(isInterrupted ? `interrupted; ${done}` : messageOf(error));
  if (!values.check) for (const sentence of run.describe(error)) report(sentence);
  return isInterrupted ? INTERRUPTED : FAILED;
}

/** Resolves with the error that ended it before the end of the input. Rejects if it could not begin. */
async function sendAll(
  run: Run,
  values: ImportValues,
  context: CommandContext,
): Promise<{ readonly error: unknown } | undefined> {
  const { clock, inputBytes, interrupts, status } = context;
  const api = await connect(values, context);
  const progress = new Progress(values.quiet ? NO_STATUS : status, clock.now);
  const input = new CountedInput(context.input, context.interrupts.first);
  try {
    for await (const batch of toBatches(input.chunks())) {
      if (values.room !== undefined && batch.facts.room !== values.room) continue;
      run.begin(batch);
      if (values.check) run.end({ imported: batch.messages, unchanged: 0, gone: 0 });
      else run.end(await send(batch, run, api, interrupts.second));
      progress.update(run.messages, 'messages', inputBytes && input.bytes / inputBytes);
    }
    if (values.room !== undefined && run.counts.rooms === 0) {
      throw new ArchiveError(
        `unable to import; the input has no room ${JSON.stringify(values.room)}. Look for its name: export --all writes a line for each room.`,
      );
    }
    return undefined;
  } catch (error) {
    return { error };
  } finally {
    status.clear();
  }
}

async function send(batch: ArchiveBatch, run: Run, api: ChatApi, signal: AbortSignal) {
  const { facts, lines, messages, after, hasMore } = batch;
  const request = {
    to: `import ${facts.room}`,
    method: 'POST',
    path: inRoom(facts.room, 'archive'),
    query: { after: String(after), more: hasMore ? 'true' : undefined },
    headers: { 'content-type': 'application/x-ndjson; charset=utf-8' },
    body: lines.join('\n'),
  } as const;
  const read = ({ text }: Answer) => {
    const answer = parseImported(text);
    const sum = answer && answer.imported + answer.unchanged + answer.gone;
    return sum === messages ? answer : undefined;
  };
  try {
    return await api.call(request, { 200: read }, signal, (error) => run.noteFailure(error));
  } catch (error) {
    if (error instanceof Interrupted) run.noteFailure(error);
    throw error;
  }
}

/** The state of a run: which lines are in the chat, which are not, and which may be. */
class Run {
  #rooms = 0;
  #imported = 0;
  #unchanged = 0;
  #gone = 0;
  /** Of the file. 0 before the first batch. */
  #lastLine = 0;
  #room: string | undefined;
  /** The room of which only a part is in the chat. */
  #openRoom: string | undefined;
  #batch: ArchiveBatch | undefined;
  #mayBeDone = false;

  begin(batch: ArchiveBatch): void {
    this.#batch = batch;
    this.#mayBeDone = false;
  }

  noteFailure({ mayBeDone }: { mayBeDone: boolean }): void {
    this.#mayBeDone ||= mayBeDone;
  }

  end(answer: {
    readonly imported: number;
    readonly unchanged: number;
    readonly gone: number;
  }): void {
    const batch = this.#batch;
    if (!batch) return;
    const { room } = batch.facts;
    if (this.#room !== room) this.#rooms += 1;
    this.#room = room;
    this.#openRoom = batch.hasMore ? room : undefined;
    this.#lastLine = batch.lastLine;
    this.#batch = undefined;
    this.#imported += answer.imported;
    this.#unchanged += answer.unchanged;
    this.#gone += answer.gone;
  }

  get messages(): number {
    return this.#imported + this.#unchanged + this.#gone;
  }

  get counts() {
    return {
      rooms: this.#rooms,
      messages: this.#imported,
      unchanged: this.#unchanged,
      gone: this.#gone,
    };
  }

  /** E.g. `imported 3 messages in 2 rooms`. */
  toCount(isCheck: boolean): string {
    const { rooms, messages, unchanged, gone } = this.counts;
    const count = `${messages} ${messages === 1 ? 'message' : 'messages'} in ${rooms} ${rooms === 1 ? 'room' : 'rooms'}`;
    if (isCheck) return `the input is whole, ${count}; checked`;
    const notes = [
      ...(unchanged === 0 ? [] : [`${unchanged} were there already`]),
      ...(gone === 0 ? [] : [`${gone} have expired in this chat or were erased, and stay so`]),
    ];
    return `imported ${count}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
  }

  /** After a failure: what is in the chat, what is not, and how to continue. */
  describe(error: unknown): readonly string[] {
    const batch = this.#batch;
    const mayBe = batch && this.#mayBeDone ? batch : undefined;
    if (this.#lastLine === 0 && !mayBe) return ['This run has imported nothing.'];
    const copy = error instanceof ArchiveError ? 'a whole copy of the input' : 'the same input';
    const isLasting = error instanceof ApiError && !error.mayPass;
    const closed = this.#openRoom ?? mayBe?.facts.room;
    return [
      ...(this.#lastLine === 0 ? [] : [`In the chat: the input up to line ${this.#lastLine}.`]),
      ...(batch
        ? [`${mayBe ? 'Perhaps in the chat' : 'Not imported by this run'}: ${toRange(batch)}.`]
        : []),
      ...(closed === undefined
        ? []
        : [
            `${closed} ${this.#openRoom ? 'is' : 'may be'} closed until the rest of it is imported.`,
          ]),
      ...(isLasting ? ['The same command ends here again until that reason is gone.'] : []),
      `To go on, run the same command on ${copy}. What is there stays as it is, and nothing comes twice.`,
    ];
  }
}

function toRange({ firstLine, lastLine }: ArchiveBatch): string {
  return firstLine === lastLine ? `line ${firstLine}` : `lines ${firstLine} to ${lastLine}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
