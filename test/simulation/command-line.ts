// Parses the arguments of `npm run simulate -- …`.

import { parseOptions } from '../../local/parse-options.ts';

const HELP_IS = 'Run npm run simulate -- --help for what there is';

/**
 * Throws an error of one sentence.
 *
 * @param mistakes the names that `--only` chooses from
 */
export function parseSimulation(args: readonly string[], mistakes: readonly string[]) {
  const { values } = parseOptions({ args: [...args], options: OPTIONS }, HELP_IS);
  const whole = (option: 'seeds' | 'from' | 'jobs', text = values[option]) => toWhole(option, text);
  return {
    ...values,
    seeds: whole('seeds'),
    from: whole('from'),
    jobs: whole('jobs'),
    seed: values.seed === undefined ? undefined : toWhole('seed', values.seed),
    fuzz: values.fuzz === undefined ? undefined : toWhole('fuzz', values.fuzz),
    twice: values.twice?.split(',').map((seed) => toWhole('twice', seed)),
    mistakes: findMistakes(mistakes, values.only),
  };
}

export const OPTIONS = {
  help: { type: 'boolean', default: false },
  fuzz: { type: 'string' },
  seeds: { type: 'string', default: '1000' },
  from: { type: 'string', default: '1' },
  jobs: { type: 'string', default: '1' },
  seed: { type: 'string' },
  quiet: { type: 'boolean', default: false },
  twice: { type: 'string' },
  all: { type: 'boolean', default: false },
  mutants: { type: 'boolean', default: false },
  scale: { type: 'boolean', default: false },
  sample: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
} as const;

function toWhole(option: string, text: string): number {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  const needed = option === 'twice' ? 'whole numbers with commas between them' : 'a whole number';
  throw new Error(
    `unable to understand the command line; --${option} is ${JSON.stringify(text)}. Give it ${needed}.`,
  );
}

function findMistakes(mistakes: readonly string[], only: string): readonly string[] {
  const found = mistakes.filter((name) => name.includes(only));
  if (found.length > 0) return found;
  throw new Error(
    `unable to understand the command line; no mistake has ${JSON.stringify(only)} in its name. Leave out --only to see all names, or read mutations.ts.`,
  );
}
