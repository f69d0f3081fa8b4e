// The address of a request in parts. Not `new URL`: it throws on some targets that a client can send.

export interface RequestTarget {
  /** As sent, percent-encoded. */
  readonly path: string;
  /** As sent, with its `?`, or empty. */
  readonly search: string;
  readonly query: URLSearchParams;
}

export function parseTarget(url: string | undefined): RequestTarget {
  const target = url ?? '/';
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const search = mark < 0 ? '' : target.slice(mark);
  return { path, search, query: new URLSearchParams(search) };
}

/** Undoes percent-encoding; undefined where it is broken. */
export function decodeSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
