// Keys and authorization levels. Without `enableAuth` the host asks for no key, as with Core Tools.
// Source: azure-functions-host, AuthenticationLevelHandler, SecretManager and AuthUtility.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Log } from '../log.ts';
import type { Cors } from '../settings.ts';
import { isForeignPage } from './foreign-page.ts';
import type { HostRequest } from './http-server.ts';

export type AuthLevel = 'anonymous' | 'function' | 'admin';

export interface FunctionKeys {
  /** Valid for every function of level `function`. */
  readonly host?: readonly string[];
  /** The master key, valid for every request. */
  readonly master?: string;
  /** The system key `signalr_extension`, valid for /runtime/webhooks/signalr. */
  readonly extension?: string;
}

/** 401 without a valid key. 403 for a caller that is not allowed, or whose key is valid for something else. */
type Refusal = 401 | 403;

export interface Authorization {
  refusesFunction(level: AuthLevel, request: HostRequest): Refusal | undefined;
  refusesWebhook(extension: string, request: HostRequest): Refusal | undefined;
  refusesAdmin(request: HostRequest): Refusal | undefined;
}

/** Asks for no key, and refuses pages of other sites a request that needs a key on Azure. The app checks the webhook's callers. */
export function createOpenAuthorization(cors: Cors | undefined, log: Log): Authorization {
  let hasWarned = false;
  const refuse = (request: HostRequest) => {
    if (!isForeignPage(request, cors)) return undefined;
    if (!hasWarned) log('warning', 'Host.Http', FOREIGN_PAGE);
    hasWarned = true;
    return 403;
  };
  return {
    refusesFunction: (level, request) => (level === 'anonymous' ? undefined : refuse(request)),
    refusesWebhook: () => undefined,
    refusesAdmin: refuse,
  };
}

const FOREIGN_PAGE =
  'A page of another site, or under a public name, sent a request that needs a key on Azure, and got 403. ' +
  'List its origin under Host.CORS in local.settings.json, or start the host with --enableAuth and keys.';

/** The purpose of a key. One value for two purposes is valid for the first of them only. */
type KeyKind = 'master' | 'extension' | 'host';

export function createAuthorization(keys: FunctionKeys, webhookNeedsKey = true): Authorization {
  const kindOf = (request: HostRequest): KeyKind | undefined => {
    const given = readKey(request);
    if (given === '') return undefined;
    const isGiven = (key: string | undefined) => key !== undefined && isSame(given, key);
    if (isGiven(keys.master)) return 'master';
    if (isGiven(keys.extension)) return 'extension';
    return keys.host?.some(isGiven) ? 'host' : undefined;
  };
  const refuse = (kind: KeyKind | undefined) => (kind === undefined ? 401 : 403);
  return {
    refusesFunction(level, request) {
      if (level === 'anonymous') return undefined;
      const kind = kindOf(request);
      return kind === 'master' || (kind === 'host' && level === 'function') ? undefined : 401;
    },
    refusesWebhook(extension, request) {
      const isOurs = isSignalR(extension);
      if (isOurs && !webhookNeedsKey) return undefined;
      const kind = kindOf(request);
      return kind === 'master' || (kind === 'extension' && isOurs) ? undefined : refuse(kind);
    },
    refusesAdmin(request) {
      const kind = kindOf(request);
      return kind === 'master' ? undefined : refuse(kind);
    },
  };
}

/** Whether the extension's name in a webhook's path is the one of {@link FunctionKeys.extension}. */
export function isSignalR(extension: string): boolean {
  return extension.toLowerCase() === 'signalr';
}

/** The key from the header if the request has one, even an empty one. Otherwise from the query, in any letter case. */
function readKey({ headers, url }: HostRequest): string {
  const header = headers.get('x-functions-key');
  if (header !== undefined) return header;
  const [, code = ''] = [...url.searchParams].find(([name]) => name.toLowerCase() === 'code') ?? [];
  return code;
}

function isSame(a: string, b: string): boolean {
  return timingSafeEqual(hash(a), hash(b));
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
