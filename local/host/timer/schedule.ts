// When a timer is due: NCRONTAB expressions of five or six fields, and .NET time spans. Pure. Times are local.
// Source: atifaziz/NCrontab (CrontabField, CrontabSchedule); azure-webjobs-sdk-extensions, TimerSchedule.

export interface Schedule {
  /** The first occurrence after `after`. Both are epoch ms. Undefined if there is none. */
  next(after: number): number | undefined;
  /** Whether the schedule follows the wall clock through daylight-saving changes, as cron expressions do. */
  readonly followsWallClock: boolean;
}

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MONTHS =
  'January February March April May June July August September October November December'.split(
    ' ',
  );
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

const FIELDS: readonly Field[] = [
  { name: 'second', min: 0, max: 59 },
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'day of the week', min: 0, max: 6, names: DAYS },
];

/** The search ends here: a 29 February on a given weekday comes back within 40 years. */
const HORIZON_YEARS = 41;

/** Throws an error that names the field that is wrong. */
export function parseSchedule(text: string): Schedule {
  const trimmed = text.trim();
  const span = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,7}))?$/.exec(trimmed);
  if (span) return toIntervalSchedule(text, span);
  const fields = trimmed.split(/\s+/);
  // With five fields the first one is minutes, and the seconds are 0.
  if (fields.length === 5) fields.unshift('0');
  if (fields.length !== 6) throw unusable(text, `it has ${fields.length} fields`);
  const sets = FIELDS.map((field, at) => parseField(fields[at] ?? '', field, text));
  return {
    followsWallClock: true,
    next: (after) => nextOccurrence(sets, after),
  };
}

function toIntervalSchedule(text: string, match: RegExpExecArray): Schedule {
  const [days, hours, minutes, seconds] = match.slice(1, 5).map((part) => Number(part ?? 0));
  if ((hours ?? 0) > 23 || (minutes ?? 0) > 59 || (seconds ?? 0) > 59) {
    throw unusable(text, 'hours go to 23, minutes and seconds to 59');
  }
  const fraction = Math.trunc(Number(`0.${match[5] ?? '0'}`) * 1_000);
  const inSeconds = (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
  const intervalMs = inSeconds * 1_000 + fraction;
  if (intervalMs <= 0) throw unusable(text, 'the time span is nothing');
  return { followsWallClock: false, next: (after) => after + intervalMs };
}

/** A list of values, ranges and steps: `1,3-5,10/15,Mon-Fri`. */
function parseField(text: string, field: Field, expression: string): ReadonlySet<number> {
  const values = new Set<number>();
  for (const item of text.split(',')) {
    const [range = '', stepText, ...more] = item.split('/');
    const step = stepText === undefined ? 1 : Number(stepText);
    if (!/^(\d+)?$/.test(stepText ?? '') || stepText === '' || step < 1 || more.length > 0) {
      throw unusable(expression, `${JSON.stringify(item)} is no ${field.name}`);
    }
    const [start, end] = parseRange(range, stepText !== undefined, field, expression);
    for (let value = start; value <= end; value += step) values.add(value);
  }
  return values;
}

/** As in NCrontab, a single value with a step extends to the field's end, and a range may have either order. */
function parseRange(
  text: string,
  hasStep: boolean,
  field: Field,
  expression: string,
): [start: number, end: number] {
  if (text === '*') return [field.min, field.max];
  const [first = '', last, ...more] = text.split('-');
  const start = parseValue(first, field);
  const end = last === undefined ? (hasStep ? field.max : start) : parseValue(last, field);
  if (start === undefined || end === undefined || more.length > 0) {
    throw unusable(
      expression,
      `${JSON.stringify(text)} is no ${field.name} from ${field.min} to ${field.max}`,
    );
  }
  return start <= end ? [start, end] : [end, start];
}

function parseValue(text: string, { min, max, names = [] }: Field): number | undefined {
  if (/^\d+$/.test(text)) {
    const value = Number(text);
    return value >= min && value <= max ? value : undefined;
  }
  const index = names.findIndex((name) => name.toLowerCase().startsWith(text.toLowerCase()));
  return text === '' || index < 0 ? undefined : index + min;
}

/** Goes from the largest unit down. If a unit does not fit, the next larger one moves on by one. */
function nextOccurrence(sets: readonly ReadonlySet<number>[], after: number): number | undefined {
  const [seconds, minutes, hours, days, months, weekdays] = sets;
  const time = new Date(after);
  time.setMilliseconds(0);
  time.setSeconds(time.getSeconds() + 1);
  const lastYear = time.getFullYear() + HORIZON_YEARS;

  while (time.getFullYear() < lastYear) {
    if (!months?.has(time.getMonth() + 1)) {
      time.setMonth(time.getMonth() + 1, 1);
      time.setHours(0, 0, 0);
    } else if (!days?.has(time.getDate()) || !weekdays?.has(time.getDay())) {
      time.setDate(time.getDate() + 1);
      time.setHours(0, 0, 0);
    } else if (!hours?.has(time.getHours())) {
      time.setHours(time.getHours() + 1, 0, 0);
    } else if (!minutes?.has(time.getMinutes())) {
      time.setMinutes(time.getMinutes() + 1, 0);
    } else if (!seconds?.has(time.getSeconds())) {
      time.setSeconds(time.getSeconds() + 1);
    } else {
      return time.getTime();
    }
  }
  return undefined;
}

function unusable(text: string, reason: string): Error {
  return new Error(
    `unable to use schedule ${JSON.stringify(text)}; ${reason}. Write six fields (second minute hour day month weekday), like "0 */5 * * * *", or a time span, like "00:05:00".`,
  );
}
