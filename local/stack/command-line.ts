// Parses the arguments of `npm start -- …`.

import { isIPv4 } from 'node:net';
import { EMULATOR_PORT } from '../access-token.ts';
import { isBlockedPort } from '../blocked-ports.ts';
import { parseOptions } from '../parse-options.ts';
import { BLOB_PORT, PAGE_PORT, TABLE_PORT } from './settings.ts';

export interface CommandLine {
  /** Port of the page. 0 for any free port, as with the other two. */
  readonly port: number;
  readonly servicePort: number;
  readonly tablePort: number;
  /** Port of the blob service, which runs only with a host other than the embedded one. */
  readonly blobPort: number;
  /** The folder of the tables. Absent with `--ephemeral`. */
  readonly dataDir: string | undefined;
  readonly host: HostKind;
  /** Port for a debugger of the functions, 0 for any free port. Absent without `--inspect`. */
  readonly inspectPort: number | undefined;
  /** The address for other devices, or `first` for the first one of this machine. Absent without `--lan`. */
  readonly lan: string | undefined;
  readonly watch: boolean;
  readonly verbose: boolean;
  readonly help: boolean;
}

/** The host of the functions: local/host/, Azure Functions Core Tools, or a host that somebody starts by hand. */
export type HostKind = 'embedded' | 'func' | 'none';

/** `--lan` without an address. */
export const FIRST_ADDRESS = 'first';

const DEFAULT_DATA_DIR = '.data';

/** Node's default, to which debuggers attach by default. */
export const DEFAULT_INSPECT_PORT = 9_229;

export const HELP = `Usage: npm start -- [options]
Starts the chat on this machine: tables, realtime service, functions and page.

  --port N          the page's port, default 7071; 0 for any
  --service-port N  the realtime service's port, default 8888; 0 for any
  --table-port N    the tables' port, default 10002; 0 for any
  --blob-port N     the blobs' port, which only Core Tools need: default 10000 with --host none, else any
  --data DIR        keep tables in DIR, default ${DEFAULT_DATA_DIR}
  --ephemeral       keep tables in memory only
  --host KIND       embedded (default); func for Azure Functions Core Tools; or none, to run func start yourself
  --inspect[=PORT]  let a debugger attach to the functions, default port ${DEFAULT_INSPECT_PORT}; 0 for any
  --lan [ADDRESS]   let your phone in: listen at this machine's first private address, or at ADDRESS
  --watch           build again and restart the functions when a source file changes
  --verbose         show the log of every part
  --help            show this

Ctrl+C stops everything. Settings: local.settings.example.json, then local.settings.json, then the environment.`;

export const OPTIONS = {
  port: { type: 'string' },
  'service-port': { type: 'string' },
  'table-port': { type: 'string' },
  'blob-port': { type: 'string' },
  data: { type: 'string' },
  ephemeral: { type: 'boolean' },
  host: { type: 'string' },
  inspect: { type: 'string' },
  lan: { type: 'string' },
  watch: { type: 'boolean' },
  verbose: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * @param environment npm's own variables show which options it kept to itself
 * @throws an error whose one line names the option
 */
export function parseCommandLine(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): CommandLine {
  refuseKeptByNpm(environment);
  const { values } = parseOptions(
    { args: [...withLanAddress(args.map(withInspectPort))], options: OPTIONS },
    'Run npm start -- --help for what there is',
  );
  if (values.data !== undefined && values.ephemeral) {
    throw usageError('--data and --ephemeral contradict each other', 'Give one of them');
  }
  if (values.data === '') throw usageError('--data names no folder', 'Write --data DIR');
  const host = parseHost(values.host);
  const port = parseWebPort('port', values.port, PAGE_PORT);
  if (host === 'none' && port === 0) {
    throw usageError('--host none needs a port', 'Give the port of your func start');
  }
  if (host === 'none' && values.inspect !== undefined) {
    throw usageError(
      '--inspect finds no functions with --host none',
      'Set languageWorkers__node__arguments=--inspect=9229 where you run func start',
    );
  }
  return {
    port,
    servicePort: parseWebPort('service-port', values['service-port'], EMULATOR_PORT),
    tablePort: parsePort('table-port', values['table-port'], TABLE_PORT),
    dataDir: values.ephemeral ? undefined : (values.data ?? DEFAULT_DATA_DIR),
    blobPort: parsePort('blob-port', values['blob-port'], host === 'none' ? BLOB_PORT : 0),
    host,
    inspectPort:
      values.inspect === undefined
        ? undefined
        : parsePort('inspect', values.inspect, DEFAULT_INSPECT_PORT),
    lan: parseLan(values.lan, host),
    watch: values.watch ?? false,
    verbose: values.verbose ?? false,
    help: values.help ?? false,
  };
}

/** Without `--` npm takes an option for its own setting. */
function refuseKeptByNpm(environment: Readonly<Record<string, string | undefined>>): void {
  const kept = Object.keys(OPTIONS).find((name) => {
    // npm has a --verbose of its own.
    return name !== 'verbose' && `npm_config_${name.replaceAll('-', '_')}` in environment;
  });
  if (kept === undefined) return;
  throw usageError(`npm kept --${kept} to itself`, `Write -- before it: npm start -- --${kept} …`);
}

/** `parseArgs` has no options with an optional value, as Node's own `--inspect` is. */
function withInspectPort(arg: string): string {
  return arg === '--inspect' ? `--inspect=${DEFAULT_INSPECT_PORT}` : arg;
}

/** Nor has it an option that may stand alone. An address may follow as an argument of its own. */
function withLanAddress(args: readonly string[]): readonly string[] {
  const at = args.indexOf('--lan');
  if (at < 0) return args;
  const next = args[at + 1];
  const address = next === undefined || next.startsWith('-') ? undefined : next;
  const rest = args.slice(at + (address === undefined ? 1 : 2));
  return [...args.slice(0, at), `--lan=${address ?? FIRST_ADDRESS}`, ...rest];
}

function parseLan(text: string | undefined, host: HostKind): string | undefined {
  if (text === undefined) return undefined;
  if (text !== FIRST_ADDRESS && (!isIPv4(text) || /^0\./.test(text))) {
    throw usageError(
      `--lan is ${JSON.stringify(text)}`,
      'Give an IPv4 address of this machine, such as 192.168.1.7, or --lan alone for the first one',
    );
  }
  // Core Tools choose their address themselves, and ask for no keys.
  if (host !== 'embedded') {
    throw usageError(`--lan does not go with --host ${host}`, `Leave out --host ${host}`);
  }
  return text;
}

/** The port of something that browsers send requests to. */
function parseWebPort(option: string, text: string | undefined, otherwise: number): number {
  const port = parsePort(option, text, otherwise);
  if (!isBlockedPort(port)) return port;
  throw usageError(
    `--${option} is ${port}, a port to which browsers and Node send no request`,
    `Choose another, such as ${otherwise}`,
  );
}

function parsePort(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) {
    throw usageError(
      `--${option} is ${JSON.stringify(text)}`,
      'Give a number from 0 to 65535, 0 for any free port',
    );
  }
  return port;
}

function parseHost(text: string | undefined): HostKind {
  if (text === undefined || text === 'embedded') return 'embedded';
  if (text === 'func' || text === 'none') return text;
  throw usageError(`--host is ${JSON.stringify(text)}`, 'Give embedded, func or none');
}

function usageError(reason: string, remedy: string): Error {
  return new Error(`unable to understand the command line; ${reason}. ${remedy}.`);
}
