// Keys and authorization levels. By default everything passes, as with Core Tools; `enableAuth` turns the rules on.
// Truth: azure-functions-host, AuthenticationLevelHandler, SecretManager and AuthUtility.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { HostRequest } from './http-server.ts';

export type AuthLevel = 'anonymous' | 'function' | 'admin';

export interface FunctionKeys {
  /** Open every function of level `function`. */
  readonly host?: readonly string[];
  /** Opens everything. */
  readonly master?: string;
  /** The system key `signalr_extension`: opens /runtime/webhooks/signalr. */
  readonly extension?: string;
}

export interface Authorization {
  allowsFunction(level: AuthLevel, request: HostRequest): boolean;
  /** 401 for a caller without a good key, 403 for one whose key is good for something else. */
  refusesWebhook(extension: string, request: HostRequest): 401 | 403 | undefined;
  refusesAdmin(request: HostRequest): 401 | 403 | undefined;
}

export const EVERYTHING_PASSES: Authorization = {
  allowsFunction: () => true,
  refusesWebhook: () => undefined,
  refusesAdmin: () => undefined,
};

/** What a key opens: one thing each, so one value for two purposes serves the first of these only. */
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
    allowsFunction(level, request) {
      if (level === 'anonymous') return true;
      const kind = kindOf(request);
      return kind === 'master' || (kind === 'host' && level === 'function');
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

/** The extension that {@link FunctionKeys.extension} is for, as it stands in a webhook's path. */
export function isSignalR(extension: string): boolean {
  return extension.toLowerCase() === 'signalr';
}

/** The header counts where there is one, empty or not; the query's name may have any letter case. */
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
