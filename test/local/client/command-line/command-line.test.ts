// The command lines that are valid, and the errors of all others.

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ChatError } from '../../../../functions/protocol.ts';
import { parseCommandLine } from '../../../../local/client/command-line/command-line.ts';
import { UsageError } from '../../../../local/client/command-line/usage-error.ts';
import { COMMANDS } from '../../../../local/client/commands.ts';
import { always, answer, COMMAND_NAMES, runInProcess } from '../../../support/command-line.ts';
import { runs } from '../../../support/sizes.ts';

const understand = (line: string, environment = {}) =>
  parseCommandLine(
    COMMANDS,
    line.split(' ').filter((part) => part !== ''),
    environment,
  );

/** The parsed command with its values. */
function parse(line: string, environment = {}): Record<string, unknown> {
  const understood = understand(line, environment);
  if (understood.kind !== 'run') throw new Error(`${line} asks for ${understood.kind}`);
  return { ...understood.values, command: understood.command.name };
}

const HERE = { url: 'http://localhost:7071', 'retry-for': 0 };
const AS_OWNER = { ...HERE, key: undefined };

describe('the command line', () => {
  test.each<[string, Record<string, unknown>]>([
    [
      'publish --room build --name ci',
      { ...AS_OWNER, 'retry-for': 300, command: 'publish', room: 'build', name: 'ci' },
    ],
    ['publish --retry-for 0', { ...AS_OWNER, command: 'publish', room: 'lobby', name: undefined }],
    [
      'publish --resume a-b_1:99+52',
      { command: 'publish', resume: { runId: 'a-b_1', first: 99, count: 52 } },
    ],
    ['publish --resume a:7', { resume: { runId: 'a', first: 7, count: undefined } }],
    // One run id in 64 begins with a hyphen.
    ['publish --resume=-b_1:7', { resume: { runId: '-b_1', first: 7, count: undefined } }],
    [
      'export --all --resume=-bcdefghijk:1:2',
      { resume: { check: '-bcdefghijk', rooms: 1, messages: 2 } },
    ],
    ['publish --encoding Latin1', { encoding: 'windows-1252' }],
    [
      'tail --json --lines 0',
      {
        ...HERE,
        'retry-for': undefined,
        command: 'tail',
        room: 'lobby',
        name: 'tail',
        lines: 0,
        json: true,
        create: false,
        token: undefined,
      },
    ],
    [
      'rooms --url https://chat.example/ --key k',
      { ...AS_OWNER, command: 'rooms', url: 'https://chat.example', key: 'k', json: false },
    ],
    [
      'delete 7 --room r --reason spam',
      { ...AS_OWNER, command: 'delete', room: 'r', message: 7, reason: 'spam' },
    ],
    [
      'ban c1 --minutes 5',
      { ...AS_OWNER, command: 'ban', room: 'lobby', connection: 'c1', minutes: 5 },
    ],
    ['erase --yes', { ...AS_OWNER, 'retry-for': 300, command: 'erase', room: undefined }],
    ['close --reason Late', { ...AS_OWNER, command: 'close', room: 'lobby', reason: 'Late' }],
  ])('understands %s', (line, values) => {
    expect(parse(line)).toMatchObject(values);
  });

  const ID = '-abc_DEF-123';
  test.each([
    `ban ${ID} --room r --minutes 5`,
    `ban -- ${ID}`,
    `ban --room r -- ${ID}`,
    `--room ban ban ${ID}`,
    `-- ban ${ID}`,
    `disconnect ${ID}`,
    `disconnect ${ID} --reason=Late`,
  ])('takes what follows for a connection in %s, though it begins with -', (line) => {
    expect(parse(line)).toMatchObject({ connection: ID });
  });

  test.each(['ban --room r c1', 'ban --room=r c1', 'disconnect --room r -- c1'])(
    'takes the option of %s for an option',
    (line) => {
      expect(parse(line)).toMatchObject({ room: 'r', connection: 'c1' });
    },
  );

  test.each(['search -- -x build', 'search build -- -x'])('searches for words in %s', (line) => {
    expect(parse(line)).toMatchObject({ words: expect.stringMatching(/^(?:-x build|build -x)$/) });
  });

  test('accepts a value that begins with - after =', () => {
    expect(parse('publish --room=-1-')).toMatchObject({ room: '-1-' });
  });

  test('reads address and key from the environment by default', () => {
    const environment = { CHAT_URL: 'https://a.example/x/', CHAT_KEY: 'secret' };
    expect(parse('rooms', environment)).toMatchObject({
      url: 'https://a.example/x',
      key: 'secret',
    });
    expect(parse('rooms --key other', environment)).toMatchObject({ key: 'other' });
    expect(parse('rooms', { CHAT_URL: '', CHAT_KEY: '' })).toMatchObject(AS_OWNER);
  });

  test('reads the token of an account, too', () => {
    const environment = { CHAT_TOKEN: 'a.b.c' };
    expect(parse('tail', environment)).toMatchObject({ token: 'a.b.c' });
    expect(parse('tail --token d.e.f', environment)).toMatchObject({ token: 'd.e.f' });
  });

  test.each(['--help', '-h', 'help', '--help --version', '--room r -h'])(
    'helps with all by %s',
    (line) => {
      expect(understand(line)).toEqual({ kind: 'help', command: undefined });
    },
  );

  test.each([
    'publish -h',
    'publish --help',
    'help publish',
    '--help publish',
    'publish x --nope -h',
  ])('helps with one command by %s', (line) => {
    expect(understand(line)).toMatchObject({ kind: 'help', command: { name: 'publish' } });
  });

  test('prints help after a command with a connection', () => {
    expect(understand('ban -h')).toMatchObject({ kind: 'help', command: { name: 'ban' } });
  });

  test.each([
    ['', 'it names no command.'],
    ['--json', 'there is no command before --json.'],
    ['frobnicate', 'there is no command "frobnicate".'],
    ['pubish', 'there is no command "pubish"; did you mean publish?'],
    ['help exprot', 'there is no command "exprot"; did you mean export?'],
    ['constructor', 'there is no command "constructor".'],
    ['publish --lines 3', 'publish has no option --lines.'],
    ['publish file.log', 'publish takes no file.log.'],
    ['publish --nope', 'publish has no option --nope.'],
    ['publish --rom build', 'publish has no option --rom; did you mean --room?'],
    ['tail --line 3', 'tail has no option --line; did you mean --lines?'],
    ['tail --version', 'tail has no option --version.'],
    ['tail --lines x', '--lines is "x", and has to be a whole number from 0 to 200.'],
    ['tail --lines 201', '--lines is "201", and has to be a whole number from 0 to 200.'],
    ['tail --json=1', '--json takes no value.'],
    ['tail --room', '--room is given without its ROOM.'],
    [
      'tail --room --json',
      '--room is given without its ROOM, or --json is it; then write --room=--json.',
    ],
    ['delete', "delete takes NUMBER: a message's number; see export."],
    ['delete 0', 'NUMBER is "0"'],
    ['delete 1 2', "delete takes NUMBER: a message's number; see export."],
    ['ban c1 --minutes 0', '--minutes is "0"'],
    ['ban -c1 c2', 'ban takes CONNECTION: a connection; see members.'],
    ['ban --', 'ban takes CONNECTION'],
    ['ban --nope=x', 'ban has no option --nope.'],
    ['rooms -c1', 'rooms has no option -c.'],
    ['ban --minuts 5 c1', 'ban has no option --minuts; did you mean --minutes?'],
    ['disconnect --rom build c1', 'disconnect has no option --rom; did you mean --room?'],
    ['delete --raeson Spam 5', 'delete has no option --raeson; did you mean --reason?'],
    ['search --lins 5 hello', 'search has no option --lins; did you mean --lines?'],
    ['search --quiet hello', 'search has no option --quiet; a word that begins with -'],
    ['completion --shel bash', 'completion has no option --shel'],
    ['erase', 'erase removes all messages of the room for good, and needs --yes.'],
    ['rooms --url chat.example', '--url is "chat.example", which is no http or https address'],
    [
      'tail --url https://chat.example/x/r/build/17',
      '--url is the address of a room; write --url https://chat.example/x --room build.',
    ],
    ['rooms --url ftp://chat.example', '--url is "ftp://chat.example"'],
    ['rooms --url https://a:b@chat.example', '--url holds a password or a query'],
    ['rooms --url https://chat.example/?code=k', '--url holds a password or a query'],
    ['publish --resume lobby', '--resume is "lobby", and has to be what a run that failed said.'],
    ['publish --encoding klingon', '--encoding is "klingon", which is no encoding that we know.'],
    ['publish --retry-for -1', '--retry-for is given without its SECONDS'],
  ])('does not understand %j', (line, reason) => {
    expect(() => understand(line)).toThrow(UsageError);
    expect(() => understand(line)).toThrow(`unable to understand the command line; ${reason}`);
    expect(() => understand(line)).toThrow(/ --help for what there is\.$/);
  });

  test.each([
    ['tail --room a/b', 'bad_room'],
    ['publish --name \u0001', 'bad_name'],
  ])('refuses %j as the chat would', (line, code) => {
    expect(() => understand(line)).toThrow(expect.objectContaining({ code }));
  });

  test.each(['frobnicate', 'tail --room a/b', 'publish --nope'])(
    'that is not understood sends nothing, and ends with 2: %s',
    async (line) => {
      const fetch = always(() => answer(200));
      const { code, stdout, stderr } = await runInProcess(line, fetch);
      expect([code, stdout, stderr.length, fetch.calls]).toEqual([2, '', 1, []]);
    },
  );

  test('of any words is valid, or refused with a sentence', () => {
    const word = fc.oneof(
      fc.constantFrom(...COMMANDS.flatMap(({ name, options }) => [name, ...Object.keys(options)])),
      fc.constantFrom(
        '--',
        '-',
        '-h',
        '--help',
        '--version',
        '=',
        '1',
        '--room=',
        '-1',
        'help',
        '__proto__',
      ),
      fc.string(),
    );
    const part = fc.tuple(fc.constantFrom('', '--', '-'), word).map((pair) => pair.join(''));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (words) => {
        try {
          expect(['help', 'version', 'run']).toContain(parseCommandLine(COMMANDS, words, {}).kind);
        } catch (error) {
          if (!(error instanceof UsageError || error instanceof ChatError)) throw error;
          expect(error.message).toMatch(/^unable to .*\.$/s);
        }
      }),
      runs(2_000),
    );
  });

  test('prints its version', async () => {
    expect(
      await runInProcess(
        '--version',
        always(() => answer(200)),
      ),
    ).toEqual({
      code: 0,
      stdout: '1.2.3\n',
      stderr: [],
    });
  });
});

