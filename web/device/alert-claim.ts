// Several tabs learn of the same line. One of them alerts: the first that gets the room's lock, which the browser gives to one tab.

/** Longer than a tab of another room waits after one of the room itself. */
const HOLD_MS = 1_500;

/** Resolves with whether this tab alerts of the room's lines for now. Without locks every tab does. Never rejects. */
export function claimAlerts(): (room: string) => Promise<boolean> {
  const held = new Set<string>();
  return async (room) => {
    if (held.has(room)) return true;
    try {
      return await claim(room, held);
    } catch {
      // A page on plain HTTP has no locks.
      return true;
    }
  };
}

function claim(room: string, held: Set<string>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(`chat alert ${room}`, { ifAvailable: true }, async (lock) => {
        resolve(lock !== null);
        if (!lock) return;
        held.add(room);
        await new Promise((end) => setTimeout(end, HOLD_MS));
        held.delete(room);
      })
      .catch(reject);
  });
}
