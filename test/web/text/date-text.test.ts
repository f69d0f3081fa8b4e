import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dateOfTime, timeOfDate } from '../../../web/text/date-text.ts';
import { runs } from '../../support/sizes.ts';

test('a date begins at midnight of the local time zone', () => {
  expect(timeOfDate('2026-11-28')).toBe(new Date(2026, 10, 28).getTime());
  expect(timeOfDate('2024-02-29')).toBe(new Date(2024, 1, 29).getTime());
});

test.each(['', '2026-11', '28.11.2026', '2026-02-30', '2026-13-01', '2026-00-10', '12026-01-01'])(
  '%p is no date',
  (text) => {
    expect(timeOfDate(text)).toBeUndefined();
  },
);

test('each time belongs to the date that begins before it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), (at) => {
      const start = timeOfDate(dateOfTime(at)) ?? Number.NaN;
      expect(start).toBeLessThanOrEqual(at);
      // The longest day has 25 hours.
      expect(at - start).toBeLessThan(25 * 3_600_000);
    }),
    runs(200),
  );
});
