// Splits the target of a request. `new URL` throws on some targets that a client can send.

export interface RequestTarget {
  /** As sent, percent-encoded. */
  readonly path: string;
  /** As sent, with its `?`. Empty without a query. */
  readonly search: string;
  /** Names in lower case, because they count in any case, as in ASP.NET Core. */
  readonly query: URLSearchParams;
}

/** Never throws. */
export function parseTarget(url: string | undefined): RequestTarget {
  const target = url ?? '/';
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const search = mark < 0 ? '' : target.slice(mark);
  return { path, search, query: parseQuery(search) };
}

function parseQuery(search: string): URLSearchParams {
  const query = new URLSearchParams(search);
  // A capital in a name, or a character that may stand for one.
  if (!/[?&][^=&]*[A-Z%]/.test(search)) return query;
  const members = [...query].map(
    ([name, value]) => [name.toLowerCase(), value] as [string, string],
  );
  return new URLSearchParams(members);
}

/** Decodes percent-encoding. Undefined if it is invalid. */
export function decodeSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/** Whether the path has `.` or `..` as a segment, which HTTP clients and servers resolve. */
export function hasDotSegment(path: string): boolean {
  return path.split('/').some((segment) => /^\.{1,2}$/.test(segment.replace(/%2e/gi, '.')));
}
