// Keys and authorization levels. By default everything passes, as with Core Tools; `enableAuth` turns the rules on.
// Truth: azure-functions-host, AuthenticationLevelHandler and AuthUtility.

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
  allowsWebhook(request: HostRequest): boolean;
  allowsAdmin(request: HostRequest): boolean;
}

export const EVERYTHING_PASSES: Authorization = {
  allowsFunction: () => true,
  allowsWebhook: () => true,
  allowsAdmin: () => true,
};

export function createAuthorization(keys: FunctionKeys, webhookNeedsKey = true): Authorization {
  const isMaster = (request: HostRequest) => isOneOf([keys.master], request);
  return {
    allowsFunction(level, request) {
      switch (level) {
        case 'anonymous':
          return true;
        case 'function':
          return isOneOf(keys.host ?? [], request) || isMaster(request);
        case 'admin':
          return isMaster(request);
      }
    },
    allowsWebhook: (request) =>
      !webhookNeedsKey || isOneOf([keys.extension], request) || isMaster(request),
    allowsAdmin: isMaster,
  };
}

function isOneOf(keys: readonly (string | undefined)[], request: HostRequest): boolean {
  const given = request.headers.get('x-functions-key') || request.url.searchParams.get('code');
  return given ? keys.some((key) => key !== undefined && isSame(given, key)) : false;
}

function isSame(a: string, b: string): boolean {
  return timingSafeEqual(hash(a), hash(b));
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
