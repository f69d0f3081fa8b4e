import { toVisible } from '../terminal/visible-text.ts';

/** How a request failed. */
export type Failure =
  /** No answer, or not all of it. */
  | 'unreachable'
  /** The answer of something else: a proxy, a front end, a host whose app is not there (yet). */
  | 'foreign'
  /** A redirect. */
  | 'moved'
  /** The host's own 401: a missing or wrong function key. */
  | 'bad_key'
  /** The chat cannot do it now. */
  | 'busy'
  /** The chat does not do it. */
  | 'refused';

const MAY_PASS: readonly Failure[] = ['unreachable', 'foreign', 'busy'];

/** A request that failed. */
export class ApiError extends Error {
  readonly failure: Failure;
  /** Whether the same request may well succeed later. */
  readonly mayPass: boolean;
  /** Whether the chat may have done what was asked for, all the same. */
  readonly mayBeDone: boolean;
  /** Of a text whose lines were to be stored: how many are, as far as the chat said so. */
  readonly stored: number | undefined;

  constructor(
    failure: Failure,
    message: string,
    details: ErrorOptions & { readonly mayBeDone: boolean; readonly stored?: number | undefined },
  ) {
    // What fails inside may say so in many lines: OpenSSL does, and so may a server that is no chat.
    super(toVisible(message.replace(/\s+/g, ' ').trim()), details);
    this.failure = failure;
    this.mayPass = MAY_PASS.includes(failure);
    this.mayBeDone = details.mayBeDone;
    this.stored = details.stored;
  }
}
