// The reading places of a signed-in person: how far the person has read in which room, on any device.

import type { HttpRequest } from '@azure/functions';
import type { Deps } from '../deps.ts';
import {
  ChatError,
  MAX_PLACES,
  type Place,
  type Places,
  parsePlace,
  parseRoom,
} from '../protocol.ts';
import type { PlacesChange } from '../reading-places.ts';
import type { HttpAnswer } from './http-function.ts';
import { readNamedUser } from './query.ts';

/** Twelve rooms of 64 characters, each of them escaped in JSON. */
const MAX_BODY_BYTES = 16_384;

/** `GET /api/reading`. Throws `not_signed_in` or `unavailable`. */
export async function reading(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const userId = await readAccount(request, deps);
  return toAnswer(await deps.places.read(userId));
}

/** `PUT /api/reading`. Throws `bad_request`, `bad_room`, `too_large`, `not_signed_in`, `too_many_messages` or `unavailable`. */
export async function markReading(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const userId = await readAccount(request, deps);
  if (deps.placesRate.judge(userId) !== 'accept') {
    throw new ChatError(
      'too_many_messages',
      'unable to keep the reading place; too many were sent in the last minutes. Wait a minute.',
      { retryAfter: deps.placesRate.secondsToSpace(userId) },
    );
  }
  const change = parseChange(await readBody(request));
  return toAnswer(await deps.places.mark(userId, change));
}

/** `GET /api/reading/export?user=U`, with a function key: the places of any person. Throws `bad_request` or `unavailable`. */
export async function exportReading(request: HttpRequest, { places }: Deps): Promise<HttpAnswer> {
  return toAnswer(await places.read(readNamedUser(request.query, 'export the reading places')));
}

/** `DELETE /api/reading?user=U`, with a function key. 204, also if there is nothing. Throws `bad_request` or `unavailable`. */
export async function eraseReading(request: HttpRequest, { places }: Deps): Promise<HttpAnswer> {
  await places.erase(readNamedUser(request.query, 'erase the reading places'));
  return { status: 204 };
}

function toAnswer(places: readonly Place[]): HttpAnswer {
  return { jsonBody: { places } satisfies Places };
}

/** A guest is a device, so there is nothing to travel. */
async function readAccount(request: HttpRequest, { settings, readUser }: Deps): Promise<string> {
  if (settings.auth.kind === 'guest') {
    throw new ChatError(
      'not_signed_in',
      'unable to keep the reading place; guests have no account. It stays on the device.',
    );
  }
  return (await readUser(request)).userId;
}

async function readBody(request: HttpRequest): Promise<unknown> {
  const bytes = Buffer.from(await request.arrayBuffer());
  if (bytes.length > MAX_BODY_BYTES) {
    throw new ChatError(
      'too_large',
      `unable to keep the reading place; the body has ${bytes.length} bytes, the limit is ${MAX_BODY_BYTES}. Name fewer rooms.`,
    );
  }
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw badRequest('its body is no JSON', 'Send {"places": […]}');
  }
}

function parseChange(body: unknown): PlacesChange {
  if (typeof body !== 'object' || body === null) {
    throw badRequest('its body is no JSON object', 'Send {"places": […]}');
  }
  const { places = [], forgotten = [] } = body as Readonly<Record<string, unknown>>;
  return { places: listOf(places, parsePlace), forgotten: listOf(forgotten, parseRoom) };
}

function listOf<Item>(value: unknown, parse: (item: unknown) => Item): readonly Item[] {
  if (!Array.isArray(value) || value.length > MAX_PLACES) {
    throw badRequest(`it has no list of at most ${MAX_PLACES} rooms`, 'Send fewer');
  }
  return value.map(parse);
}

function badRequest(reason: string, remedy: string): ChatError {
  return new ChatError('bad_request', `unable to keep the reading place; ${reason}. ${remedy}.`);
}
