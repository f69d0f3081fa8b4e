// Converts integers that a JavaScript number cannot hold between JSON and MessagePack, which can.

import { randomBytes } from 'node:crypto';

/** Matches whole numbers and whole strings, so that digits inside of a string are not taken for a number. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;
const BIG_INTEGER = /^-?\d{16,}$/;
const MAY_HAVE_SOME = /\d{16}/;
/** A random prefix that no text of a caller can have. */
const MARK = randomBytes(16).toString('hex');

const MIN_INT64 = -(2n ** 63n);
const MAX_UINT64 = 2n ** 64n - 1n;

/** Whether the text has a number that is long enough. */
export function mayHoldBigIntegers(json: string): boolean {
  return MAY_HAVE_SOME.test(json);
}

/**
 * Like JSON.parse, but integers beyond 32 bits become bigint if 64 bits can hold them. This includes integers up to 53
 * bits, because MessagePack's encoder writes every larger *number* as a float once bigint support is on.
 */
export function parseBigIntegers(json: string): unknown {
  const marked = json.replace(TOKEN, (token) =>
    BIG_INTEGER.test(token) ? `"${MARK}${token}"` : token,
  );
  return JSON.parse(marked, (_, value: unknown) => {
    if (typeof value === 'string' && value.startsWith(MARK)) {
      const integer = BigInt(value.slice(MARK.length));
      return integer >= MIN_INT64 && integer <= MAX_UINT64 ? integer : Number(integer);
    }
    if (typeof value === 'number' && Number.isSafeInteger(value) && Math.abs(value) > 0x7fffffff) {
      return BigInt(value);
    }
    return value;
  });
}

/** JSON of a MessagePack value: bigints in full, bytes in base64 as .NET writes them. */
export function toJson(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'));
  if (Array.isArray(value)) return `[${value.map(toJson).join(',')}]`;
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    const members = Object.entries(value).map(
      ([key, item]) => `${JSON.stringify(key)}:${toJson(item)}`,
    );
    return `{${members.join(',')}}`;
  }
  // JSON.stringify returns undefined for a value without JSON, such as an unknown extension type.
  return JSON.stringify(value) ?? 'null';
}
