// Somebody who imports an archive as the command line does: piece by piece, each repeated until it is answered, and all of them
// from the first one if the command is run again.

import type { Archive } from './archive.ts';
import type { Ask } from './simulated-http.ts';
import type { Simulation } from './simulation.ts';

const RETRY_MS = 2_000;

interface Piece {
  readonly lines: readonly unknown[];
  readonly after: number;
  readonly hasMore: boolean;
}

export class Importer {
  /** Whether the archive is in the room, or the room has refused it. */
  state: 'under way' | 'done' | 'refused' = 'under way';
  readonly #simulation: Simulation;
  readonly #ask: Ask;
  readonly #archive: Archive;
  readonly #pieces: readonly Piece[];

  constructor(simulation: Simulation, ask: Ask, archive: Archive) {
    this.#simulation = simulation;
    this.#ask = ask;
    this.#archive = archive;
    this.#pieces = toPieces(archive, simulation.scheduler.whole(1, 5));
    simulation.ledger.imports.begin(archive);
    this.#send(0);
  }

  /** Now and then the run breaks off, and somebody runs the command again from the first piece. */
  #send(index: number): void {
    const { scheduler } = this.#simulation;
    const piece = this.#pieces[index];
    if (!piece) {
      this.#end();
      return;
    }
    const again = (from: number) => {
      scheduler.after(scheduler.between(0, RETRY_MS), 'import again', () => this.#send(from));
    };
    if (scheduler.chance(0.2)) this.#sendMisfit(index);
    this.#post(piece).then(
      (status) => {
        if (status === 200) this.#send(index + 1);
        else if (status === 409) this.state = 'refused';
        else again(scheduler.chance(0.2) ? 0 : index);
      },
      () => again(scheduler.chance(0.2) ? 0 : index),
    );
  }

  /** A piece comes too early, or twice at the same time. */
  #sendMisfit(index: number): void {
    const isEarly = this.#simulation.scheduler.chance(0.5);
    const piece = isEarly ? this.#pieces.at(-1) : this.#pieces[index];
    if (piece) this.#post(piece).catch(() => {});
  }

  async #post({ lines, after, hasMore }: Piece): Promise<number> {
    const query = new URLSearchParams({ after: `${after}`, ...(hasMore && { more: 'true' }) });
    const body = [this.#archive.facts, ...lines].map((line) => JSON.stringify(line)).join('\n');
    return (await this.#ask({ handler: 'importRoom', query, body })).status;
  }

  #end(): void {
    const { ledger, fail } = this.#simulation;
    this.state = 'done';
    const why = ledger.imports.incomplete(ledger.first);
    if (why) fail(`an import is acknowledged, and ${why}`);
  }
}

function toPieces({ facts, messages }: Archive, count: number): readonly Piece[] {
  const size = Math.max(1, Math.ceil(messages.length / count));
  const pieces: Piece[] = [];
  let after = facts.first - 1;
  for (let from = 0; from === 0 || from < messages.length; from += size) {
    const lines = messages.slice(from, from + size);
    pieces.push({ lines, after, hasMore: from + size < messages.length });
    after = lines.at(-1)?.seq ?? after;
  }
  return pieces;
}
