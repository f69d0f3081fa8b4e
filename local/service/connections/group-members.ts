// One page of the connections in a group.
// Source: Azure/azure-signalr, docs/swagger, 2024-12-01 (GroupMemberPagedValues).

import type { HubConnection } from './hub.ts';

/** Default and maximum size of a page. */
export const MAX_PAGE_SIZE = 200;

export interface PageRequest {
  readonly maxPageSize: number;
  /** Maximum number on this and all later pages. Undefined for no limit. */
  readonly top: number | undefined;
  /** The last connection id of the page before. */
  readonly after: string | undefined;
}

export interface Page {
  readonly value: readonly { readonly connectionId: string; readonly userId?: string }[];
  /** Parameters of the request for the next page. Undefined after the last page. */
  readonly next: { readonly after: string; readonly top: number | undefined } | undefined;
}

/** In the order of ids, so that connections that open or close between two pages do not move others. */
export function toPage(
  members: Iterable<HubConnection>,
  { maxPageSize, top, after }: PageRequest,
): Page {
  const rest = [...members]
    .filter(({ id }) => after === undefined || id > after)
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  const size = Math.min(maxPageSize, top ?? maxPageSize);
  const page = rest.slice(0, size);
  const left = top === undefined ? undefined : top - page.length;
  const last = page.at(-1);
  return {
    value: page.map(({ id, userId }) => ({
      connectionId: id,
      ...(userId === undefined ? {} : { userId }),
    })),
    next:
      last && page.length < rest.length && left !== 0 ? { after: last.id, top: left } : undefined,
  };
}
