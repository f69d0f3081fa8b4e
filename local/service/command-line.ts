// The arguments of `signalr-emulator`: what they mean, and what is wrong with them.

import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { EMULATOR_KEY, EMULATOR_PORT } from '../access-token.ts';
import type { ServiceOptions } from './server.ts';
import { parseUpstreamSettings, toTemplate, type UpstreamTemplate } from './upstream-settings.ts';

export const HELP = `Usage: signalr-emulator start [options]

A local Azure SignalR Service in serverless mode.

  --port N          where to listen (default ${EMULATOR_PORT}; 0 for any free port)
  --ip ADDR         address to listen at (default: loopback only)
  --upstream URL    takes all events, e.g. http://localhost:7071/runtime/webhooks/signalr
  --config FILE     upstream settings, as the official emulator has them (default: settings.json, if it is there)
  --key KEY         access key (default: the official emulator's); twice for a primary and a secondary one
  --help            this text`;

/** What the arguments ask for. Throws an error whose message is for the user. */
export function parseCommand(args: readonly string[]): 'help' | ServiceOptions {
  const { values, positionals } = parseOptions(args);
  if (values.help || args.length === 0) return 'help';
  if (positionals.length !== 1 || positionals[0] !== 'start') {
    throw new Error(
      `unable to run ${JSON.stringify(positionals.join(' '))}; the only command is start. Try --help.`,
    );
  }
  return {
    port: parsePort(values.port),
    ...(values.ip === undefined ? {} : { ip: parseIp(values.ip) }),
    keys: parseKeys(values.key),
    upstream: parseUpstream(values.upstream, values.config),
  };
}

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        port: { type: 'string', short: 'p' },
        ip: { type: 'string', short: 'i' },
        upstream: { type: 'string', short: 'u' },
        config: { type: 'string', short: 'c' },
        key: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new Error(`unable to read the arguments; ${reason}. Try --help.`);
  }
}

function parsePort(text: string | undefined): number {
  const port = text === undefined ? EMULATOR_PORT : Number(text);
  if (text?.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(
      `unable to listen at port ${JSON.stringify(text)}; a port is a number from 0 to 65535. Choose one, or 0 for any.`,
    );
  }
  return port;
}

function parseIp(text: string): string {
  if (isIP(text) === 0) {
    throw new Error(
      `unable to listen at ${JSON.stringify(text)}; it is no IP address. Give one such as 127.0.0.1 or 0.0.0.0.`,
    );
  }
  return text;
}

function parseKeys(keys: readonly string[] | undefined): readonly string[] {
  if (keys === undefined) return [EMULATOR_KEY];
  if (keys.length > 2 || keys.some((key) => key === '' || /[;\s]/.test(key))) {
    throw new Error(
      'unable to use the access keys; there are one or two, without spaces or semicolons. Give --key once or twice.',
    );
  }
  return keys;
}

function parseUpstream(
  url: string | undefined,
  file: string | undefined,
): readonly UpstreamTemplate[] {
  if (url !== undefined && file !== undefined) {
    throw new Error(
      'unable to use both --upstream and --config; each says where events go. Give one of them.',
    );
  }
  if (url !== undefined) return [toTemplate(url)];
  const text = readSettings(file);
  return text === undefined ? [] : parseUpstreamSettings(text);
}

/** A file that was asked for has to be there; the default one need not. */
function readSettings(file: string | undefined): string | undefined {
  const path = file ?? 'settings.json';
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isMissing && file === undefined) return undefined;
    throw new Error(
      `unable to read ${path}; ${isMissing ? 'there is no such file' : String(error)}. Check --config.`,
    );
  }
}
