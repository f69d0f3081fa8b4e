// Why somebody is disconnected or a room is closed, as the one who does it says.

/** What the service shows to a client has to fit a line of the page. */
const MAX_REASON_LENGTH = 500;

export function readReason(query: URLSearchParams, otherwise: string): string {
  const reason =
    query
      .get('reason')
      ?.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ')
      .trim() || otherwise;
  // By code points, so that no emoji is cut in half.
  return [...reason].slice(0, MAX_REASON_LENGTH).join('');
}
