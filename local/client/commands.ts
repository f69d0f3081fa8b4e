// Declares the commands of `serverless-chat`. The code of a command loads when it runs, because most commands need little.

import { DEFAULT_ROOM, parseName, parseRoom, parseSearch } from '../../functions/protocol.ts';
import { ANYBODY, retryFor, room, token, WITH_KEY, WITH_KEY_LONG } from './api/chat-options.ts';
import { POSITION_OPTION } from './archive/position.ts';
import {
  type Command,
  command,
  flag,
  number,
  type Option,
  text,
} from './command-line/declaration.ts';
import { DONE } from './command-line/exit-code.ts';
import { SHELLS, type Shell } from './command-line/shells.ts';
import { UsageError } from './command-line/usage-error.ts';
import { RESUME_OPTION } from './publish/resume.ts';

const json = flag('one JSON object a line, for programs');
const quiet = flag('no progress on a terminal');
const reason = text('TEXT', 'shown to those whom it concerns');
const connection: Option<string> = {
  takes: 'CONNECTION',
  about: 'a connection; see members',
  mayBeginWithHyphen: true,
  parse: (given = '') => given,
};
const yes: Option<true> = {
  about: 'needed, because nothing brings the messages back',
  parse: (given) => {
    if (given !== undefined) return true;
    throw new UsageError('erase removes all messages of the room for good, and needs --yes');
  },
};
const shell: Option<Shell> = {
  takes: 'SHELL',
  about: SHELLS.join(', '),
  oneOf: SHELLS,
  parse: (given) => {
    const known = SHELLS.find((name) => name === given);
    if (known) return known;
    throw new UsageError(
      `${JSON.stringify(given ?? '')} is not a shell that we know; take one of ${SHELLS.join(', ')}`,
    );
  },
};
const encoding: Option<string | undefined> = {
  takes: 'LABEL',
  about: 'of an input without a byte-order mark, e.g. windows-1252; default utf-8',
  parse: (given, name) => {
    if (given === undefined) return undefined;
    try {
      return new TextDecoder(given).encoding;
    } catch {
      throw new UsageError(
        `${name} is ${JSON.stringify(given)}, which is no encoding that we know`,
      );
    }
  },
};

const words: Option<string> = {
  takes: 'WORDS',
  about: 'each of them has to be in the text or in the name of its author',
  isRest: true,
  mayBeginWithHyphen: true,
  parse: (given = '') => {
    parseSearch(given);
    return given;
  },
};

