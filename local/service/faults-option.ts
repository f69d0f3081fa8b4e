// `--faults concurrent,late=300,twice=0.1,lost=0.05,seed=42`

import type { Faults } from './options.ts';
import { NO_FAULTS } from './upstream/faults.ts';

/** An hour. */
const MAX_LATE_MS = 3_600_000;

/** Throws an error whose message is for the user. */
export function parseFaults(text: string): Faults {
  return Object.assign({ ...NO_FAULTS }, ...text.split(',').map(parseSwitch)) as Faults;
}

function parseSwitch(item: string): Partial<Faults> {
  const [name = '', value] = item.trim().split('=', 2);
  switch (name) {
    case 'concurrent':
      if (value !== undefined) throw unusable(item, 'concurrent takes no value');
      return { concurrent: true };
    case 'late':
      return { lateMs: parseNumber(item, value, MAX_LATE_MS, 'milliseconds, such as late=300') };
    case 'twice':
      return { twice: parseNumber(item, value, 1, 'a share from 0 to 1, such as twice=0.1') };
    case 'lost':
      return { lost: parseNumber(item, value, 1, 'a share from 0 to 1, such as lost=0.05') };
    case 'seed':
      return { seed: parseNumber(item, value, 2 ** 31, 'a number, such as seed=42') };
    default:
      throw unusable(item, 'there are concurrent, late, twice, lost and seed');
  }
}

function parseNumber(
  item: string,
  text: string | undefined,
  most: number,
  example: string,
): number {
  const value = Number(text);
  if (text === undefined || text.trim() === '' || !(value >= 0 && value <= most)) {
    throw unusable(item, `it needs ${example}`);
  }
  return value;
}

function unusable(item: string, reason: string): Error {
  return new Error(
    `unable to use the fault ${JSON.stringify(item)}; ${reason}. Try --faults concurrent,late=300,twice=0.1,lost=0.05.`,
  );
}
