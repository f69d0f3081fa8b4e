import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { watchCalendar } from '../../../web/device/calendar.ts';

const EVENING = new Date(2026, 4, 17, 22).getTime();
const HOUR = 3_600_000;

describe('P12: dates are written anew', () => {
  let now: number;
  let zone: string;
  let changes: number;
  let signs: readonly EventTarget[];

  beforeEach(() => {
    jest.useFakeTimers();
    [now, zone, changes] = [EVENING, 'Asia/Shanghai', 0];
    signs = [new EventTarget(), new EventTarget()];
    const onChange = () => {
      changes += 1;
    };
    watchCalendar({ signs, now: () => now, zone: () => zone, onChange });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const show = (type: string) => {
    for (const sign of signs) sign.dispatchEvent(new Event(type));
  };

  test.each(['visibilitychange', 'focus', 'pageshow'])(
    'right after a sleep over midnight, at %s, once',
    (type) => {
      show(type);
      expect(changes).toBe(0);
      now += 10 * HOUR;
      show(type);
      show(type);
      expect(changes).toBe(1);
    },
  );

  test('at the minute that begins the day, and at no other', () => {
    // Whole minutes pass, and the clock goes with them.
    for (let minute = 1; minute <= 119; minute += 1) {
      now += 60_000;
      jest.advanceTimersByTime(60_000);
    }
    expect(changes).toBe(0);
    now += 60_000;
    jest.advanceTimersByTime(60_000);
    expect(changes).toBe(1);
  });

  test('within a minute after a sleep in which nothing else happens', () => {
    now += 10 * HOUR;
    jest.advanceTimersByTime(60_000);
    expect(changes).toBe(1);
  });

  test.each([
    ['set back to the day before', () => (now -= 23 * HOUR)],
    ['set forward to the day after', () => (now += 3 * HOUR)],
    ['of another time zone', () => (zone = 'Asia/Tokyo')],
  ])('when the clock is %s', (_, change) => {
    change();
    show('focus');
    expect(changes).toBe(1);
  });

  test('not when the clock is set within the day', () => {
    now -= HOUR;
    show('focus');
    jest.advanceTimersByTime(HOUR);
    expect(changes).toBe(0);
  });
});
