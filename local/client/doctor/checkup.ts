// The rows of a checkup: each hop is checked once, timed, and printed in the order of the hops.

import { DONE, type ExitCode, FAILED } from '../command-line/exit-code.ts';
import { type CommandContext, Interrupted } from '../context.ts';
import { OutputClosed } from '../terminal/output.ts';
import { broken, HOPS, type Hop, type Row, skipped, type Verdict } from './hops.ts';

/** The rows so far, in the order of the hops. */
export class Checkup {
  readonly #rows = new Map<Hop, Row>();
  readonly #quiet: boolean;
  readonly #context: CommandContext;

  constructor({ quiet }: { readonly quiet: boolean }, context: CommandContext) {
    this.#quiet = quiet;
    this.#context = context;
  }

  get rows(): Row[] {
    return HOPS.flatMap((hop) => this.#rows.get(hop) ?? []);
  }

  /** Checks a hop. An error that nobody expected makes it broken, and the others go on. */
  async check(hop: Hop, tried: string, run: () => Promise<Verdict> | Verdict): Promise<Verdict> {
    const { clock, interrupts, status } = this.#context;
    if (!this.#quiet) status.show(`${hop}: ${tried}`);
    const startedAt = clock.now();
    const verdict = await Promise.resolve()
      .then(run)
      .catch((error) => broken(String(error), 'Report this as a fault of the doctor.'));
    if (interrupts.first.aborted) throw new Interrupted(false);
    const ms = Math.round(clock.now() - startedAt);
    this.#rows.set(hop, { hop, tried, ms, ...verdict });
    return verdict;
  }

  skip(hops: readonly Hop[], because: string): void {
    for (const hop of hops) {
      this.#rows.set(hop, { hop, tried: '', ms: 0, ...skipped(because) });
    }
  }
}

/** Prints the rows, and reports the first broken hop with its cure. Returns 0 if there is none. */
export async function printRows(
  rows: readonly Row[],
  { json, url }: { readonly json: boolean; readonly url: string },
  { output, report }: CommandContext,
): Promise<ExitCode> {
  const first = rows.find(({ state }) => state === 'broken');
  try {
    for (const row of rows) await (json ? output.json(row) : output.line(toLine(row)));
  } catch (error) {
    // The exit code is the answer, too.
    if (!(error instanceof OutputClosed)) throw error;
  }
  if (first) {
    report(`unable to send a line through ${url}; ${first.hop}: ${first.found}. ${first.cure}`);
    return FAILED;
  }
  const unchecked = rows.filter(({ state }) => state === 'skipped').map(({ hop }) => hop);
  report(
    unchecked.length === 0
      ? 'all is well'
      : `nothing is broken; not checked: ${unchecked.join(', ')}`,
  );
  return DONE;
}

/** E.g. `negotiate   ok          12 ms  POST /api/negotiate: where to connect, and a ticket`. */
function toLine({ hop, state, ms, tried, found }: Row): string {
  const time = state === 'skipped' ? '' : `${ms} ms`;
  const what = tried === '' ? found : `${tried}: ${found}`;
  return `${hop.padEnd(11)} ${state.padEnd(8)} ${time.padStart(8)}  ${what}`;
}
