// One file of the page in memory, plain and as gzip. The package holds text as gzip only (local/build/package.ts).

import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

/** By file extension: the media type, and whether compression helps. */
const TYPES: Readonly<Record<string, readonly [type: string, isText: boolean]>> = {
  '.css': ['text/css; charset=utf-8', true],
  '.html': ['text/html; charset=utf-8', true],
  '.ico': ['image/x-icon', false],
  '.js': ['text/javascript; charset=utf-8', true],
  '.json': ['application/json', true],
  '.png': ['image/png', false],
  '.svg': ['image/svg+xml', true],
  '.txt': ['text/plain; charset=utf-8', true],
  '.webmanifest': ['application/manifest+json', true],
};

interface PageFile {
  readonly type: string;
  /** False for files that gzip does not make smaller. */
  readonly isText: boolean;
  /** Each form has its own ETag, because the bytes differ. */
  etag(isGzip: boolean): string;
  /** Each form is made on first use. */
  bytes(isGzip: boolean): Buffer;
}

export interface PageFiles {
  readonly get: (path: string) => PageFile | undefined;
  /** The page for an address that is `depth` folders below that of the chat: 0 for `/`, 1 for `/r/lobby`. */
  readonly page: (depth: number) => PageFile | undefined;
}

const PAGE = 'index.html';
/** All other addresses in the page are relative to it. So the page works below any path of its origin. */
const BASE = '<base href="./" />';
const MAX_DEPTH = 2;

/** Takes stored files: `main.js`, or `main.js.gz` for the same file. Unknown kinds of files are left out. */
export function toPageFiles(stored: Iterable<readonly [path: string, bytes: Buffer]>): PageFiles {
  const files = new Map<string, PageFile>();
  const pages: (PageFile | undefined)[] = [];
  for (const [path, bytes] of stored) {
    const isGzip = path.endsWith(GZIP);
    const name = isGzip ? path.slice(0, -GZIP.length) : path;
    const kind = TYPES[extname(name)];
    if (!kind) continue;
    files.set(name, toPageFile(kind, bytes, isGzip));
    if (name !== PAGE) continue;
    const html = (isGzip ? gunzipSync(bytes) : bytes).toString();
    for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
      const base = BASE.replace('./', '../'.repeat(depth) || './');
      pages[depth] = toPageFile(kind, Buffer.from(html.replace(BASE, base)), false);
    }
  }
  return { get: (path) => files.get(path), page: (depth) => pages[depth] };
}

export const GZIP = '.gz';

/** Whether a file of the page is text, by its extension. Text is stored and sent compressed. */
export function isPageText(path: string): boolean {
  return TYPES[extname(path)]?.[1] ?? false;
}

function toPageFile(
  [type, isText]: readonly [string, boolean],
  stored: Buffer,
  isStoredAsGzip: boolean,
): PageFile {
  const digest = createHash('sha256').update(stored).digest('base64url').slice(0, 22);
  const plain = isStoredAsGzip ? once(() => gunzipSync(stored)) : () => stored;
  const gzipped = isStoredAsGzip ? () => stored : once(() => gzipSync(stored));
  return {
    type,
    isText,
    etag: (isGzip) => (isGzip ? `"${digest}-gzip"` : `"${digest}"`),
    bytes: (isGzip) => (isGzip ? gzipped() : plain()),
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
