import { expect, test } from '@jest/globals';
import { toTime } from '../../../../local/client/terminal/time.ts';

test.each([
  [0, '1970-01-01 00:00:00+00:00'],
  [60, '1970-01-01 01:00:00+01:00'],
  [-210, '1969-12-31 20:30:00-03:30'],
  [765, '1970-01-01 12:45:00+12:45'],
])('a time has its zone: %i minutes east of UTC', (offset, text) => {
  expect(toTime(999, offset)).toBe(text);
});

test('the zone is the one of this machine at that time', () => {
  const at = 1_795_474_256_779;
  const zone = -new Date(at).getTimezoneOffset();
  expect(toTime(at)).toBe(toTime(at, zone));
});
