// `serverless-chat …`: what may be said, and what is understood.

import { parseArgs } from 'node:util';
import { DEFAULT_ROOM, parseName, parseRoom } from '../../functions/protocol.ts';

/** A chat, and what opens its doors. */
export interface Chat {
  /** Of the page, with no slash at its end. */
  readonly url: string;
  /** The function key; absent where none is asked for, as on a developer's machine. */
  readonly key: string | undefined;
}

export type Command = { readonly chat: Chat } & (
  | {
      readonly kind: 'publish';
      readonly room: string;
      readonly name: string | undefined;
      /** How long a batch is tried again and again. */
      readonly patienceMs: number;
    }
  | {
      readonly kind: 'tail';
      readonly room: string;
      readonly name: string;
      /** How many lines to show of what was said before. */
      readonly lines: number;
      readonly json: boolean;
      /** Of somebody who has signed in; absent where guests may read. */
      readonly token: string | undefined;
    }
  | { readonly kind: 'rooms' | 'health'; readonly json: boolean }
  | { readonly kind: 'members'; readonly room: string; readonly json: boolean }
  | { readonly kind: 'export'; readonly room: string; readonly after: number }
  | { readonly kind: 'close'; readonly room: string; readonly reason: string | undefined }
  | { readonly kind: 'open'; readonly room: string }
  | { readonly kind: 'erase'; readonly room: string; readonly reason: string | undefined }
  | { readonly kind: 'delete'; readonly room: string; readonly seq: string }
  | {
      readonly kind: 'disconnect';
      readonly room: string;
      readonly connectionId: string;
      readonly reason: string | undefined;
      /** 0 for not at all. */
      readonly banMinutes: string;
    }
);

export const HELP = `Usage: serverless-chat COMMAND [--url URL] [--room ROOM] [--key KEY] …

  publish                     put the lines of standard input into the room
                              --name NAME; --retry-for SECONDS, default 300;
                              bytes that are no UTF-8 become \ufffd
  tail                        show the room live
                              --lines N of what was said before, default 10; --json; --name NAME;
                              --token TOKEN of an account, default CHAT_TOKEN, where people sign in
  rooms                       list the rooms; --json
  members                     list who is in the room, with their connections; --json
  disconnect CONNECTION       end a connection; --reason TEXT
  ban CONNECTION              end it and ban its user; --minutes N, default 60; --reason TEXT
  delete NUMBER               remove a message
  close                       let nobody in or speak any more; --reason TEXT
  open                        open the room again
  export                      print all that was said as JSON lines; --after NUMBER
  erase --yes                 remove all that was said in the room, for good; --reason TEXT
  health                      ask whether the chat is well; --json

  --url URL    of the page, default CHAT_URL or http://localhost:7071
  --room ROOM  default ${DEFAULT_ROOM}
  --key KEY    a function key of the app, default CHAT_KEY; all but tail and health need one on Azure
  --help       show this

Exit code: 0 done, 1 failed, 2 misunderstood.`;

