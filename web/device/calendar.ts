// Notices that dates have to be written anew: at midnight, after a sleep, in another time zone, after the clock was set.

import { startOfDay } from '../words/language.ts';

export interface CalendarDeps {
  /** The window and the document. Their events show that the person is back. */
  readonly signs: readonly Pick<EventTarget, 'addEventListener'>[];
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** The name of the device's time zone. */
  readonly zone: () => string;
  readonly onChange: () => void;
}

const MINUTE_MS = 60_000;

/**
 * Calls `onChange` when the day or the time zone is another one: at the start of a minute, and as soon as the person
 * comes back. No timer runs while the device sleeps, and no event announces a new time zone.
 */
export function watchCalendar({ signs, now, zone, onChange }: CalendarDeps): void {
  const read = () => `${startOfDay(now())} ${zone()}`;
  let known = read();
  const check = () => {
    const current = read();
    if (current === known) return;
    known = current;
    onChange();
  };
  for (const sign of signs) {
    for (const type of ['visibilitychange', 'focus', 'pageshow'])
      sign.addEventListener(type, check);
  }
  const checkEachMinute = () => {
    check();
    setTimeout(checkEachMinute, MINUTE_MS - (now() % MINUTE_MS));
  };
  checkEachMinute();
}
