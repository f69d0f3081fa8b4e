import { toVisible } from '../terminal/visible-text.ts';

/** How a request failed. */
export type Failure =
  /** No answer, or an incomplete one. */
  | 'unreachable'
  /** No answer, and the chat cannot be at this address. */
  | 'wrong_address'
  /** An answer of another server: a proxy, a front end, or a host whose app is not loaded yet. */
  | 'foreign'
  /** A redirect. */
  | 'moved'
  /** The host's own 401: a missing or wrong function key. */
  | 'bad_key'
  /** The chat is busy. */
  | 'busy'
  /** There is no such room, message or connection. */
  | 'absent'
  /** The chat refuses it. */
  | 'refused';

const MAY_PASS: readonly Failure[] = ['unreachable', 'foreign', 'busy'];

/** A request that failed. */
export class ApiError extends Error {
  readonly failure: Failure;
  /** Whether the same request may succeed later. */
  readonly mayPass: boolean;
  /** Whether the chat may have carried out the request. */
  readonly mayBeDone: boolean;
  /** For a published text: the number of stored lines, if the chat reported it. */
  readonly stored: number | undefined;

  constructor(
    failure: Failure,
    message: string,
    details: ErrorOptions & { readonly mayBeDone: boolean; readonly stored?: number | undefined },
  ) {
    // An inner error may have many lines, for example of OpenSSL or of another server.
    super(toVisible(message.replace(/\s+/g, ' ').trim()), details);
    this.failure = failure;
    this.mayPass = MAY_PASS.includes(failure);
    this.mayBeDone = details.mayBeDone;
    this.stored = details.stored;
  }
}
