// The body of a REST send: { "target": "name", "arguments": [...] }, member names in any letter case.

import type { ServiceMessage } from './hub-protocol.ts';
import { Refused } from './refused.ts';

/** .NET's readers of JSON, and so the service, take no deeper one. */
const MAX_DEPTH = 64;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Throws {@link Refused} for any type but JSON. */
export function checkContentType(contentType: string | undefined): void {
  const mediaType = contentType?.split(';')[0]?.trim().toLowerCase();
  if (mediaType === 'application/json') return;
  const given = mediaType ? `it is ${JSON.stringify(mediaType)}` : 'no Content-Type is given';
  throw new Refused(
    415,
    'UnsupportedMediaType',
    `unable to read the body; ${given}. Send application/json.`,
  );
}

export function parseMessage(body: Buffer): ServiceMessage {
  const members = new Map(
    Object.entries(parseObject(body)).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const target = members.get('target');
  const args = members.get('arguments') ?? [];
  if (typeof target !== 'string' || target === '') {
    throw bad('target is missing or no text');
  }
  if (!Array.isArray(args)) throw bad('arguments is no array');
  if (isDeeper(args, MAX_DEPTH)) throw bad(`arguments is nested more than ${MAX_DEPTH} deep`);
  return { kind: 'invocation', target, arguments: args };
}

function parseObject(body: Buffer): object {
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(body));
  } catch (error) {
    throw bad(`it is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw bad('it is no JSON object');
  }
  return value;
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((item) => isDeeper(item, depth - 1));
}

function bad(reason: string): Refused {
  return new Refused(
    400,
    'BadRequest',
    `unable to send the message; ${reason}. Send {"target":"name","arguments":[]}.`,
  );
}
