// Changes a message as the .NET JSON reader of the SignalR extension does. If a whole text is a date, the reader parses it and
// writes it in another form: `2020-01-01T00:00:00.000Z` arrives as `2020-01-01T00:00:00Z`.
// Source: the extension uses JsonTextReader of Newtonsoft.Json with its defaults. Each rule was tried with 13.0.3.

/** The reader's default limit. */
const MAX_DEPTH = 64;

/**
 * Returns the value of a JSON document as the extension reads it.
 *
 * @param value the document, parsed by JSON.parse
 * @throws RangeError if it is nested deeper than 64 levels, or holds a date beyond the years 1 to 9999
 */
export function asNewtonsoftReads(value: unknown): unknown {
  return read(value, 1);
}

function read(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return readText(value);
  // A number too large for a double.
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) {
    throw new RangeError(
      `unable to read JSON; it is nested deeper than ${MAX_DEPTH}. Send less depth.`,
    );
  }
  if (Array.isArray(value)) return value.map((item) => read(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, read(member, depth + 1)]),
  );
}

function readText(text: string): string {
  return readMicrosoftDate(text) ?? readIsoDate(text) ?? toWellFormed(text);
}

const MICROSOFT_DATE = /^\/Date\((-?\d{1,19})(\+\d\d.*|-\d\d[^+]*)?\)\/$/s;

/** `/Date(1577836800000)/`, with or without an offset. The offset only says that the date is local. */
function readMicrosoftDate(text: string): string | undefined {
  const [, milliseconds, offset] = MICROSOFT_DATE.exec(text) ?? [];
  if (milliseconds === undefined) return undefined;
  const instant = Number(milliseconds);
  if (instant < FIRST_INSTANT || instant > LAST_INSTANT) throw unrepresentable(text);
  return write(instant, 0, offset === undefined ? 'Z' : LOCAL_ZONE);
}

// The zone is `Z`, or hours with a sign and minutes. Minutes alone count as no zone.
const ISO_DATE =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):([0-5]\d):([0-5]\d)(?:\.(\d{7}|\d{1,6}(?!\d)))?(?:([zZ])|(?:([+-]\d\d))?(?::(\d\d)?|(\d\d))?)$/;

function readIsoDate(text: string): string | undefined {
  const match = ISO_DATE.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map(Number);
  const ticks = Number((match[7] ?? '').padEnd(7, '0'));
  const isDay = year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
  const isTime = hour < 24 || (hour === 24 && minute + second + ticks === 0);
  if (!isDay || !isTime) return undefined;

  const instant = toInstant(year, month, day, hour, minute, second);
  if (instant > LAST_INSTANT) throw unrepresentable(text);
  if (match[8] !== undefined) return write(instant, ticks, 'Z');
  const hours = match[9];
  if (hours === undefined) return write(instant, ticks, '');
  const minutes = Number(match[10] ?? match[11] ?? 0);
  const offset = (Math.abs(Number(hours)) * 60 + minutes) * (hours.startsWith('-') ? -1 : 1);
  return writeLocal(instant - offset * 60_000, ticks);
}

const FIRST_INSTANT = toInstant(1, 1, 1);
const LAST_INSTANT = toInstant(9999, 12, 31, 23, 59, 59) + 999;
/** The host's own time zone is UTC on Azure, and here. */
const LOCAL_ZONE = '+00:00';

/** A time outside of the years 1 to 9999 becomes their first or last tick. */
function writeLocal(instant: number, ticks: number): string {
  if (instant < FIRST_INSTANT) return write(FIRST_INSTANT, 0, LOCAL_ZONE);
  if (instant > LAST_INSTANT) return write(LAST_INSTANT, 9_999_999, LOCAL_ZONE);
  return write(instant, ticks, LOCAL_ZONE);
}

/** `ticks` are tenths of microseconds above the second. Without them the milliseconds of `instant` count. */
function write(instant: number, ticks: number, zone: string): string {
  const [seconds = '', rest = ''] = new Date(instant).toISOString().split('.');
  const fraction = (ticks > 0 ? String(ticks).padStart(7, '0') : rest.slice(0, 3)).replace(
    /0+$/,
    '',
  );
  return `${seconds}${fraction === '' ? '' : `.${fraction}`}${zone}`;
}

/** Like Date.UTC, except for the years 1 to 99, which Date.UTC takes as years of the 20th century. */
function toInstant(
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.setUTCHours(hour, minute, second);
}

function daysOf(year: number, month: number): number {
  return new Date(toInstant(year, month + 1, 0)).getUTCDate();
}

/** A lone surrogate has no UTF-8, the encoding between host and worker. */
function toWellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd');
}

function unrepresentable(text: string): RangeError {
  return new RangeError(
    `unable to read JSON; ${JSON.stringify(text)} is no date of the years 1 to 9999. Write it otherwise.`,
  );
}
