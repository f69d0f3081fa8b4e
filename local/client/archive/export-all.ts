// `serverless-chat export --all`: every room with all that storage has about it, in a form that `import` takes. Exit code 0
// means that everything was read and written. The rooms of `doctor` stay out: nobody comes back to them.

import { isCheckRoom } from '../../../functions/protocol.ts';
import { ApiError } from '../api/api-error.ts';
import type { ChatApi } from '../api/chat-api.ts';
import { type ChatValues, connect } from '../api/chat-options.ts';
import { DONE, type ExitCode, FAILED, INTERRUPTED } from '../command-line/exit-code.ts';
import { type CommandContext, Interrupted } from '../context.ts';
import { OutputClosed, OutputFailed } from '../terminal/output.ts';
import { NO_STATUS, Progress } from '../terminal/progress.ts';
import { toVisibleJson } from '../terminal/visible-text.ts';
import { CheckedLines, type End, FORMAT } from './archive-lines.ts';
import { listRooms, readArchivePage } from './archive-pages.ts';
import { formatPosition, type Position, type RoomPosition } from './position.ts';

/** Ends with {@link DONE} once all is read and written. After a failure it reports with which `--resume` to go on. */
export async function exportAll(
  values: ChatValues & { readonly quiet: boolean; readonly resume: Position | undefined },
  context: CommandContext,
): Promise<ExitCode> {
  const { clock, interrupts, report } = context;
  const api = await connect(values, context);
  const status = values.quiet ? NO_STATUS : context.status;
  const progress = new Progress(status, clock.now);
  const file = new ExportedFile(values.resume, context);
  try {
    const all = status.isShown ? await countMessages(api, interrupts.first) : undefined;
    for await (const { room } of listRooms(api, interrupts.first, values.resume?.room?.name)) {
      if (isCheckRoom(room)) continue;
      await file.addRoom(room, api, () => {
        progress.update(file.messages, 'messages', all && file.messages / all);
      });
    }
    await file.end();
    return DONE;
  } catch (error) {
    if (error instanceof OutputClosed || error instanceof OutputFailed) throw error;
    const isInterrupted = error instanceof Interrupted;
    if (!isInterrupted && !(error instanceof ApiError)) throw error;
    if (!isInterrupted) report(error.message);
    for (const sentence of file.describe()) report(sentence);
    return isInterrupted ? INTERRUPTED : FAILED;
  } finally {
    status.clear();
  }
}

/** For the time that is left. Undefined if the chat does not list its rooms. */
async function countMessages(api: ChatApi, signal: AbortSignal): Promise<number | undefined> {
  try {
    let count = 0;
    for await (const { room, seq, first } of listRooms(api, signal))
      if (!isCheckRoom(room)) count += seq - first + 1;
    return count;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

/** The file, and up to where it is written. */
class ExportedFile {
  readonly #context: Pick<CommandContext, 'output' | 'interrupts'>;
  readonly #lines: CheckedLines;
  #written: Position;

  constructor(resume: Position | undefined, context: CommandContext) {
    this.#context = context;
    this.#written = resume ?? { check: '', rooms: 0, messages: 0 };
    this.#lines = new CheckedLines(resume?.check);
  }

  get messages(): number {
    return this.#written.messages;
  }

  async addRoom(room: string, api: ChatApi, onPage: () => void): Promise<void> {
    const { first } = this.#context.interrupts;
    const begun = this.#written.room?.name === room ? this.#written.room : undefined;
    let at: RoomPosition | undefined = begun;
    while (at === undefined || at.after < at.seq) {
      const page = await readArchivePage(api, room, at?.after, first);
      // It vanished, or its last messages expired.
      if (!page) return;
      const { facts, factsLine, bans, messages } = page;
      // What is said from now on is not in this file.
      const { seq }: { readonly seq: number } = at ?? facts;
      const some = messages.filter(({ message }) => message.seq <= seq);
      const isBegun = at !== undefined;
      if (!isBegun && seq === 0 && bans.length === 0 && facts.closed === undefined) return;
      const after: number = some.at(-1)?.message.seq ?? seq;
      at = { name: room, after, seq };
      const { rooms, messages: count } = this.#written;
      const head = isBegun ? [] : [factsLine, ...bans.map(({ line }) => line)];
      await this.#write([...head, ...some.map(({ line }) => line)], {
        rooms: isBegun ? rooms : rooms + 1,
        messages: count + some.length,
        room: at,
      });
      onPage();
    }
  }

  async end(): Promise<void> {
    const { rooms, messages } = this.#written;
    await this.#write([JSON.stringify({ end: true, rooms, messages } satisfies End)], {});
  }

  async #write(objects: readonly string[], then: Partial<Position>): Promise<void> {
    if (objects.length > 0) {
      // Not before there is something below it: a refusal leaves the output empty.
      const isNew = this.#lines.check === '';
      const all = isNew ? [JSON.stringify(FORMAT), ...objects] : objects;
      const sealed = all.map((json) => this.#lines.seal(toVisibleJson(json)));
      await this.#context.output.safe(sealed.join('\n'));
    }
    this.#written = { ...this.#written, ...then, check: this.#lines.check };
  }

  /** After a failure: what is written, and how to go on. */
  describe(): readonly string[] {
    const { check, rooms, messages, room } = this.#written;
    if (check === '') return ['Nothing is written.'];
    const where = room ? `, up to message ${room.after} of ${room.name}` : '';
    return [
      `Written: ${messages} messages in ${rooms} rooms${where}.`,
      `To go on, run the same command with --resume=${formatPosition(this.#written)}, and append its output.`,
    ];
  }
}
