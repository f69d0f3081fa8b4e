import { expect, test } from '@jest/globals';
import { EMULATOR_KEY } from '../../../local/access-token.ts';
import { parseCommand } from '../../../local/service/command-line.ts';
import { toTemplate } from '../../../local/service/upstream/upstream-settings.ts';

test.each([[[]], [['--help']], [['start', '--help']]])('%j asks for help', (args) => {
  expect(parseCommand(args)).toEqual({ kind: 'help' });
});

test('start alone takes the official emulator’s port and key', () => {
  expect(parseCommand(['start'])).toEqual({
    kind: 'start',
    options: { port: 8888, keys: [EMULATOR_KEY] },
    settings: { path: 'settings.json', isOptional: true },
    logLevel: 'info',
  });
});

test('everything can be set', () => {
  const args =
    'start -p 0 -i 0.0.0.0 -u http://a/ --key one --key two --units 20 --compat --inspect ' +
    '--faults concurrent,late=300,twice=0.1,lost=0.05,seed=42 --log-level debug';
  expect(parseCommand(args.split(' '))).toEqual({
    kind: 'start',
    options: {
      port: 0,
      ip: '0.0.0.0',
      keys: ['one', 'two'],
      upstream: [toTemplate('http://a/')],
      units: 20,
      faults: { concurrent: true, lateMs: 300, twice: 0.1, lost: 0.05, seed: 42 },
      compat: true,
      inspect: true,
    },
    settings: undefined,
    logLevel: 'debug',
  });
});

test.each([
  [
    ['start', '--token-host', 'Chat.example', '--token-host', '[::1]'],
    { options: { tokenHosts: ['chat.example', '[::1]'] } },
  ],
  [['start', '--units', 'free'], { options: { units: 'free' } }],
  [['start', '--faults', 'lost=1'], { options: { faults: { lost: 1, twice: 0, seed: 1 } } }],
  [['start', '--config', 'x'], { settings: { path: 'x', isOptional: false } }],
  [['upstream', 'init'], { kind: 'upstream init', folder: '.' }],
  [['upstream', 'init', '-o', 'x'], { kind: 'upstream init', folder: 'x' }],
  [['upstream', 'list'], { settings: { path: 'settings.json', isOptional: true } }],
  [['upstream', 'list', '-c', 'x'], { settings: { path: 'x', isOptional: false } }],
])('%j is understood', (args, expected) => {
  expect(parseCommand(args)).toMatchObject(expected);
});

test.each([
  [['stop'], 'the commands are start'],
  [['start', 'again'], 'the commands are start'],
  [['--port', '1'], 'the commands are start'],
  [['start', '--prot', '1'], '--prot'],
  [['start', '--port'], '--port'],
  [['start', '--port', 'x'], 'a number from 0 to 65535'],
  [['start', '--port', ''], 'a number from 0 to 65535'],
  [['start', '--port', '65536'], 'a number from 0 to 65535'],
  [['start', '--port', '1.5'], 'a number from 0 to 65535'],
  [['start', '--ip', 'localhost'], 'it is no IP address'],
  [['start', '--key', 'a', '--key', 'b', '--key', 'c'], 'one or two'],
  [['start', '--key', ''], 'without spaces'],
  [['start', '--key', 'a;b'], 'semicolons'],
  [['start', '--token-host', 'http://a'], 'it is no host name'],
  [['start', '--token-host', 'a:80'], 'it is no host name'],
  [['start', '--token-host', ''], 'it is no host name'],
  [['start', '--upstream', 'localhost:7071'], 'no absolute http or https URL'],
  [['start', '--upstream', 'http://a/', '--config', 'x'], 'Give one of them'],
  [['upstream'], 'the commands are start'],
  [['upstream', 'init', '--port', '1'], 'it takes no --port'],
  [['upstream', 'list', '--output', 'x'], 'it takes no --output'],
  [['start', '--output', 'x'], 'it takes no --output'],
  [['start', '--units', '0'], '1 to 10 of them'],
  [['start', '--units', '11'], '1 to 10 of them'],
  [['start', '--units', ''], '1 to 10 of them'],
  [['start', '--log-level', 'loud'], 'there are debug, info, warn, none'],
  [['start', '--faults', ''], 'there are concurrent, late'],
  [['start', '--faults', 'lost'], 'a share from 0 to 1'],
  [['start', '--faults', 'lost=2'], 'a share from 0 to 1'],
  [['start', '--faults', 'late=soon'], 'it needs milliseconds'],
  [['start', '--faults', 'concurrent=1'], 'takes no value'],
])('%j is refused in one line that says what to do', (args, reason) => {
  expect(() => parseCommand(args)).toThrow(reason);
  expect(() => parseCommand(args)).toThrow(/^unable to [^\n]+; [^\n]+[.?] [A-Z-][^\n]+\.$/);
});