export const COMMANDS: readonly Command[] = [
  command({
    name: 'publish',
    summary: 'put the lines of standard input into the room',
    details: [
      'Each line is a message. Blank lines are left out, a line of more than 4,000 characters goes in',
      'parts, and of a line that overwrites itself, as a progress bar does, the last state counts.',
    ],
    example: 'tail -f app.log | node local/client publish --room build --name app',
    options: {
      room,
      name: nameOr(undefined, "the author's name, default App"),
      encoding,
      json,
      quiet,
      resume: RESUME_OPTION,
      ...WITH_KEY_LONG,
    },
    run: async (values, context) => (await import('./publish/publish.ts')).publish(values, context),
  }),
  command({
    name: 'tail',
    summary: 'show the room live',
    details: ['Ends by Ctrl+C. It connects again by itself, and shows what it missed.'],
    options: {
      room,
      name: nameOr('tail', 'as which it is seen among the people, default tail'),
      lines: number('N', 'how many earlier messages to show, default 10', {
        least: 0,
        most: 200,
        otherwise: 10,
      }),
      json,
      create: flag('enter a room that does not exist yet'),
      token,
      url: ANYBODY.url,
      'retry-for': retryFor(undefined, '0 for the first connection, without end for a later one'),
    },
    run: async (values, context) => (await import('./tail/tail.ts')).tail(values, context),
  }),
  command({
    name: 'search',
    summary: 'show the messages of the room that have all words, newest first',
    details: [
      'Letters of another case or width are the same. Exit code 3 means that nothing is found.',
    ],
    example: 'node local/client search --room build deployment failed',
    argument: { words },
    options: {
      room,
      lines: number('N', 'how many messages to show, default 20, 0 for all', {
        least: 0,
        most: Number.MAX_SAFE_INTEGER,
        otherwise: 20,
      }),
      json,
      token,
      url: ANYBODY.url,
      'retry-for': WITH_KEY_LONG['retry-for'],
    },
    run: async (values, context) => (await import('./search/search.ts')).search(values, context),
  }),
  command({
    name: 'rooms',
    summary: 'list the rooms',
    options: { json, ...WITH_KEY },
    run: async (values, context) =>
      (await import('./moderation/rooms.ts')).listRooms(values, context),
  }),
  command({
    name: 'members',
    summary: 'list who is in the room, with their connections',
    options: { room, json, ...WITH_KEY },
    run: async (values, context) =>
      (await import('./moderation/rooms.ts')).listMembers(values, context),
  }),
  command({
    name: 'disconnect',
    summary: 'end a connection; its page may come back',
    argument: { connection },
    options: { room, reason, json, ...WITH_KEY },
    run: async (values, context) =>
      (await import('./moderation/moderate.ts')).disconnect(
        { ...values, minutes: undefined },
        context,
      ),
  }),
  command({
    name: 'ban',
    summary: 'end a connection, and ban its user from the room',
    argument: { connection },
    options: {
      room,
      minutes: number('N', 'how long, default 60', { least: 1, most: 527_040, otherwise: 60 }),
      reason,
      json,
      ...WITH_KEY,
    },
    run: async (values, context) =>
      (await import('./moderation/moderate.ts')).disconnect(values, context),
  }),
  command({
    name: 'delete',
    summary: 'remove a message',
    argument: { message: messageNumber() },
    options: { room, reason, json, ...WITH_KEY },
    run: async (values, context) =>
      (await import('./moderation/moderate.ts')).deleteMessage(values, context),
  }),
  command({
    name: 'close',
    summary: 'let nobody enter the room or write in it',
    options: { room, reason, json, ...WITH_KEY },
    run: async (values, context) =>
      (await import('./moderation/moderate.ts')).closeRoom(values, context),
  }),
  command({
    name: 'open',
    summary: 'open a closed room',
    options: { room, json, ...WITH_KEY },
    run: async (values, context) =>
      (await import('./moderation/moderate.ts')).openRoom(values, context),
  }),
  command({
    name: 'export',
    summary: 'print all messages of the room, or all rooms, as JSON lines',
    details: [
      'Exit code 0 means that every message was read and written. With --all it is what import takes:',
      'every room with its messages, removals, bans, and whether it is closed.',
    ],
    example: 'node local/client export --all > chat.jsonl',
    options: {
      room: oneRoom(`default ${DEFAULT_ROOM}`),
      all: flag('all rooms, in a form that import takes'),
      user: text('USER', 'what one person has said in all rooms, by the id that members shows'),
      resume: POSITION_OPTION,
      after: number('NUMBER', 'only the messages after this one', {
        least: 0,
        most: Number.MAX_SAFE_INTEGER,
        otherwise: 0,
      }),
      quiet,
      ...WITH_KEY_LONG,
    },
    run: async ({ room, user, ...values }, context) => {
      if (user !== undefined) {
        if (values.all || values.resume || room !== undefined || values.after > 0) {
          throw new UsageError(
            '--user reads every room from the beginning; give no --room, --all, --after or --resume',
          );
        }
        return (await import('./archive/person.ts')).exportPerson({ user, ...values }, context);
      }
      if (!values.all) {
        if (values.resume) throw new UsageError('--resume goes with --all; give --after instead');
        return (await import('./moderation/export.ts')).exportRoom(
          { room: room ?? DEFAULT_ROOM, ...values },
          context,
        );
      }
      if (room !== undefined || values.after > 0) {
        throw new UsageError(
          '--all exports every room from the beginning; give no --room and no --after',
        );
      }
      return (await import('./archive/export-all.ts')).exportAll(values, context);
    },
  }),
  command({
    name: 'import',
    summary: 'bring the rooms of an export back, from standard input',
    details: [
      'Takes what export --all wrote. Messages keep their numbers, times and authors. A room where',
      'somebody has spoken is refused. What is there already stays as it is, so a run may be repeated.',
    ],
    example: 'node local/client import < chat.jsonl',
    options: {
      room: oneRoom('only this room of the export'),
      check: flag('read the whole input, and send nothing'),
      json,
      quiet,
      ...WITH_KEY_LONG,
    },
    run: async (values, context) =>
      (await import('./archive/import.ts')).importRooms(values, context),
  }),
  command({
    name: 'erase',
    summary: 'remove all messages of the room, or of one person, for good',
    options: {
      room: oneRoom(`default ${DEFAULT_ROOM}`),
      user: text('USER', 'the messages of one person in all rooms, by the id that members shows'),
      yes,
      reason,
      json,
      quiet,
      ...WITH_KEY_LONG,
    },
    run: async ({ room, user, ...values }, context) => {
      if (user === undefined) {
        const { eraseRoom } = await import('./moderation/moderate.ts');
        return eraseRoom({ room: room ?? DEFAULT_ROOM, ...values }, context);
      }
      if (room !== undefined || values.reason !== undefined) {
        throw new UsageError(
          '--user removes the messages in every room; give no --room and no --reason',
        );
      }
      return (await import('./archive/person.ts')).erasePerson({ user, ...values }, context);
    },
  }),
  command({
    name: 'health',
    summary: 'ask whether the chat is well',
    options: { json, ...ANYBODY },
    run: async (values, context) =>
      (await import('./moderation/moderate.ts')).health(values, context),
  }),
  command({
    name: 'doctor',
    summary: 'send a line through the whole chat, and name what is broken',
    details: [
      'Opens the page, connects, sends a line in a room of its own, hears it and leaves. One row a hop; the',
      'last line names the first broken hop and its cure. Exit code 1 if one is broken.',
    ],
    example: 'node local/client doctor --url https://my-chat.azurewebsites.net',
    options: { json, quiet, token, ...ANYBODY },
    run: async (values, context) => (await import('./doctor/doctor.ts')).doctor(values, context),
  }),
  command({
    name: 'completion',
    summary: 'print a script that completes these commands in your shell',
    details: [
      'Load it in the file that your shell reads at start. It completes the word serverless-chat, which',
      '`npm link` makes a command of this checkout.',
    ],
    example: 'source <(serverless-chat completion bash)',
    argument: { shell },
    options: {},
    run: async (values, { output }) => {
      const { toCompletion } = await import('./command-line/completion.ts');
      await output.safe(toCompletion(values.shell, COMMANDS));
      return DONE;
    },
  }),
];

function oneRoom(about: string): Option<string | undefined> {
  return {
    takes: 'ROOM',
    about,
    parse: (given) => (given === undefined ? undefined : parseRoom(given)),
  };
}

function nameOr<D extends string | undefined>(otherwise: D, about: string): Option<string | D> {
  return {
    takes: 'NAME',
    about,
    parse: (given) => (given === undefined ? otherwise : parseName(given)),
  };
}

function messageNumber(): Option<number> {
  const limits = { least: 1, most: Number.MAX_SAFE_INTEGER, otherwise: 0 };
  return number('NUMBER', "a message's number; see export", limits);
}
