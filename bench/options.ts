// The options of a benchmark.

import type { parseArgs } from 'node:util';
import { messageOf } from '../local/command.ts';
import { parseOptions } from '../local/parse-options.ts';

type Options = Readonly<
  Record<string, { readonly type: 'string' | 'boolean'; readonly default?: string | boolean }>
>;
type Values<O extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: O }>
>['values'];

/** The values of this process. A wrong command line is one line on stderr and exit code 1. */
export function readOptions<const O extends Options>(options: O): Values<O> {
  try {
    return parseBenchmark(process.argv.slice(2), options);
  } catch (error) {
    console.error(messageOf(error));
    process.exit(1);
  }
}

/** An option whose default is a number, or a list of numbers, takes nothing else. Throws an error of one sentence. */
export function parseBenchmark<const O extends Options>(
  args: readonly string[],
  options: O,
): Values<O> {
  const names = Object.keys(options);
  const known =
    names.length === 0
      ? 'This benchmark has no options'
      : `This benchmark has ${names.map((name) => `--${name}`).join(', ')}`;
  const { values } = parseOptions({ args: [...args], options }, known);
  for (const [name, value] of Object.entries(values)) {
    const byDefault = String(options[name]?.default ?? '');
    const hasNumbers = /^[\d.,]+$/.test(byDefault);
    const isList = byDefault.includes(',');
    const given = isList ? String(value).split(',') : [String(value)];
    if (hasNumbers && !given.every((part) => part !== '' && Number(part) >= 0)) {
      throw new Error(
        `unable to understand the command line; --${name} is ${JSON.stringify(value)}. Give it ${isList ? 'numbers with commas between them' : 'a number'} from 0 up, for example ${byDefault}.`,
      );
    }
  }
  return values;
}
