// The parts of a client's message, checked as ASP.NET Core checks them. A part of the wrong type ends the connection there,
// and so on Azure. A client has to get the same answer here.

import { ProtocolError } from './hub-protocol.ts';

/** Maximum length of an invocation id, which appears in JSON and log lines. */
const MAX_INVOCATION_ID_LENGTH = 1_024;
const MAX_INT32 = 2_147_483_647;

/** Throws {@link ProtocolError} for anything except a whole number of 32 bits. */
export function toMessageType(value: unknown): number {
  if (typeof value !== 'number' || !isInt32(value)) {
    throw wrong('message', 'its type is no whole number. Send a type.');
  }
  return value;
}

export function isInt32(value: number): boolean {
  return Number.isInteger(value) && value <= MAX_INT32 && value >= -MAX_INT32 - 1;
}

/** An empty id asks for no answer, like an absent one. Throws {@link ProtocolError}. */
export function toInvocationId(value: unknown): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string' || value.length > MAX_INVOCATION_ID_LENGTH) {
    throw wrong(
      'message',
      `its invocationId is no text of at most ${MAX_INVOCATION_ID_LENGTH} characters. Send a short one.`,
    );
  }
  return value;
}

/** @param kind of the message, for the error */
export function requireInvocationId(value: unknown, kind: string): string {
  const id = toInvocationId(value);
  if (id === undefined) throw wrong(kind, 'it has no invocationId. Send one.');
  return id;
}

/** Throws unless it is a text that is not empty. `kind` is for the message. */
export function requireTarget(value: unknown, kind: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw wrong(kind, 'its target is no text. Name the target.');
}

/** Throws unless it is a list. */
export function checkArguments(value: unknown, kind: string): void {
  if (!Array.isArray(value)) throw wrong(kind, 'its arguments are no array. Send an array.');
}

/** Headers have texts as values. Nothing uses them. */
export function checkHeaders(value: unknown): void {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap || Object.values(value).some((item) => typeof item !== 'string')) {
    throw wrong('message', 'its headers are no map of texts. Send texts, or none.');
  }
}

/** Whether the client announces streams. */
export function toHasStreams(value: unknown): boolean {
  if (value === undefined) return false;
  if (!Array.isArray(value) || value.some((id) => typeof id !== 'string')) {
    throw wrong('message', 'its streamIds are no array of texts. Send an array, or none.');
  }
  return value.length > 0;
}

/** Throws unless it is a text. */
export function checkError(value: unknown): asserts value is string {
  if (typeof value !== 'string') throw wrong('message', 'its error is no text. Send a text.');
}

/** Throws unless it is true or false. */
export function checkAllowReconnect(value: unknown): void {
  if (typeof value !== 'boolean') {
    throw wrong('message', 'its allowReconnect is neither true nor false. Send one of them.');
  }
}

/** Whole numbers of 53 bits are enough: a client counts its messages from 1. */
export function checkSequenceId(value: unknown): void {
  if (!Number.isSafeInteger(value)) {
    throw wrong('message', 'its sequenceId is no whole number. Send one.');
  }
}

/** @param rest the reason, and what to do */
export function wrong(kind: string, rest: string): ProtocolError {
  return new ProtocolError(`unable to read ${kind}; ${rest}`);
}