const OPTIONS = {
  url: { type: 'string' },
  room: { type: 'string' },
  key: { type: 'string' },
  token: { type: 'string' },
  name: { type: 'string' },
  'retry-for': { type: 'string' },
  lines: { type: 'string' },
  json: { type: 'boolean' },
  reason: { type: 'string' },
  minutes: { type: 'string' },
  after: { type: 'string' },
  yes: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Option = keyof typeof OPTIONS;
type Values = ReturnType<typeof parseOptions>['values'];

/** Which options a command has beside url, key and help, and whether it takes a thing's id. */
const COMMANDS: Readonly<Record<string, { options: readonly Option[]; takes?: string }>> = {
  publish: { options: ['room', 'name', 'retry-for'] },
  tail: { options: ['room', 'name', 'lines', 'json', 'token'] },
  rooms: { options: ['json'] },
  members: { options: ['room', 'json'] },
  disconnect: { options: ['room', 'reason'], takes: 'a connection; see members' },
  ban: { options: ['room', 'reason', 'minutes'], takes: 'a connection; see members' },
  delete: { options: ['room'], takes: "a message's number; see export" },
  close: { options: ['room', 'reason'] },
  open: { options: ['room'] },
  export: { options: ['room', 'after'] },
  erase: { options: ['room', 'reason', 'yes'] },
  health: { options: ['json'] },
};

/** The command line was wrong, not what it asked for. */
export class Misunderstood extends Error {}

/** Undefined where help is asked for. Throws {@link Misunderstood}, or ChatError for a bad room or name. */
export function parseCommandLine(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Command | undefined {
  const { values, positionals } = parseOptions(thingLast(args));
  const [name, ...things] = positionals;
  if (values.help || name === 'help') return undefined;
  if (name === undefined) throw misunderstood('it names no command');
  const known = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!known) throw misunderstood(`there is no command ${JSON.stringify(name)}`);
  checkOptions(name, values, known.options);
  if (things.length !== (known.takes ? 1 : 0)) {
    throw misunderstood(
      known.takes ? `${name} takes ${known.takes}` : `${name} takes no ${things[0]}`,
    );
  }
  const chat = {
    url: parseUrl(values.url ?? (environment.CHAT_URL || 'http://localhost:7071')),
    key: values.key ?? (environment.CHAT_KEY || undefined),
  };
  const token = values.token ?? (environment.CHAT_TOKEN || undefined);
  return toCommand(name, things[0] ?? '', values, chat, token);
}

function toCommand(
  name: string,
  thing: string,
  values: Values,
  chat: Chat,
  token: string | undefined,
): Command {
  const room = parseRoom(values.room ?? DEFAULT_ROOM);
  const { reason } = values;
  const json = values.json ?? false;
  switch (name) {
    case 'publish':
      return {
        kind: name,
        chat,
        room,
        name: values.name === undefined ? undefined : parseName(values.name),
        patienceMs: parseNumber('retry-for', values['retry-for'], 300, 0, 604_800) * 1_000,
      };
    case 'tail': {
      const lines = parseNumber('lines', values.lines, 10, 0, 200);
      return { kind: name, chat, room, name: parseName(values.name ?? 'tail'), lines, json, token };
    }
    case 'rooms':
    case 'health':
      return { kind: name, chat, json };
    case 'members':
      return { kind: name, chat, room, json };
    case 'export': {
      const after = parseNumber('after', values.after, 0, 0, Number.MAX_SAFE_INTEGER);
      return { kind: name, chat, room, after };
    }
    case 'close':
      return { kind: name, chat, room, reason };
    case 'open':
      return { kind: name, chat, room };
    case 'erase':
      if (!values.yes) {
        throw misunderstood(`erase removes all that was said in ${room}, and needs --yes`);
      }
      return { kind: name, chat, room, reason };
    case 'delete': {
      const seq = parseNumber('NUMBER', thing, 0, 1, Number.MAX_SAFE_INTEGER);
      return { kind: name, chat, room, seq: String(seq) };
    }
    default: {
      const isBan = name === 'ban';
      const minutes = isBan ? parseNumber('minutes', values.minutes, 60, 1, 527_040) : 0;
      const banMinutes = String(minutes);
      return { kind: 'disconnect', chat, room, connectionId: thing, reason, banMinutes };
    }
  }
}

/** An id may begin with `-`: what follows a command that takes one is no option, unless it is one that we have. */
function thingLast(args: readonly string[]): readonly string[] {
  const { tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, tokens: true });
  const command = tokens.find(({ kind }) => kind !== 'option');
  if (command?.kind !== 'positional' || !takesThing(command.value)) return args;
  const before = args.slice(0, command.index + 1);
  const [thing, ...rest] = args.slice(command.index + 1);
  if (!thing?.startsWith('-') || isOption(thing)) return args;
  return rest.includes('--') ? [...before, ...rest, thing] : [...before, ...rest, '--', thing];
}

function takesThing(name: string): boolean {
  return Object.hasOwn(COMMANDS, name) && COMMANDS[name]?.takes !== undefined;
}

/** An id holds no `=`, so a word with one is an option, known or not. */
function isOption(word: string): boolean {
  return ['--', '-h'].includes(word) || word.includes('=') || Object.hasOwn(OPTIONS, word.slice(2));
}

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    // Node's own message goes on about `--` and positionals; its first sentence, or line, is the news.
    const [reason = ''] = String(error instanceof Error ? error.message : error).split(/\. |\n/);
    throw misunderstood(reason.replace(/\.$/, ''));
  }
}

function checkOptions(name: string, values: Values, options: readonly Option[]): void {
  const everywhere: readonly string[] = ['url', 'key', 'help'];
  for (const option of Object.keys(values)) {
    const isKnown = everywhere.includes(option) || options.some((one) => one === option);
    if (!isKnown) throw misunderstood(`${name} has no option --${option}`);
  }
}

function parseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw misunderstood(`--url is ${JSON.stringify(text)}, which is no http or https address`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function parseNumber(
  option: string,
  text: string | undefined,
  otherwise: number,
  least: number,
  most: number,
): number {
  if (text === undefined) return otherwise;
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least && number <= most)) {
    const what = option === 'NUMBER' ? option : `--${option}`;
    throw misunderstood(
      `${what} is ${JSON.stringify(text)}, and has to be a whole number from ${least} to ${most}`,
    );
  }
  return number;
}

function misunderstood(reason: string): Misunderstood {
  return new Misunderstood(
    `unable to understand the command line; ${reason}. Run serverless-chat --help for what there is.`,
  );
}
