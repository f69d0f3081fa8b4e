// What the command line understands, and how it says that it does not.

import { describe, expect, test } from '@jest/globals';
import { type Command, parseCommandLine } from '../../../local/client/command-line.ts';

const parse = (line: string, environment = {}) =>
  parseCommandLine(
    line.split(' ').filter((part) => part !== ''),
    environment,
  );

const HERE = { url: 'http://localhost:7071', key: undefined };

describe('the command line', () => {
  test.each<[string, Command]>([
    [
      'publish --room build --name ci',
      { kind: 'publish', chat: HERE, room: 'build', name: 'ci', patienceMs: 300_000 },
    ],
    [
      'publish --retry-for 0',
      { kind: 'publish', chat: HERE, room: 'lobby', name: undefined, patienceMs: 0 },
    ],
    [
      'tail --json --lines 0',
      {
        kind: 'tail',
        chat: HERE,
        room: 'lobby',
        name: 'tail',
        lines: 0,
        json: true,
        token: undefined,
      },
    ],
    [
      'rooms --url https://chat.example/ --key k',
      { kind: 'rooms', chat: { url: 'https://chat.example', key: 'k' }, json: false },
    ],
    ['delete 7 --room r', { kind: 'delete', chat: HERE, room: 'r', seq: '7' }],
    [
      'ban c1 --minutes 5',
      {
        kind: 'disconnect',
        chat: HERE,
        room: 'lobby',
        connectionId: 'c1',
        reason: undefined,
        banMinutes: '5',
      },
    ],
    ['erase --yes', { kind: 'erase', chat: HERE, room: 'lobby', reason: undefined }],
    ['close --reason Late', { kind: 'close', chat: HERE, room: 'lobby', reason: 'Late' }],
  ])('understands %s', (line, command) => {
    expect(parse(line)).toEqual(command);
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
    expect(parse(line)).toMatchObject({ kind: 'disconnect', connectionId: ID });
  });

  test.each(['ban --room r c1', 'ban --room=r c1', 'disconnect --room r -- c1'])(
    'takes the option of %s for an option',
    (line) => {
      expect(parse(line)).toMatchObject({ room: 'r', connectionId: 'c1' });
    },
  );

  test('gives help after a command that takes a connection', () => {
    expect(parse('ban -h')).toBeUndefined();
  });

  test('takes address and key from the environment where they are not given', () => {
    const environment = { CHAT_URL: 'https://a.example/x/', CHAT_KEY: 'secret' };
    expect(parse('rooms', environment)?.chat).toEqual({
      url: 'https://a.example/x',
      key: 'secret',
    });
    expect(parse('rooms --key other', environment)?.chat.key).toBe('other');
  });

  test('takes the token of an account, too', () => {
    const environment = { CHAT_TOKEN: 'a.b.c' };
    expect(parse('tail', environment)).toMatchObject({ token: 'a.b.c' });
    expect(parse('tail --token d.e.f', environment)).toMatchObject({ token: 'd.e.f' });
  });

  test.each(['--help', 'help', 'publish -h'])('asks for help by %s', (line) => {
    expect(parse(line)).toBeUndefined();
  });

  test.each([
    ['', 'it names no command'],
    ['frobnicate', 'there is no command "frobnicate"'],
    ['constructor', 'there is no command "constructor"'],
    ['publish --lines 3', 'publish has no option --lines'],
    ['publish file.log', 'publish takes no file.log'],
    ['publish --nope', "Unknown option '--nope'"],
    ['tail --lines x', '--lines is "x"'],
    ['tail --lines 201', '--lines is "201"'],
    ['delete', "delete takes a message's number"],
    ['delete 0', 'NUMBER is "0"'],
    ['delete 1 2', "delete takes a message's number"],
    ['ban c1 --minutes 0', '--minutes is "0"'],
    ['ban -c1 c2', 'ban takes a connection'],
    ['ban --', 'ban takes a connection'],
    ['ban --nope=x', "Unknown option '--nope'"],
    ['rooms -c1', "Unknown option '-c'"],
    ['erase', 'needs --yes'],
    ['rooms --url chat.example', '--url is "chat.example"'],
    ['rooms --url ftp://chat.example', '--url is "ftp://chat.example"'],
  ])('does not understand %j', (line, reason) => {
    expect(() => parse(line)).toThrow(reason);
    expect(() => parse(line)).toThrow(/ --help for what there is\.$/);
  });

  test.each([
    ['tail --room a/b', 'bad_room'],
    ['publish --name \u0001', 'bad_name'],
  ])('refuses %j as the chat would', (line, code) => {
    expect(() => parse(line)).toThrow(expect.objectContaining({ code }));
  });
});
