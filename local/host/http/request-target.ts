// The requests that the host's web server, Kestrel, refuses before routing, and URL and path of all others. Pure.
// Source: aspnetcore, KestrelServerLimits and Http1Connection. Each rule was tried with ASP.NET Core 8.0.

import { RequestError } from './request-error.ts';

/** Method, target and version, with the line end. */
const MAX_LINE_BYTES = 8 * 1024;
const MAX_HEADERS = 100;
const MAX_HEADER_BYTES = 32 * 1024;

export interface RequestHead {
  readonly method: string;
  /** As it was sent. */
  readonly target: string;
  /** Name, value, name, value, as they were sent, with one character per byte. */
  readonly rawHeaders: readonly string[];
}

/** Throws a {@link RequestError}: 414, 431, or 400 for a byte beyond ASCII. */
export function refuseBadHead({ method, target, rawHeaders }: RequestHead): void {
  if (`${method} ${target} HTTP/1.1\r\n`.length > MAX_LINE_BYTES) {
    throw new RequestError(414, 'the request line is longer than 8 KB');
  }
  const bytes = rawHeaders.reduce((sum, text) => sum + text.length + 2, 0);
  if (rawHeaders.length / 2 > MAX_HEADERS || bytes > MAX_HEADER_BYTES) {
    throw new RequestError(431, `there are more than ${MAX_HEADERS} headers, or 32 KB of them`);
  }
  if (!isAscii(target) || !isAscii(rawHeaders.join(' '))) {
    throw new RequestError(400, 'target or headers have bytes beyond ASCII');
  }
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

export interface RequestTarget {
  /** Absolute. The host name is the caller's `Host` header. */
  readonly url: URL;
  /** Percent-decoded, except for %2F, without `.` and `..`. */
  readonly path: string;
}

/** Throws a {@link RequestError} 400 if the target is neither a path nor an address of this host. */
export function readTarget(target: string, hosts: readonly string[]): RequestTarget {
  const [host = ''] = hosts;
  const origin = `http://${host === '' ? 'localhost' : host}`;
  // Only a name or an address, and a port: a Host header with a path or a user would change the URL.
  if (hosts.length > 1 || !/^[^\s/?#@\\]*$/.test(host) || !URL.canParse(origin)) {
    throw new RequestError(400, 'there is not one proper Host header');
  }
  if (target.includes('#')) throw new RequestError(400, 'the target has a fragment');
  const own = target.startsWith('/') ? target : withoutOrigin(target, new URL(origin));
  const [rawPath = '', ...query] = own.split('?');
  const path = withoutDots(decodePath(rawPath));
  const search = query.length > 0 ? `?${query.join('?')}` : '';
  return { url: new URL(`${origin}${encodePath(path)}${search}`), path };
}

/** `http://host/path` is accepted if the host is our own. */
function withoutOrigin(target: string, own: URL): string {
  const [, authority, rest = ''] = /^https?:\/\/([^/?]*)(.*)$/is.exec(target) ?? [];
  if (authority === undefined || !URL.canParse(target) || new URL(target).host !== own.host) {
    throw new RequestError(400, 'the target is no path, and no address of this host');
  }
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** Invalid escapes stay as they are. Kestrel refuses a null character. */
function decodePath(path: string): string {
  const decoded = path.replace(/(?:%(?!2f)[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
  if (decoded.includes('\0')) throw new RequestError(400, 'the path has a null character');
  return decoded;
}

function withoutDots(path: string): string {
  if (!path.includes('/.')) return path;
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  for (const [at, segment] of segments.entries()) {
    if (segment === '..') kept.pop();
    if (segment !== '.' && segment !== '..') kept.push(segment);
    else if (at === segments.length - 1) kept.push('');
  }
  return `/${kept.join('/')}`;
}

/** Includes the backslash, which must not become a slash. */
function encodePath(path: string): string {
  return path
    .replace(/%(?![0-9a-f]{2})/gi, '%25')
    .replace(/[^\w.~!$&'()*+,;=:@/%-]+/g, (text) => encodeURIComponent(text));
}
