// Requests for a file that depend on its ETag. Source: RFC 9110, 8.8.3 and 13.

interface Headers {
  get(name: string): string | null;
}

/** The status that answers a GET or HEAD, or undefined if it continues. Files have ETags and no modification times. */
export function endConditionalRequest(headers: Headers, etag: string): 304 | 412 | undefined {
  const ifMatch = headers.get('if-match');
  if (ifMatch !== null && !isListed(ifMatch, (listed) => listed === etag)) return 412;
  const ifNoneMatch = headers.get('if-none-match');
  const isSame = (listed: string) => opaque(listed) === opaque(etag);
  return ifNoneMatch !== null && isListed(ifNoneMatch, isSame) ? 304 : undefined;
}

const ENTITY_TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;

/** `*` matches any existing file. Otherwise the header is a list of ETags, which may contain commas in their quotes. */
function isListed(header: string, isWanted: (etag: string) => boolean): boolean {
  return header.trim() === '*' || (header.match(ENTITY_TAG) ?? []).some(isWanted);
}

/** The ETag without the weak prefix, which If-None-Match ignores. */
function opaque(etag: string): string {
  return etag.replace(/^W\//, '');
}