describe('the help', () => {
  const help = async (line: string) =>
    (
      await runInProcess(
        line,
        always(() => answer(200)),
      )
    ).stdout;

  test('lists every command with its argument, and every exit code', async () => {
    const text = await help('--help');
    for (const name of COMMAND_NAMES) {
      expect(text).toMatch(new RegExp(`^ {2}${name}( [A-Z]+)? +\\w`, 'm'));
    }
    for (const code of [0, 1, 2, 3, 130])
      expect(text).toMatch(new RegExp(`^ {2}${code} +\\w`, 'm'));
  });

  test('names existing commands only', () => {
    expect(COMMANDS.map(({ name }) => name)).toEqual([
      ...COMMAND_NAMES,
      // It judges every answer, so it is tested apart.
      'doctor',
      'completion',
    ]);
  });

  test.each(COMMANDS.map(({ name }) => name))(
    'of %s has each of its options, in short lines',
    async (name) => {
      const text = await help(`help ${name}`);
      expect(text).toMatch(new RegExp(`^Usage: node local/client ${name}\\b`));
      const command = COMMANDS.find((one) => one.name === name);
      for (const option of Object.keys(command?.options ?? {})) {
        expect(text).toMatch(new RegExp(`^ {2}--${option}\\b`, 'm'));
      }
      expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    },
  );
});
