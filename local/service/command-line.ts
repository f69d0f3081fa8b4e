// Parses the arguments of `signalr-emulator`.

import { EMULATOR_KEY, EMULATOR_PORT } from '../access-token.ts';
import { nearestWord } from '../nearest-word.ts';
import { parseOptions } from '../parse-options.ts';
import { requireHost, requireIp, requireKeys, requirePort, requireUnits } from './check-options.ts';
import { parseFaults } from './faults-option.ts';
import { LOG_LEVELS, type LogLevel } from './log.ts';
import type { EmulatorOptions, Units } from './options.ts';
import { toTemplate } from './upstream/upstream-settings.ts';

/** @param program what a user types before the command, e.g. `signalr-emulator` */
export const toHelp = (program: string) => `Usage: ${program} start [options]
       ${program} upstream init [--output DIR]
       ${program} upstream list [--config FILE]

A local Azure SignalR Service in serverless mode.

start
  --port N          where to listen (default ${EMULATOR_PORT}; 0 for any free port)
  --ip ADDR         address to listen at (default: loopback only)
  --upstream URL    takes all events, e.g. http://localhost:7071/runtime/webhooks/signalr
  --config FILE     upstream settings, as the official emulator has them, or the folder of a settings.json; read
                    again whenever it changes (default: settings.json, if it is there)
  --key KEY         access key (default: the official emulator's); twice for a primary and a secondary one
  --token-host HOST only takes access tokens that were signed for this host, as Azure may do; may be repeated (default:
                    any host, so that proxies, containers and phones may have names of their own for this machine)
  --units N|free    enforces the limits of a resource of this size: connections, and for free messages a day
  --faults LIST     delivers events as badly as the platform may: concurrent, late=MS, twice=SHARE, lost=SHARE,
                    and seed=N to repeat a run, e.g. concurrent,late=300,twice=0.1,lost=0.05
  --compat          does what the official emulator does where it departs from the service
  --inspect         shows hubs, connections, groups and the last events at /emulator/
  --log-level L     debug, info (default), warn or none

upstream init       writes a settings.json to begin with (--output: into this folder, which it makes)
upstream list       shows where events go (--config: by this file)

  --help            this text`;

export type Command =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'start';
      readonly options: EmulatorOptions;
      /** The source of upstream settings. Undefined if a URL is given instead. */
      readonly settings: SettingsSource | undefined;
      readonly logLevel: LogLevel;
    }
  | { readonly kind: 'upstream init'; readonly folder: string }
  | { readonly kind: 'upstream list'; readonly settings: SettingsSource };

export interface SettingsSource {
  /** A file, or the folder of a settings.json. */
  readonly path: string;
  /** The default file may be missing. */
  readonly isOptional: boolean;
}

/** The parsed command. Throws an error whose message is for the user. */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = readOptions(args);
  if (values.help || args.length === 0) return { kind: 'help' };
  const name = positionals.join(' ');
  switch (name) {
    case 'start':
      refuseOthers(name, values, 'output');
      return toStart(values);
    case 'upstream init':
      refuseOthers(name, values, ...Object.keys(OPTIONS).filter((option) => option !== 'output'));
      return { kind: name, folder: values.output ?? '.' };
    case 'upstream list':
      refuseOthers(name, values, ...Object.keys(OPTIONS).filter((option) => option !== 'config'));
      return { kind: name, settings: toSource(values.config) };
    default:
      throw unknownCommand(name);
  }
}

function unknownCommand(name: string): Error {
  const nearest = nearestWord(name, ['start', 'upstream init', 'upstream list']);
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return new Error(
    `unable to run ${JSON.stringify(name)}; the commands are start, upstream init and upstream list.${hint} Try --help.`,
  );
}

export const OPTIONS = {
  port: { type: 'string', short: 'p' },
  ip: { type: 'string', short: 'i' },
  upstream: { type: 'string', short: 'u' },
  config: { type: 'string', short: 'c' },
  output: { type: 'string', short: 'o' },
  key: { type: 'string', multiple: true },
  'token-host': { type: 'string', multiple: true },
  units: { type: 'string' },
  faults: { type: 'string' },
  compat: { type: 'boolean' },
  inspect: { type: 'boolean' },
  'log-level': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = ReturnType<typeof readOptions>['values'];

function readOptions(args: readonly string[]) {
  return parseOptions({ args: [...args], allowPositionals: true, options: OPTIONS }, 'Try --help');
}

function refuseOthers(command: string, values: Values, ...options: readonly string[]): void {
  const other = options.find((option) => option in values);
  if (other !== undefined) {
    throw new Error(`unable to run ${command}; it takes no --${other}. Try --help.`);
  }
}

function toStart(values: Values): Command {
  if (values.upstream !== undefined && values.config !== undefined) {
    throw new Error(
      'unable to use both --upstream and --config; each says where events go. Give one of them.',
    );
  }
  const { upstream, ip, units, faults, compat, inspect, 'token-host': tokenHosts } = values;
  return {
    kind: 'start',
    settings: upstream === undefined ? toSource(values.config) : undefined,
    logLevel: parseLogLevel(values['log-level']),
    options: {
      port: parsePort(values.port),
      keys: requireKeys(values.key ?? [EMULATOR_KEY]),
      ...(tokenHosts === undefined ? {} : { tokenHosts: tokenHosts.map(requireHost) }),
      ...(ip === undefined ? {} : { ip: requireIp(ip) }),
      ...(upstream === undefined ? {} : { upstream: [toTemplate(upstream)] }),
      ...(units === undefined ? {} : { units: parseUnits(units) }),
      ...(faults === undefined ? {} : { faults: parseFaults(faults) }),
      ...(compat ? { compat } : {}),
      ...(inspect ? { inspect } : {}),
    },
  };
}

function toSource(path: string | undefined): SettingsSource {
  return { path: path ?? 'settings.json', isOptional: path === undefined };
}

function parsePort(text: string | undefined): number {
  return text === undefined ? EMULATOR_PORT : requirePort(toNumber(text), text);
}

function parseUnits(text: string): Units {
  return requireUnits(text === 'free' ? text : toNumber(text), text);
}

/** NaN for an empty text. */
function toNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

function parseLogLevel(text = 'info'): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level) return level;
  throw new Error(
    `unable to log at level ${JSON.stringify(text)}; there are ${LOG_LEVELS.join(', ')}. Choose one of them.`,
  );
}
