// Checks the token of a client or of a REST call, and whether it was made for this path and hub.
// Its host says nothing: the app signs for `Endpoint` and sends to `ServerEndpoint`, its clients connect to `ClientEndpoint`,
// and a proxy, a container or a phone has yet another name for this machine.

import type { IncomingMessage } from 'node:http';
import type { JWTPayload } from 'jose';
import { HttpError } from '../http/http-error.ts';
import { decodeSegment, hasDotSegment, type RequestTarget } from '../http/request-target.ts';
import { TokenRefused, verifySignature, verifyTime } from './token-verification.ts';

/** Checked tokens are remembered, because many REST calls have the same one. */
const REMEMBERED_TOKENS = 1_000;

/** The target that a token has to be made for. */
export type Scope =
  | { readonly kind: 'client'; readonly hub: string }
  | { readonly kind: 'rest'; readonly path: string };

export interface AccessOptions {
  readonly hosts?: readonly string[] | undefined;
  readonly signatureOnly?: boolean;
}

/** Verifies signature, time and audience of access tokens, and remembers the result. */
export class AccessCheck {
  readonly #keys: readonly string[];
  readonly #tokenLength: number;
  readonly #now: () => number;
  readonly #signatureOnly: boolean;
  readonly #hosts: ReadonlySet<string> | undefined;
  /** The last audience that `isFor` accepted for a client. */
  #lastRight = '';
  readonly #verified = new Map<string, JWTPayload>();

  /**
   * @param hosts for which a token may be signed, without port. Undefined for any
   * @param signatureOnly accepts a token for any address and time, as the official emulator does
   */
  constructor(
    keys: readonly string[],
    tokenLength: number,
    now: () => number,
    { hosts, signatureOnly = false }: AccessOptions = {},
  ) {
    this.#keys = keys;
    this.#tokenLength = tokenLength;
    this.#now = now;
    this.#signatureOnly = signatureOnly;
    this.#hosts = hosts && new Set(hosts.map((host) => host.toLowerCase()));
  }

  /** The claims of the request's token. Throws {@link HttpError} with 401, or 413 for a token that is too long. */
  check(request: IncomingMessage, target: RequestTarget, scope: Scope): JWTPayload {
    const token = findToken(request, target);
    if (token === undefined) {
      throw unauthorised('it carries none. Send Authorization: Bearer <token>.', 'Bearer');
    }
    if (token.length > this.#tokenLength) {
      throw new HttpError(
        413,
        'TokenTooLarge',
        `unable to accept the access token; it has more than ${this.#tokenLength} characters. Put fewer claims into it.`,
      );
    }
    const claims = this.#verify(token);
    if (this.#signatureOnly) return claims;
    const audiences = audiencesOf(claims);
    if (!audiences.some((audience) => this.#isFor(audience, scope))) {
      throw unauthorised(this.#explain(audiences, scope));
    }
    return claims;
  }

  /** In a storm of connections all tokens have the same audience, so it is parsed once. */
  #isFor(audience: string, scope: Scope): boolean {
    if (scope.kind !== 'client') return isFor(audience, scope, this.#hosts);
    const question = `${scope.hub} ${audience}`;
    if (question === this.#lastRight) return true;
    const isRight = isFor(audience, scope, this.#hosts);
    if (isRight) this.#lastRight = question;
    return isRight;
  }

  #explain(audiences: readonly string[], scope: Scope): string {
    const paths = audiences.flatMap((audience) => parseAudience(audience)?.path ?? []);
    if (paths.some(hasDotSegment)) {
      return 'its audience has . or .. as a part of its path, which HTTP clients resolve before they send. Give the user or group another name.';
    }
    if (this.#hosts && audiences.some((audience) => isFor(audience, scope, undefined))) {
      return `its audience is for another host than ${[...this.#hosts].join(' or ')}. Sign it for this host, or leave out --token-host.`;
    }
    return `its audience is not ${describe(scope)}. Sign it for the address that it is sent to.`;
  }

  #verify(token: string): JWTPayload {
    try {
      const known = this.#verified.get(token);
      const claims = known ?? verifySignature(token, this.#keys);
      if (!this.#signatureOnly) verifyTime(claims, this.#now());
      if (!known) this.#remember(token, claims);
      return claims;
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error;
      throw unauthorised(`${error.message}. Get a new token.`);
    }
  }

  #remember(token: string, claims: JWTPayload): void {
    this.#verified.set(token, claims);
    if (this.#verified.size <= REMEMBERED_TOKENS) return;
    const [oldest] = this.#verified.keys();
    if (oldest !== undefined) this.#verified.delete(oldest);
  }
}

/**
 * Whether a token with this audience opens the scope. Scheme, port, query and trailing slash do not count.
 *
 * @param hosts the hosts that count, undefined for any
 */
export function isFor(
  audience: string,
  scope: Scope,
  hosts: ReadonlySet<string> | undefined,
): boolean {
  const parsed = parseAudience(audience);
  if (!parsed || (hosts && !hosts.has(parsed.host))) return false;
  const path = normalise(parsed.path);
  switch (scope.kind) {
    case 'client': {
      const { hub } = parsed;
      return path === '/client' && (hub === null || hub.toLowerCase() === scope.hub.toLowerCase());
    }
    case 'rest':
      return path === normalise(scope.path);
  }
}

/** Undefined for anything but an absolute URL. The path is as it was signed: `URL` would resolve `..` in it. */
function parseAudience(
  audience: string,
): { readonly host: string; readonly path: string; readonly hub: string | null } | undefined {
  if (!URL.canParse(audience)) return undefined;
  const { hostname, searchParams } = new URL(audience);
  const [, path = ''] = /^[^/]*\/\/[^/?#]*([^?#]*)/.exec(audience) ?? [];
  return { host: hostname, path, hub: searchParams.get('hub') };
}

function normalise(path: string): string {
  return (decodeSegment(path) ?? path).replace(/\/+$/, '');
}

/** From the header, or from the query for requests of browsers that cannot have a header. */
function findToken(request: IncomingMessage, target: RequestTarget): string | undefined {
  const header = request.headers.authorization;
  if (header !== undefined) return /^Bearer +(\S+) *$/i.exec(header)?.[1];
  const isForQuery =
    request.headers.upgrade !== undefined ||
    (request.method === 'GET' && request.headers.accept?.includes('text/event-stream'));
  return isForQuery ? target.query.getAll('access_token').at(-1) : undefined;
}

function audiencesOf({ aud }: JWTPayload): readonly string[] {
  // A token may have any value here, in spite of the type.
  const list: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  return list.filter((item) => typeof item === 'string');
}

function describe(scope: Scope): string {
  return scope.kind === 'client' ? `/client/?hub=${scope.hub}` : 'the address of this request';
}

function unauthorised(reason: string, challenge = 'Bearer error="invalid_token"'): HttpError {
  return new HttpError(401, 'Unauthorized', `unable to accept the access token; ${reason}`, {
    'WWW-Authenticate': challenge,
  });
}
