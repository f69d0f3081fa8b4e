// Decides when `func start` is ready, and when it has failed. The real host listens long before it works, and stays up when
// nothing works. Time is an argument.

import { type FuncFacts, FuncLog, isFinal, toSentence, unable } from './func-log.ts';

/** The answer of `/api/health`. */
export type Health =
  /** The app answers that all parts are good. */
  | { readonly kind: 'ok' }
  /** The app names in a sentence the part that it cannot reach, and the remedy. */
  | { readonly kind: 'unwell'; readonly reason: string }
  /** 503 without the app, or no answer yet: the host starts, or retries. */
  | { readonly kind: 'starting' }
  /** The host answers without the app, e.g. with 404. */
  | { readonly kind: 'missing'; readonly status: number }
  /** Nothing listens. */
  | { readonly kind: 'silent' };

/** The maximum duration of each state, ms. */
export interface Limits {
  /** Core Tools download the extension bundle, some hundred MB, before they listen. */
  readonly silent: number;
  readonly starting: number;
  /** A host may start some moments before its routes. */
  readonly missing: number;
  /** The first answers of a cold storage client may be late. */
  readonly unwell: number;
  /** The host may retry after its own errors. */
  readonly hostError: number;
}

export const LIMITS: Limits = {
  silent: 600_000,
  starting: 120_000,
  missing: 5_000,
  unwell: 20_000,
  hostError: 15_000,
};

export type Verdict =
  | { readonly kind: 'ready' }
  /** One line with the reason and the remedy. */
  | { readonly kind: 'failed'; readonly sentence: string };

export class FuncStart {
  readonly #log = new FuncLog();
  readonly #deps: FuncFacts;
  readonly #limits: Limits;
  #state: Health = { kind: 'silent' };
  #since: number;
  #hostErrorAt: number | undefined;
  #isNextOkEnough = false;

  constructor(deps: FuncFacts, now: number, limits = LIMITS) {
    this.#deps = deps;
    this.#since = now;
    this.#limits = limits;
  }

  /** True while nothing listens. */
  get isSilent(): boolean {
    return this.#state.kind === 'silent';
  }

  onLine(line: string, now: number): Verdict | undefined {
    this.#log.add(line);
    const { trouble } = this.#log;
    if (trouble === undefined) return undefined;
    if (isFinal(trouble)) return failed(toSentence(trouble, this.#deps));
    if (trouble.kind === 'host') this.#hostErrorAt ??= now;
    return undefined;
  }

  onHealth(health: Health, now: number): Verdict | undefined {
    if (health.kind !== this.#state.kind) this.#since = now;
    this.#state = health;
    const { trouble } = this.#log;
    if (health.kind === 'ok') {
      // Two answers are needed, because the lines about disabled functions may be read shortly after the first answer.
      const isSecond = this.#isNextOkEnough;
      this.#isNextOkEnough = true;
      if (!isSecond) return undefined;
      return trouble?.kind === 'function'
        ? failed(toSentence(trouble, this.#deps))
        : { kind: 'ready' };
    }
    this.#isNextOkEnough = false;
    if (trouble && now - (this.#hostErrorAt ?? now) > this.#limits.hostError) {
      return failed(toSentence(trouble, this.#deps));
    }
    return now - this.#since > this.#limits[health.kind] ? failed(explain(health)) : undefined;
  }

  onExit(how: string): Verdict {
    const { trouble, last } = this.#log;
    if (trouble) return failed(toSentence(trouble, this.#deps));
    const words = last === '' ? '' : `: ${last}`;
    return failed(unable(`it ended with ${how}${words}`, 'Run func start to see more'));
  }
}

function explain(health: Exclude<Health, { kind: 'ok' }>): string {
  switch (health.kind) {
    case 'unwell':
      // The app's own sentence, with the remedy.
      return health.reason;
    case 'starting':
      return unable(
        'the host answers 503 and does not get any further',
        'Run func start --verbose to see more',
      );
    case 'missing':
      return unable(
        `the host runs without the app: it answers GET /api/health with ${health.status}`,
        'Its log says why: a wrong setting, or npm run build was not run',
      );
    case 'silent':
      return unable('it does not listen', 'Run func start --verbose to see what it waits for');
  }
}

function failed(sentence: string): Verdict {
  return { kind: 'failed', sentence };
}
