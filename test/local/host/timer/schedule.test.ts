import { describe, expect, test } from '@jest/globals';
import { parseSchedule } from '../../../../local/host/timer/schedule.ts';

// Local times: a schedule follows the wall clock of the machine.
const at = (text: string) => new Date(text).getTime();
const START = at('2026-01-31T10:20:30.400');

const next = (schedule: string, after = START) => {
  const time = parseSchedule(schedule).next(after);
  return time === undefined ? undefined : new Date(time);
};

test.each([
  ['* * * * * *', '2026-01-31T10:20:31'],
  ['*/10 * * * * *', '2026-01-31T10:20:40'],
  ['0 */5 * * * *', '2026-01-31T10:25:00'],
  ['*/5 * * * *', '2026-01-31T10:25:00'],
  ['30 20 10 * * *', '2026-02-01T10:20:30'],
  ['0 50/4 * * * *', '2026-01-31T10:50:00'],
  ['0 0 9-17 * * *', '2026-01-31T11:00:00'],
  ['0 0 17-9 * * *', '2026-01-31T11:00:00'],
  ['0 0 0 1,15 * *', '2026-02-01T00:00:00'],
  ['0 0 0 30 * *', '2026-03-30T00:00:00'],
  ['0 0 0 * * Mon-Fri', '2026-02-02T00:00:00'],
  ['0 0 0 * * 0', '2026-02-01T00:00:00'],
  ['0 0 0 13 * fri', '2026-02-13T00:00:00'],
  ['0 0 0 1 december *', '2026-12-01T00:00:00'],
  ['0 0 0 29 2 *', '2028-02-29T00:00:00'],
  ['59 59 23 31 12 *', '2026-12-31T23:59:59'],
])('%s is due at %s', (schedule, due) => {
  expect(next(schedule)).toEqual(new Date(due));
});

test('an impossible date is never due', () => {
  expect(next('0 0 0 31 2 *')).toBeUndefined();
});

test.each([
  ['00:05:00', 300_000],
  ['1.02:03:04', 93_784_000],
  ['00:00:00.5', 500],
])('the time span %s is due after %d ms', (schedule, ms) => {
  expect(parseSchedule(schedule).next(START)).toBe(START + ms);
});

describe('parseSchedule refuses', () => {
  test.each([
    '',
    'daily',
    '* * * *',
    '* * * * * * *',
    '60 * * * * *',
    '* * 24 * * *',
    '* * * 0 * *',
    '* * * * 13 *',
    '* * * * * 7',
    '* * * * * noday',
    '*/0 * * * * *',
    '*/x * * * * *',
    '1/ * * * * *',
    '1//2 * * * * *',
    '1-2-3 * * * * *',
    '- * * * * *',
    ', * * * * *',
    '-1 * * * * *',
    '1.5 * * * * *',
    '00:00:00',
    '24:00:00',
    '00:60:00',
  ])('%j', (schedule) => {
    expect(() => parseSchedule(schedule)).toThrow(/^unable to use schedule .+Write six fields/);
  });
});
