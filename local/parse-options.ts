import { type ParseArgsConfig, parseArgs } from 'node:util';
import { messageOf } from './command.ts';
import { nearestWord } from './nearest-word.ts';

/**
 * `parseArgs`, whose error is a sentence.
 *
 * @param remedy what to do, e.g. `Run npm start -- --help for what there is`
 */
export function parseOptions<const Config extends ParseArgsConfig>(
  config: Config,
  remedy: string,
): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const reason = toReason(error, Object.keys(config.options ?? {}));
    const end = reason.endsWith('?') ? '' : '.';
    throw new Error(`unable to understand the command line; ${reason}${end} ${remedy}.`);
  }
}

/** Node's message continues about `--` and positionals. Its first sentence or line has the reason. */
function toReason(error: unknown, options: readonly string[]): string {
  const [first = ''] = messageOf(error).split(/\. |\n/);
  const [, option] = /^Unknown option '(.*)'$/s.exec(first) ?? [];
  if (option !== undefined) {
    const nearest = nearestWord(
      option,
      options.map((name) => `--${name}`),
    );
    return `there is no option ${option}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`;
  }
  const [, argument] = /^Unexpected argument '(.*)'$/s.exec(first) ?? [];
  if (argument !== undefined) return `it takes no ${JSON.stringify(argument)}`;
  // E.g. `Option '-p, --port <value>' argument missing`, or for `--port -1`: `Option '--port' argument is ambiguous`.
  const [, given, fault] = /^Option '(?:-\w, )?(--[\w-]+)[^']*' (.*?)\.?$/s.exec(first) ?? [];
  if (fault === 'argument missing') return `${given} is given without its value`;
  if (fault === 'argument is ambiguous') {
    return `${given} is given without its value. A value that begins with - is written as ${given}=VALUE`;
  }
  if (fault === 'does not take an argument') return `${given} takes no value`;
  return first.replace(/\.$/, '');
}
