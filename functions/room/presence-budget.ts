// How often presence is broadcast while nobody writes. Each broadcast is one billed message for everyone online, so the
// cost of a join would grow with the room without a limit.

/** Up to this many online, every commit is broadcast at once. */
const IMMEDIATE_UP_TO = 20;
/** From this many online, at most one broadcast per {@link MAX_WINDOW_MS}. */
const FULL_WINDOW_FROM = 1_000;
export const MAX_WINDOW_MS = 5_000;

/** Shortest time between two broadcasts of presence alone, ms. */
export function presenceWindowMs(online: number): number {
  const share = (online - IMMEDIATE_UP_TO) / (FULL_WINDOW_FROM - IMMEDIATE_UP_TO);
  return Math.round(MAX_WINDOW_MS * Math.min(1, Math.max(0, share)));
}
