// Parses a command line to a command that can run. commands.ts declares the commands.

import { parseArgs } from 'node:util';
import { nearestWord } from '../../nearest-word.ts';
import type { Command, Options, Parsed } from './declaration.ts';
import { PROGRAM } from './program.ts';
import { UsageError } from './usage-error.ts';

export type Understood =
  /** Help for one command, or for all. */
  | { readonly kind: 'help'; readonly command: Command | undefined }
  | { readonly kind: 'version' }
  | ({ readonly kind: 'run'; readonly command: Command } & Parsed);

/** Throws {@link UsageError}, or ChatError for an invalid room or name. */
export function parseCommandLine(
  commands: readonly Command[],
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Understood {
  const words = readWords(commands, args);
  const [name, ...things] = words.positionals;
  const isHelp = words.options.some(({ name }) => name === 'help');
  if (name === 'help') {
    const [about] = things;
    return { kind: 'help', command: about === undefined ? undefined : find(commands, about) };
  }
  if (name === undefined) {
    if (isHelp) return { kind: 'help', command: undefined };
    if (words.options.some((option) => option.name === 'version')) return { kind: 'version' };
    const [option] = words.options;
    throw usageError(
      option ? `there is no command before ${option.rawName}` : 'it names no command',
    );
  }
  const command = find(commands, name);
  if (isHelp) return { kind: 'help', command };
  try {
    const texts = toTexts(command, words.options, environment);
    const { argument } = command;
    const isRest = argument?.isRest === true && things.length > 0;
    if (!isRest && things.length !== (argument ? 1 : 0)) {
      throw new UsageError(
        argument
          ? `${name} takes ${argument.takes}: ${argument.about}`
          : `${name} takes no ${things[0]}`,
      );
    }
    return { kind: 'run', command, ...command.parse(texts, isRest ? things.join(' ') : things[0]) };
  } catch (error) {
    throw error instanceof UsageError ? usageError(error.message, command) : error;
  }
}

interface Words {
  readonly positionals: readonly string[];
  readonly options: readonly GivenOption[];
}

interface GivenOption {
  readonly name: string;
  /** As it was written, e.g. `-h`. */
  readonly rawName: string;
  readonly value: string | undefined;
  /** Written as `--name=value`. */
  readonly isInline: boolean;
}

function readWords(commands: readonly Command[], args: readonly string[]): Words {
  const config = toConfig(commands);
  const read = (words: readonly string[]) =>
    parseArgs({ args: [...words], options: config, strict: false, tokens: true }).tokens;
  const tokens = read(argumentLast(args, commands, config, read(args)));
  return {
    positionals: tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : [])),
    options: tokens.flatMap((token) => {
      if (token.kind !== 'option') return [];
      const { name, rawName, value, inlineValue } = token;
      return [{ name, rawName, value, isInline: inlineValue === true }];
    }),
  };
}

type Config = Record<string, { type: 'string' | 'boolean'; short?: string }>;

/** Every option of every command. A name is a flag, or takes a value, in all commands. */
function toConfig(commands: readonly Command[]): Config {
  const config: Config = { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } };
  for (const { options } of commands) {
    for (const [name, { takes }] of Object.entries(options)) {
      config[name] = { type: takes === undefined ? 'boolean' : 'string' };
    }
  }
  return config;
}

/** A connection id or a word to search for may begin with `-`. So what follows such a command is an option only if it is nearly a known one. */
function argumentLast(
  args: readonly string[],
  commands: readonly Command[],
  config: Config,
  tokens: readonly { readonly kind: string; readonly index: number }[],
): readonly string[] {
  const first = tokens.find(({ kind }) => kind !== 'option');
  if (first?.kind !== 'positional') return args;
  const command = commands.find(({ name }) => name === args[first.index]);
  const before = args.slice(0, first.index + 1);
  const [argument, ...rest] = args.slice(first.index + 1);
  if (!command?.argument?.mayBeginWithHyphen || !argument?.startsWith('-')) return args;
  if (isOption(argument, config)) return args;
  return rest.includes('--')
    ? [...before, ...rest, argument]
    : [...before, ...rest, '--', argument];
}

/** An id has no `=`, and neither is a misspelt option. So such a word is an option, known or not. */
function isOption(word: string, config: Config): boolean {
  if (['--', '-h'].includes(word) || word.includes('=')) return true;
  const names = Object.keys(config).map((name) => `--${name}`);
  return word.startsWith('--') && nearestWord(word, names) !== undefined;
}

function find(commands: readonly Command[], name: string): Command {
  const command = commands.find((one) => one.name === name);
  if (command) return command;
  const names = [...commands.map((one) => one.name), 'help'];
  throw usageError(`there is no command ${JSON.stringify(name)}${suggest(name, names)}`);
}

function toTexts(
  { name: command, options, argument }: Command,
  given: readonly GivenOption[],
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const texts: Record<string, string | undefined> = {};
  for (const [name, { environment: variable }] of Object.entries(options)) {
    if (variable !== undefined) texts[name] = environment[variable] || undefined;
  }
  for (const { name, rawName, value, isInline } of given) {
    if (!Object.hasOwn(options, name) || rawName !== `--${name}`) {
      const nearest = suggest(rawName, toNames(options));
      const behind = argument?.isRest ? '; a word that begins with - goes behind --' : '';
      const hint = nearest || behind;
      throw new UsageError(`${command} has no option ${rawName}${hint}`);
    }
    texts[name] = toText(options[name]?.takes, rawName, value, isInline);
  }
  return texts;
}

function toText(
  takes: string | undefined,
  rawName: string,
  value: string | undefined,
  isInline: boolean,
): string {
  if (takes === undefined) {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value`);
    return '';
  }
  if (value === undefined) throw new UsageError(`${rawName} is given without its ${takes}`);
  if (value.startsWith('-') && !isInline) {
    throw new UsageError(
      `${rawName} is given without its ${takes}, or ${value} is it; then write ${rawName}=${value}`,
    );
  }
  return value;
}

function toNames(options: Options): string[] {
  return [...Object.keys(options), 'help'].map((name) => `--${name}`);
}

function suggest(word: string, known: readonly string[]): string {
  const nearest = nearestWord(word, known);
  return nearest === undefined ? '' : `; did you mean ${nearest}?`;
}

function usageError(reason: string, command?: Command): UsageError {
  const end = reason.endsWith('?') ? '' : '.';
  const help = `${PROGRAM} ${command ? `${command.name} ` : ''}--help`;
  return new UsageError(
    `unable to understand the command line; ${reason}${end} Run ${help} for what there is.`,
  );
}
