// The declaration of a command: its name, its argument, its options, and the function that runs. The parser
// (command-line.ts) and the help (help.ts) use it.

import type { CommandContext } from '../context.ts';
import type { ExitCode } from './exit-code.ts';
import { UsageError } from './usage-error.ts';

/** An option `--name`, or the argument of a command. */
export interface Option<T> {
  /** Its value in the help, e.g. `SECONDS`. Absent for a flag. */
  readonly takes?: string;
  /** For the help, with the default. */
  readonly about: string;
  /** All values, if there are few. */
  readonly oneOf?: readonly string[];
  /** Whether an argument takes all words, with a space between them. */
  readonly isRest?: true;
  /** Whether an argument may begin with a hyphen, as an id or a word to search for may. Others begin with one only behind `--`. */
  readonly mayBeginWithHyphen?: true;
  /** The environment variable that replaces it. An empty one does not count. */
  readonly environment?: string;
  /**
   * @param text undefined if it is absent, '' for a flag that is present
   * @param name for error messages, e.g. `--lines`
   * @throws UsageError, or ChatError with the protocol's own reason
   */
  readonly parse: (text: string | undefined, name: string) => T;
}

export type Options = Readonly<Record<string, Option<unknown>>>;

type ValuesOf<O extends Options> = {
  readonly [name in keyof O]: O[name] extends Option<infer T> ? T : never;
};

interface Declaration<O extends Options, A extends Options> {
  readonly name: string;
  /** One line for a list of commands, e.g. `show the room live`. */
  readonly summary: string;
  /** More lines for its own help. */
  readonly details?: readonly string[];
  /** A whole command line. */
  readonly example?: string;
  /** At most one, by the name under which `run` gets it. */
  readonly argument?: A;
  readonly options: O;
  readonly run: (values: ValuesOf<O> & ValuesOf<A>, context: CommandContext) => Promise<ExitCode>;
}

/** A command as parser and help know it. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly details: readonly string[];
  readonly example: string | undefined;
  readonly argument: (Option<unknown> & { readonly takes: string }) | undefined;
  readonly options: Options;
  /** Throws {@link UsageError} or ChatError. */
  readonly parse: (texts: Texts, argument: string | undefined) => Parsed;
}

/** The options as they were written, or as the environment has them. */
type Texts = Readonly<Record<string, string | undefined>>;

export interface Parsed {
  readonly values: Readonly<Record<string, unknown>>;
  readonly run: (context: CommandContext) => Promise<ExitCode>;
}

export function command<O extends Options, A extends Options = Record<never, never>>(
  declaration: Declaration<O, A>,
): Command {
  const { name, summary, details = [], example, options, run } = declaration;
  const [argument] = Object.entries<Option<unknown>>(declaration.argument ?? {});
  return {
    name,
    summary,
    details,
    example,
    argument: argument && { takes: argument[0], ...argument[1] },
    options,
    parse: (texts, argumentText) => {
      const entries: [string, unknown][] = Object.entries<Option<unknown>>(options).map(
        ([key, option]) => [key, option.parse(texts[key], `--${key}`)],
      );
      if (argument) {
        const [key, { takes = key, parse }] = argument;
        entries.push([key, parse(argumentText, takes)]);
      }
      // The parser of each option made its value, so the type is right.
      const values = Object.fromEntries(entries) as ValuesOf<O> & ValuesOf<A>;
      return { values, run: (context) => run(values, context) };
    },
  };
}

export function flag(about: string): Option<boolean> {
  return { about, parse: (text) => text !== undefined };
}

export function text(takes: string, about: string): Option<string | undefined> {
  return { takes, about, parse: (given) => given };
}

/** A whole number. */
export function number<D extends number | undefined>(
  takes: string,
  about: string,
  {
    least,
    most,
    otherwise,
  }: { readonly least: number; readonly most: number; readonly otherwise: D },
): Option<number | D> {
  return {
    takes,
    about,
    parse: (given, name) => {
      if (given === undefined) return otherwise;
      const value = /^\d{1,16}$/.test(given) ? Number(given) : Number.NaN;
      if (value >= least && value <= most) return value;
      throw new UsageError(
        `${name} is ${JSON.stringify(given)}, and has to be a whole number from ${least} to ${most}`,
      );
    },
  };
}
