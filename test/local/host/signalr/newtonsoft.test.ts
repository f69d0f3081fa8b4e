import { describe, expect, test } from '@jest/globals';
import { asNewtonsoftReads } from '../../../../local/host/signalr/newtonsoft.ts';

/** Each row was tried with Newtonsoft.Json 13.0.3 on .NET 10, time zone UTC. */
const DATES: readonly (readonly [text: string, read: string])[] = [
  ['2020-01-01T00:00:00.000Z', '2020-01-01T00:00:00Z'],
  ['2020-01-01T00:00:00.120Z', '2020-01-01T00:00:00.12Z'],
  ['2020-01-01T00:00:00z', '2020-01-01T00:00:00Z'],
  ['2020-01-01T00:00:00.5', '2020-01-01T00:00:00.5'],
  ['2020-01-01T00:00:00+02:00', '2019-12-31T22:00:00+00:00'],
  ['2020-01-01T00:00:00-0230', '2020-01-01T02:30:00+00:00'],
  ['2020-01-01T00:00:00+02', '2019-12-31T22:00:00+00:00'],
  ['2020-01-01T00:00:00+99:99', '2019-12-27T19:21:00+00:00'],
  ['2020-01-01T00:00:00.123456730', '2020-01-01T00:00:00.1234567'],
  ['2020-01-01T00:00:00:30', '2020-01-01T00:00:00'],
  ['2020-01-01T24:00:00Z', '2020-01-02T00:00:00Z'],
  ['2020-02-29T00:00:00.0000001Z', '2020-02-29T00:00:00.0000001Z'],
  ['0001-01-01T00:00:00+02:00', '0001-01-01T00:00:00+00:00'],
  ['9999-12-31T23:59:59-02:00', '9999-12-31T23:59:59.9999999+00:00'],
  ['/Date(1577836800000)/', '2020-01-01T00:00:00Z'],
  ['/Date(-1)/', '1969-12-31T23:59:59.999Z'],
  ['/Date(1577836800123+0200)/', '2020-01-01T00:00:00.123+00:00'],
];

const NO_DATES = [
  '2020-01-01',
  '2020-01-01T00:00Z',
  '2020-01-01 00:00:00Z',
  '2020-01-01t00:00:00Z',
  ' 2020-01-01T00:00:00Z',
  '2020-01-01T00:00:00ZZ',
  '2020-01-01T00:00:00.Z',
  '2020-01-01T00:00:00.12345678Z',
  '2020-01-01T00:00:00+2',
  '2020-01-01T00:00:60Z',
  '2020-01-01T24:00:01Z',
  '2021-02-29T00:00:00Z',
  '2020-13-01T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '/date(1)/',
  '/Date(1)/ ',
  '/Date(+1)/',
  '/Date(1+0)/',
  '/Date()/',
];

describe('the JSON reader of the extension', () => {
  test.each(DATES)('takes %s as a date, and writes it as %s', (text, read) => {
    expect(asNewtonsoftReads(text)).toBe(read);
  });

  test.each(NO_DATES)('does not change %j', (text) => {
    expect(asNewtonsoftReads(text)).toBe(text);
  });

  test.each(['9999-12-31T24:00:00Z', '/Date(253402300800000)/', '/Date(-62135596800001)/'])(
    'cannot read %s',
    (text) => {
      expect(() => asNewtonsoftReads([text])).toThrow(/is no date of the years 1 to 9999/);
    },
  );

  test('changes values at any depth, and no names', () => {
    const [[text, read] = ['', '']] = DATES;
    expect(asNewtonsoftReads({ [text]: [text, { at: text }] })).toEqual({
      [text]: [read, { at: read }],
    });
  });

  test('reads at most 64 levels', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
    expect(asNewtonsoftReads(nested(64))).toEqual(nested(64));
    expect(() => asNewtonsoftReads(nested(65))).toThrow(/nested deeper than 64/);
  });

  test('does not change numbers, names and other values', () => {
    const value = JSON.parse('{"__proto__":1,"a":[true,null,-0.5,1e21,""]}');
    expect(JSON.stringify(asNewtonsoftReads(value))).toBe(JSON.stringify(value));
  });

  test('turns a number beyond a double into text, and a lone surrogate into U+FFFD', () => {
    expect(asNewtonsoftReads([JSON.parse('1e400'), '\ud800a'])).toEqual(['Infinity', '\ufffda']);
  });
});
