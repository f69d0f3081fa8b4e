/**
 * A time for people in their own zone, to the second and with the zone's offset, e.g. `2026-11-28 12:04:31+01:00`. The same in
 * every command.
 *
 * @param at epoch ms
 * @param offset of the zone at that time, in minutes east of UTC
 */
export function toTime(at: number, offset = -new Date(at).getTimezoneOffset()): string {
  const [date, time = ''] = new Date(at + offset * 60_000).toISOString().split('T');
  const minutes = Math.abs(offset);
  const zone = [Math.floor(minutes / 60), minutes % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${date} ${time.slice(0, 8)}${offset < 0 ? '-' : '+'}${zone.join(':')}`;
}
