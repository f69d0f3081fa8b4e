import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  type CommandLine,
  DEFAULT_INSPECT_PORT,
  HELP,
  parseCommandLine,
} from '../../../local/stack/command-line.ts';

const DEFAULTS: CommandLine = {
  port: 7071,
  servicePort: 8888,
  tablePort: 10_002,
  blobPort: 0,
  dataDir: '.data',
  host: 'embedded',
  inspectPort: undefined,
  lan: undefined,
  watch: false,
  verbose: false,
  help: false,
};

describe('command line', () => {
  test.each<[string, Partial<CommandLine>]>([
    ['', {}],
    ['--port 0', { port: 0 }],
    ['--port=65535', { port: 65_535 }],
    ['--service-port 2 --table-port 3', { servicePort: 2, tablePort: 3 }],
    ['--data kept/here', { dataDir: 'kept/here' }],
    ['--ephemeral', { dataDir: undefined }],
    ['--host func', { host: 'func' }],
    ['--host func --blob-port 3', { host: 'func', blobPort: 3 }],
    ['--host none', { host: 'none', blobPort: 10_000 }],
    ['--host none --blob-port 0', { host: 'none', blobPort: 0 }],
    ['--host embedded', {}],
    ['--inspect', { inspectPort: 9229 }],
    ['--inspect --watch', { inspectPort: 9229, watch: true }],
    ['--inspect=0', { inspectPort: 0 }],
    ['--lan', { lan: 'first' }],
    ['--lan --watch', { lan: 'first', watch: true }],
    ['--lan 192.168.1.7', { lan: '192.168.1.7' }],
    ['--lan=10.0.0.1 --port 0', { lan: '10.0.0.1', port: 0 }],
    ['--watch --verbose', { watch: true, verbose: true }],
    ['--help', { help: true }],
    ['-h', { help: true }],
  ])('%j is understood', (text, expected) => {
    expect(parseCommandLine(toArgs(text))).toEqual({ ...DEFAULTS, ...expected });
  });

  test.each<[string, RegExp]>([
    ['--prot 1', /there is no option --prot/],
    ['-p 1', /there is no option -p/],
    ['chat', /it takes no "chat"/],
    ['--port', /--port/],
    ['--port --watch', /--port/],
    ['--port 65536', /--port is "65536"/],
    ['--port=-1', /--port is "-1"/],
    ['--port 80a', /--port is "80a"/],
    ['--port 1e3', /--port is "1e3"/],
    ['--service-port=', /--service-port is ""/],
    ['--table-port x', /--table-port is "x"/],
    ['--data=', /--data/],
    ['--data a --ephemeral', /--data and --ephemeral/],
    ['--ephemeral=yes', /--ephemeral/],
    ['--inspect 9230', /it takes no "9230"/],
    ['--inspect=', /--inspect is ""/],
    ['--inspect=0.0.0.0:9229', /--inspect is "0.0.0.0:9229"/],
    ['--host azure', /--host is "azure"/],
    ['--host none --port 0', /--host none needs a port/],
    ['--host none --inspect', /--inspect finds no functions/],
    ['--blob-port x', /--blob-port is "x"/],
    ['--lan home', /--lan is "home"/],
    ['--lan=', /--lan is ""/],
    ['--lan 0.0.0.0', /--lan is "0\.0\.0\.0"/],
    ['--lan fe80::1', /--lan is "fe80::1"/],
    ['--lan --host func', /--lan does not go with --host func/],
  ])('%j is refused in one line that names it', (text, expected) => {
    const refusal = refusalOf(text);
    expect(refusal).toMatch(/^unable to understand the command line; .+[.?] .+\.$/);
    expect(refusal).toMatch(expected);
  });

  test('the help names each option', () => {
    for (const option of ['port', 'service-port', 'table-port', 'blob-port', 'data']) {
      expect(HELP).toContain(`--${option} `);
    }
    for (const option of ['ephemeral', 'host']) expect(HELP).toContain(`--${option} `);
    for (const option of ['watch', 'verbose', 'help']) expect(HELP).toContain(`--${option} `);
    expect(HELP).toContain('--inspect[=PORT] ');
    expect(HELP).toContain('--lan [ADDRESS] ');
  });
});

test('VS Code attaches to the port of --inspect, and to the built bundle', () => {
  const launch = JSON.parse(readFileSync('.vscode/launch.json', 'utf8'));
  expect(launch.configurations).toContainEqual(
    expect.objectContaining({
      request: 'attach',
      port: DEFAULT_INSPECT_PORT,
      outFiles: [expect.stringMatching(/\/dist\/functions\/\*\.cjs$/)],
    }),
  );
});

function toArgs(text: string): string[] {
  return text.split(' ').filter((word) => word !== '');
}

function refusalOf(text: string): string {
  try {
    parseCommandLine(toArgs(text));
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return 'understood';
}

test.each([
  ['npm_config_port', '--port'],
  ['npm_config_service_port', '--service-port'],
  ['npm_config_ephemeral', '--ephemeral'],
  ['npm_config_lan', '--lan'],
])(
  'an option that npm kept to itself is refused with the right way to write it: %s',
  (name, option) => {
    expect(() => parseCommandLine(['1'], { [name]: 'true' })).toThrow(
      `unable to understand the command line; npm kept ${option} to itself. Write -- before it: npm start -- ${option} ….`,
    );
  },
);

test('what npm sets for itself is no option of ours', () => {
  expect(parseCommandLine([], { npm_config_loglevel: 'verbose', npm_config_verbose: '' })).toEqual(
    DEFAULTS,
  );
});
