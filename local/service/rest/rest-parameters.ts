// Parses path and query of a REST call by the rules of the service's swagger.

import { MAX_PAGE_SIZE } from '../connections/group-members.ts';
import { isHubName, type LiveHub } from '../connections/hubs.ts';
import { HttpError } from '../http/http-error.ts';
import type { RequestTarget } from '../http/request-target.ts';
import type { RestRequest } from './rest-operations.ts';
import type { RoutedCall } from './rest-routes.ts';

const MAX_NAME_LENGTH = 1_024;
/** In minutes: the service's default, and a hundred years, so that the expiry is a valid date. */
const TOKEN_MINUTES = 60;
const MAX_TOKEN_MINUTES = 100 * 366 * 24 * 60;

export interface RestDeps {
  readonly live: (hub: string) => LiveHub;
  readonly signToken: (
    audience: string,
    claims: Readonly<Record<string, string>>,
    minutes: number,
  ) => string;
  readonly compat: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Throws {@link HttpError} with 400 for an invalid parameter. */
export function toRestRequest(
  call: RoutedCall,
  { path, query }: RequestTarget,
  host: string,
  { live, signToken, compat, now }: RestDeps,
): RestRequest {
  const hub = hubOf(call.hub, query.get('application'));
  for (const [name, value] of Object.entries(call.parts)) checkName(name, value);
  const { group = '', user = '', connection = '' } = call.parts;
  return {
    live: live(hub),
    group,
    user,
    connection,
    excluded: new Set(query.getAll('excluded')),
    reason: query.get('reason') ?? undefined,
    ttlSeconds: wholeNumber(query, 'ttl', 0, Number.MAX_SAFE_INTEGER / 1_000),
    page: {
      maxPageSize: wholeNumber(query, 'maxpagesize', 1, MAX_PAGE_SIZE) ?? MAX_PAGE_SIZE,
      top: wholeNumber(query, 'top', 1, Number.MAX_SAFE_INTEGER),
      after: query.get('continuationtoken') ?? undefined,
    },
    tokenUserId: query.get('userid') ?? undefined,
    tokenMinutes: wholeNumber(query, 'minutesToExpire', 1, MAX_TOKEN_MINUTES) ?? TOKEN_MINUTES,
    signToken: (claims, minutes) =>
      signToken(`http://${host}/client/?hub=${encodeURIComponent(hub)}`, claims, minutes),
    linkWith: (parameters) => {
      const next = new URLSearchParams(query);
      for (const [name, value] of Object.entries(parameters)) {
        if (value === undefined) continue;
        next.delete(name.toLowerCase());
        next.set(name, value);
      }
      return `http://${host}${path}?${next}`;
    },
    compat,
    isV1: call.isV1,
    now,
  };
}

function hubOf(name: string, application: string | null): string {
  if (!isHubName(name)) {
    throw badParameter('hub', 'has a letter first, then letters, digits or _');
  }
  if (application === null) return name.toLowerCase();
  if (!isHubName(application)) {
    throw badParameter('application', 'has a letter first, then letters, digits or _');
  }
  return `${application}_${name}`.toLowerCase();
}

function checkName(name: string, value: string): void {
  if (value.trim() === '' || value.length > MAX_NAME_LENGTH) {
    throw badParameter(name, `has 1 to ${MAX_NAME_LENGTH} characters, not all of them spaces`);
  }
}

function wholeNumber(
  query: URLSearchParams,
  name: string,
  least: number,
  most: number,
): number | undefined {
  const text = query.get(name.toLowerCase());
  if (text === null) return undefined;
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text) || value < least || value > most) {
    const upTo = most > 1e12 ? ' or more' : ` to ${most}`;
    throw badParameter(name, `is a whole number, ${least}${upTo}`);
  }
  return value;
}

function badParameter(name: string, rule: string): HttpError {
  return new HttpError(400, 'BadRequest', `unable to use the ${name}; it ${rule}. Change it.`);
}
