// The page and its files, on the same origin as the API. Its route takes every path, so its name must sort after all
// others: the platform tries routes in the order of the names.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { AUTHORITY_HOST } from '../identity/entra-token.ts';
import { ChatError, parseRoom } from '../protocol.ts';
import { findClientEndpoint } from '../service/client-endpoint.ts';
import type { Settings } from '../settings.ts';
import { chooseCoding } from './compression.ts';
import { endConditionalRequest } from './conditional-request.ts';
import { toErrorAnswer } from './http-function.ts';
import { type PageFiles, toPageFiles } from './page-file.ts';

/** The files of a folder. They are read at the first call: a cold start for an event of the service needs none of them. */
export function openPage(folder: string): () => PageFiles {
  let files: PageFiles | undefined;
  return () => {
    files ??= readPageFiles(folder);
    return files;
  };
}

/** Reads every file of the folder into memory, by its path. There are few and they are small. */
function readPageFiles(folder: string): PageFiles {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return toPageFiles(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1).replaceAll('\\', '/'), readFileSync(path)]),
  );
}

/**
 * 200 with the file, 304 or 412 by its ETag, 302 from a guessed address of a room to its own, 404 for any other path. A
 * browser that opens one gets the page with the 404: it names the mistake, and leads to a room.
 */
export function web(request: HttpRequest, files: PageFiles, settings: Settings): HttpResponseInit {
  const path = request.params.path ?? '';
  if (path === 'api' || path.startsWith('api/')) {
    return toErrorAnswer(
      new ChatError(
        'not_found',
        `unable to find /${path}; the API has no such path. See PROTOCOL.md.`,
      ),
    );
  }
  const isPage = path === '' || /^r\/[^/]+(?:\/\d{0,15})?$/.test(path);
  const room = roomMeant(path);
  if (room !== undefined) {
    const location = `${'../'.repeat(depthOf(request, path))}r/${encodeURIComponent(room)}`;
    return { status: 302, headers: { ...securityHeaders(settings, request.url), location } };
  }
  const file = isPage ? files.page(depthOf(request, path)) : files.get(path);
  if (!file) return notFound(request, path, files, settings);
  const coding = chooseCoding(request.headers, file.codings);
  const etag = file.etag(coding);
  const headers = {
    ...securityHeaders(settings, request.url),
    'content-type': file.type,
    'cache-control': 'no-cache',
    etag,
    ...(file.isText ? { vary: 'accept-encoding' } : {}),
    ...(coding ? { 'content-encoding': coding } : {}),
  };
  const status = endConditionalRequest(request.headers, etag);
  if (status) return { status, headers };
  return { headers, ...(request.method === 'HEAD' ? {} : { body: file.bytes(coding) }) };
}

/** The room of an address that people guess: `/room/tea` or `/rooms/tea`. */
function roomMeant(path: string): string | undefined {
  const [, name] = /^rooms?\/([^/]+)\/?$/.exec(path) ?? [];
  try {
    // The host may have decoded the path. A room's name has no `%`.
    return name === undefined ? undefined : parseRoom(decodeURIComponent(name));
  } catch {
    return undefined;
  }
}

function notFound(
  request: HttpRequest,
  path: string,
  files: PageFiles,
  settings: Settings,
): HttpResponseInit {
  const isOpened = request.headers.get('accept')?.includes('text/html') && !/\.\w+$/.test(path);
  const page = isOpened ? files.page(depthOf(request, path)) : undefined;
  const headers = securityHeaders(settings, request.url);
  if (!page) return { status: 404, body: 'Not found\n', headers };
  return {
    status: 404,
    headers: { ...headers, 'content-type': page.type, 'cache-control': 'no-cache' },
    ...(request.method === 'HEAD' ? {} : { body: page.bytes(undefined) }),
  };
}

/** How many folders the address is below that of the chat. The host may drop a slash at the end of `path`. */
function depthOf(request: HttpRequest, path: string): number {
  if (path === '') return 0;
  const isFolder = request.url.split('?', 1)[0]?.endsWith('/') ?? false;
  return path.replace(/\/$/, '').split('/').length - (isFolder ? 0 : 1);
}

function securityHeaders(settings: Settings, requestUrl: string): Record<string, string> {
  const { origin } = new URL(findClientEndpoint(settings, requestUrl));
  const { auth } = settings;
  const signIn = auth.kind === 'entra' ? [AUTHORITY_HOST] : [];
  const reachable = ["'self'", origin, origin.replace(/^http/, 'ws'), ...signIn];
  return {
    'content-security-policy': [
      "default-src 'self'",
      `connect-src ${reachable.join(' ')}`,
      // For a silent renewal of the sign-in.
      `frame-src ${signIn[0] ?? "'none'"}`,
      "img-src 'self' data:",
      "object-src 'none'",
      "base-uri 'self'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join('; '),
    'referrer-policy': 'no-referrer',
    // Browsers accept it over TLS only, so not on a developer's machine.
    'strict-transport-security': 'max-age=31536000',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };
}
