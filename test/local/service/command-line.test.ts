import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { EMULATOR_KEY } from '../../../local/access-token.ts';
import { parseCommand } from '../../../local/service/command-line.ts';
import { toTemplate } from '../../../local/service/upstream-settings.ts';

let folder: string;
let settings: string;
let broken: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'emulator-'));
  settings = join(folder, 'settings.json');
  broken = join(folder, 'broken.json');
  const template = { UrlTemplate: 'http://a/{event}', EventPattern: 'x' };
  writeFileSync(settings, JSON.stringify({ UpstreamSettings: { Templates: [template] } }));
  writeFileSync(broken, '{ "UpstreamSettings": ');
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([[[]], [['--help']], [['start', '--help']]])('%j asks for help', (args) => {
  expect(parseCommand(args)).toBe('help');
});

test('start alone takes the official emulator’s port and key', () => {
  expect(parseCommand(['start'])).toEqual({ port: 8888, keys: [EMULATOR_KEY], upstream: [] });
});

test('everything can be set', () => {
  const args = [
    'start',
    '-p',
    '0',
    '-i',
    '0.0.0.0',
    '-u',
    'http://a/',
    '--key',
    'one',
    '--key',
    'two',
  ];
  expect(parseCommand(args)).toEqual({
    port: 0,
    ip: '0.0.0.0',
    keys: ['one', 'two'],
    upstream: [toTemplate('http://a/')],
  });
});

test('a settings file says where events go', () => {
  expect(parseCommand(['start', '--config', settings])).toMatchObject({
    upstream: [{ ...toTemplate('http://a/{event}'), eventPattern: 'x' }],
  });
});

test.each([
  [['stop'], 'the only command is start'],
  [['start', 'again'], 'the only command is start'],
  [['--port', '1'], 'the only command is start'],
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
  [['start', '--upstream', 'localhost:7071'], 'no absolute http or https URL'],
  [['start', '--upstream', 'http://a/', '--config', 'x'], 'Give one of them'],
  [['start', '--config', '/nowhere/settings.json'], 'there is no such file'],
])('%j is refused in one line that says what to do', (args, reason) => {
  expect(() => parseCommand(args)).toThrow(reason);
  expect(() => parseCommand(args)).toThrow(/^unable to [^\n]+; [^\n]+\. [A-Z-][^\n]+\.$/);
});

test('a broken settings file is refused', () => {
  expect(() => parseCommand(['start', '--config', broken])).toThrow(
    'unable to use the upstream settings',
  );
});
