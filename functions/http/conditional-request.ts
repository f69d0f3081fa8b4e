// Requests that want a file only if it has changed, or has not. Source: RFC 9110, 8.8.3 and 13.

interface Headers {
  get(name: string): string | null;
}

/** The status that ends such a GET or HEAD, or undefined if it goes on. Files have no time of change here, only ETags. */
export function endConditionalRequest(headers: Headers, etag: string): 304 | 412 | undefined {
  const ifMatch = headers.get('if-match');
  if (ifMatch !== null && !isListed(ifMatch, (listed) => listed === etag)) return 412;
  const ifNoneMatch = headers.get('if-none-match');
  const isSame = (listed: string) => opaque(listed) === opaque(etag);
  return ifNoneMatch !== null && isListed(ifNoneMatch, isSame) ? 304 : undefined;
}

const ENTITY_TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;

/** `*` is any file that there is; else a list of ETags, in which commas may stand inside the quotes. */
function isListed(header: string, isWanted: (etag: string) => boolean): boolean {
  return header.trim() === '*' || (header.match(ENTITY_TAG) ?? []).some(isWanted);
}

/** Without the mark of a weak ETag, which If-None-Match ignores. */
function opaque(etag: string): string {
  return etag.replace(/^W\//, '');
}
