// The page and its files, from the same origin as the API. Its route takes every path that no other function
// has, so its name must come after all of theirs: the platform tries routes in the order of the names.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { AUTHORITY_HOST } from '../identity/entra-token.ts';
import { ChatError } from '../protocol.ts';
import type { Settings } from '../settings.ts';
import { toErrorAnswer } from './http-function.ts';

interface PageFile {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
}

export type PageFiles = ReadonlyMap<string, PageFile>;

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};

/** Every file of the folder, by its path below it, in memory: there are few and they are small. */
export function readPageFiles(folder: string): PageFiles {
  const files = new Map<string, PageFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || !type) continue;
    const path = join(entry.parentPath, entry.name);
    const body = readFileSync(path);
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    files.set(path.slice(folder.length + 1).replaceAll('\\', '/'), { body, type, etag });
  }
  return files;
}

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
  const isPage = path === '' || /^r\/[^/]+\/?$/.test(path);
  const file = files.get(isPage ? 'index.html' : path);
  if (!file) return { status: 404, body: 'Not found\n', headers: securityHeaders(settings) };
  const headers = {
    ...securityHeaders(settings),
    'content-type': file.type,
    'cache-control': 'no-cache',
    etag: file.etag,
  };
  if (request.headers.get('if-none-match') === file.etag) return { status: 304, headers };
  return { headers, ...(request.method === 'HEAD' ? {} : { body: file.body }) };
}

function securityHeaders({ signalR, auth }: Settings): Record<string, string> {
  const { origin } = new URL(signalR.clientEndpoint);
  const signIn = auth.kind === 'entra' ? [AUTHORITY_HOST] : [];
  const reachable = ["'self'", origin, origin.replace(/^http/, 'ws'), ...signIn];
  return {
    'content-security-policy': [
      "default-src 'self'",
      `connect-src ${reachable.join(' ')}`,
      // Where a sign-in is renewed without a click.
      `frame-src ${signIn[0] ?? "'none'"}`,
      "img-src 'self' data:",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join('; '),
    'referrer-policy': 'no-referrer',
    // Browsers take it from an answer over TLS only, so not on a developer's machine.
    'strict-transport-security': 'max-age=31536000',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };
}
