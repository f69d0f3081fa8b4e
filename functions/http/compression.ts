// Compresses answers for callers that accept gzip. Source: RFC 9110, 12.5.3.

import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { HttpResponseInit } from '@azure/functions';

/** A smaller answer has a few packets only, and compression does not help. */
const LEAST_BYTES = 4_096;

const compress = promisify(gzip);

interface Headers {
  get(name: string): string | null;
}

export type Coding = 'br' | 'gzip';

/** The offered coding that the caller accepts most, the first of several alike. Undefined if none, or plain bytes are wanted more. */
export function chooseCoding(headers: Headers, offered: readonly Coding[]): Coding | undefined {
  const weights = new Map<string, number>();
  for (const item of (headers.get('accept-encoding') ?? '').toLowerCase().split(',')) {
    const [name = '', ...parameters] = item.split(';').map((text) => text.trim());
    const weight = parameters.find((text) => text.startsWith('q='));
    // An old name of the same.
    const coding = name === 'x-gzip' ? 'gzip' : name;
    weights.set(coding, weight === undefined ? 1 : Number(weight.slice(2)) || 0);
  }
  let chosen: Coding | undefined;
  let most = weights.get('identity') ?? 0;
  for (const coding of offered) {
    const weight = weights.get(coding) ?? weights.get('*') ?? 0;
    if (weight === 0 || weight < most || (chosen && weight === most)) continue;
    chosen = coding;
    most = weight;
  }
  return chosen;
}

/**
 * A large body of text or JSON as gzip, if the caller accepts it. Use it only for answers that do not hold a secret of
 * the caller beside text that someone else chose: their compressed length would betray the secret (BREACH).
 */
export async function withCompression(
  headers: Headers,
  response: HttpResponseInit,
): Promise<HttpResponseInit> {
  const { jsonBody, ...rest } = response;
  const text = jsonBody === undefined ? rest.body : textOf(jsonBody);
  if (typeof text !== 'string' || text.length < LEAST_BYTES) return response;
  const own = {
    ...(jsonBody === undefined ? {} : { 'content-type': 'application/json' }),
    ...rest.headers,
    vary: 'accept-encoding',
  };
  if (!chooseCoding(headers, ['gzip'])) return { ...rest, body: text, headers: own };
  const body = await (isShared(jsonBody) ? compressedOf(jsonBody, text) : compress(text));
  return { ...rest, body, headers: { ...own, 'content-encoding': 'gzip' } };
}

// Many callers get the same object at once (room/room-views.ts). Its JSON and its compressed form are made once, and kept as long
// as the object.
const texts = new WeakMap<object, string>();
const compressed = new WeakMap<object, Promise<Buffer>>();

function isShared(jsonBody: unknown): jsonBody is object {
  return typeof jsonBody === 'object' && jsonBody !== null;
}

function textOf(jsonBody: unknown): string {
  if (!isShared(jsonBody)) return JSON.stringify(jsonBody);
  const text = texts.get(jsonBody) ?? JSON.stringify(jsonBody);
  texts.set(jsonBody, text);
  return text;
}

function compressedOf(jsonBody: object, text: string): Promise<Buffer> {
  const bytes = compressed.get(jsonBody) ?? compress(text);
  compressed.set(jsonBody, bytes);
  return bytes;
}
