// How often a room is told that people came or went, when nobody says anything. Each telling is one billed
// message for everyone online, so what a join costs grows with the room unless tellings become rarer.

/** Up to this many online, every commit is told at once. */
const TOLD_AT_ONCE = 20;
/** From this many online, at most one telling per {@link MAX_WINDOW_MS}. */
const FULL_WINDOW_FROM = 1_000;
export const MAX_WINDOW_MS = 5_000;

/** Least time between two tellings of presence alone. */
export function presenceWindowMs(online: number): number {
  const share = (online - TOLD_AT_ONCE) / (FULL_WINDOW_FROM - TOLD_AT_ONCE);
  return Math.round(MAX_WINDOW_MS * Math.min(1, Math.max(0, share)));
}
