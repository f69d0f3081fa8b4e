// How often a room is told that people came or went, when nobody says anything. Each telling is one billed
// message for everyone online, so what a join costs grows with the room unless tellings become rarer.

/** Up to this many online, every commit is told at once. */
const IMMEDIATE_UP_TO = 20;
/** From this many online, at most one telling per {@link MAX_WINDOW_MS}. */
const FULL_WINDOW_FROM = 1_000;
export const MAX_WINDOW_MS = 5_000;

/** Least time between two tellings of presence alone. */
export function presenceWindowMs(online: number): number {
  const share = (online - IMMEDIATE_UP_TO) / (FULL_WINDOW_FROM - IMMEDIATE_UP_TO);
  return Math.round(MAX_WINDOW_MS * Math.min(1, Math.max(0, share)));
}
