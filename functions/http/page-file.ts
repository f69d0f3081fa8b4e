// One file of the page in memory, plain and compressed. The package holds text as Brotli only (local/build/package.ts).

import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gzipSync } from 'node:zlib';
import type { Coding } from './compression.ts';

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
  /** False for files that compression does not make smaller. */
  readonly isText: boolean;
  /** The forms beside the plain one, the smallest first. Without Brotli if the file is not stored so: it takes long to make. */
  readonly codings: readonly Coding[];
  /** Each form has its own ETag, because the bytes differ. */
  etag(coding: Coding | undefined): string;
  /** Each form is made on first use. */
  bytes(coding: Coding | undefined): Buffer;
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

/** Takes stored files: `main.js`, or `main.js.br` for the same file. Unknown kinds of files are left out. */
export function toPageFiles(stored: Iterable<readonly [path: string, bytes: Buffer]>): PageFiles {
  const files = new Map<string, PageFile>();
  const pages: (PageFile | undefined)[] = [];
  for (const [path, bytes] of stored) {
    const isBrotli = path.endsWith(BROTLI);
    const name = isBrotli ? path.slice(0, -BROTLI.length) : path;
    const kind = TYPES[extname(name)];
    if (!kind) continue;
    const plain = isBrotli ? once(() => brotliDecompressSync(bytes)) : () => bytes;
    files.set(name, toPageFile(kind, bytes, plain, isBrotli ? () => bytes : undefined));
    if (name !== PAGE) continue;
    const html = plain().toString();
    for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
      const base = BASE.replace('./', '../'.repeat(depth) || './');
      const page = Buffer.from(html.replace(BASE, base));
      const brotli = isBrotli ? once(() => brotliCompressSync(page)) : undefined;
      pages[depth] = toPageFile(kind, page, () => page, brotli);
    }
  }
  return { get: (path) => files.get(path), page: (depth) => pages[depth] };
}

export const BROTLI = '.br';

/** Whether a file of the page is text, by its extension. Text is stored and sent compressed. */
export function isPageText(path: string): boolean {
  return TYPES[extname(path)]?.[1] ?? false;
}

function toPageFile(
  [type, isText]: readonly [string, boolean],
  digested: Buffer,
  plain: () => Buffer,
  brotli: (() => Buffer) | undefined,
): PageFile {
  const digest = createHash('sha256').update(digested).digest('base64url').slice(0, 22);
  const gzip = once(() => gzipSync(plain()));
  const form = (coding: Coding | undefined) =>
    coding === 'br' ? (brotli ?? plain) : coding === 'gzip' ? gzip : plain;
  return {
    type,
    isText,
    codings: !isText ? [] : brotli ? ['br', 'gzip'] : ['gzip'],
    etag: (coding) => (coding ? `"${digest}-${coding}"` : `"${digest}"`),
    bytes: (coding) => form(coding)(),
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
