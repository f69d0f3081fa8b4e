// host.json and local.settings.json, read once at the start.
// Source: azure-functions-host (HostJsonFileConfigurationSource), azure-functions-core-tools (AppSettingsFile).

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseLenientJson } from '../lenient-json.ts';
import { DEFAULT_LOG_LEVELS, type LogLevel, type LogLevels, parseLogLevel } from './log.ts';

export type HostSettings = Readonly<Record<string, string | undefined>>;

/** The part of host.json that the embedded host uses. The rest concerns Azure only. */
export interface HostConfig {
  /** The prefix of every route, without slashes around it. Default `api`. */
  readonly routePrefix: string;
  /** False if host.json allows the SignalR webhook without the system key, because the functions check the caller. */
  readonly webhookNeedsKey: boolean;
  /** If false, a request body of unknown length is dropped, as on Azure. */
  readonly bindsChunkedRequests: boolean;
  /** Added to each response of a function. */
  readonly customHeaders: Readonly<Record<string, string>>;
  readonly logLevels: LogLevels;
  /** The functions to load. Absent for all. */
  readonly functions: readonly string[] | undefined;
}

export interface Cors {
  /** Exact origins, or `*`. */
  readonly origins: readonly string[];
  readonly allowsCredentials: boolean;
}

export interface LocalSettings {
  readonly values: Readonly<Record<string, string>>;
  readonly cors: Cors | undefined;
  /** Warnings for the developer, one line each. */
  readonly warnings: readonly string[];
}

const NO_LOCAL_SETTINGS: LocalSettings = { values: {}, cors: undefined, warnings: [] };

/** The host.json of the folder. Throws an error whose message is for the user. */
export async function readHostJson(appDir: string, settings: HostSettings): Promise<HostConfig> {
  const path = join(appDir, 'host.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    throw new Error(
      `unable to start the Functions host; there is no host.json in ${appDir}. Start it in the folder of a function app, or name one with --app-dir.`,
    );
  }
  return parseHostJson(text, settings);
}

/**
 * Settings such as `AzureFunctionsJobHost__extensions__http__routePrefix` replace what the file says. Throws an error that
 * names the fault.
 */
export function parseHostJson(text: string, settings: HostSettings = {}): HostConfig {
  const root = parseJsonObject(text);
  if (!root) throw unusable('it is not a JSON object', 'Correct it.');
  if (root.version !== '2.0') {
    throw unusable('its version is not "2.0"', 'Write "version": "2.0".');
  }
  const http = toObject(toObject(root.extensions).http);
  const override = (...path: string[]) => settings[['AzureFunctionsJobHost', ...path].join('__')];

  const prefix = override('extensions', 'http', 'routePrefix') ?? http.routePrefix ?? 'api';
  if (typeof prefix !== 'string') {
    throw unusable('its routePrefix is no text', 'Write text, "" for no prefix.');
  }
  const chunked =
    override('extensions', 'http', 'enableChunkedRequestBinding') ??
    http.enableChunkedRequestBinding;
  return {
    webhookNeedsKey: readWebhookLevel(toObject(root.extensions), override) === 'system',
    routePrefix: prefix.replace(/^\/+|\/+$/g, ''),
    bindsChunkedRequests: String(chunked).toLowerCase() === 'true',
    customHeaders: toTexts(http.customHeaders),
    logLevels: readLogLevels(toObject(toObject(root.logging).logLevel), settings),
    functions: Array.isArray(root.functions) ? root.functions.map(String) : undefined,
  };
}

/** Any other level fails the start. Source: azure-functions-host, ExtensionSystemOptions. */
function readWebhookLevel(
  extensions: Record<string, unknown>,
  override: (...path: string[]) => unknown,
): 'system' | 'anonymous' {
  const [, section] =
    Object.entries(extensions).find(([name]) => name.toLowerCase() === 'signalr') ?? [];
  const level =
    override('extensions', 'signalR', 'system', 'webhookAuthorizationLevel') ??
    toObject(toObject(section).system).webhookAuthorizationLevel ??
    'system';
  const known = String(level).toLowerCase();
  if (known === 'system' || known === 'anonymous') return known;
  throw unusable(
    `its webhookAuthorizationLevel is ${JSON.stringify(level)}`,
    'Use System or Anonymous.',
  );
}

function readLogLevels(configured: Record<string, unknown>, settings: HostSettings): LogLevels {
  const levels: Record<string, LogLevel> = { ...DEFAULT_LOG_LEVELS };
  const prefix = 'AzureFunctionsJobHost__logging__logLevel__';
  const overrides = Object.entries(settings)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length).replaceAll('__', '.'), value] as const);
  for (const [category, text] of [...Object.entries(configured), ...overrides]) {
    const level = parseLogLevel(text);
    if (!level) {
      throw unusable(
        `its log level for ${category} is ${JSON.stringify(text)}`,
        'Use Trace, Debug, Information, Warning, Error, Critical or None.',
      );
    }
    levels[category] = level;
  }
  return levels;
}

/** Empty without such a file, because settings may come from the environment alone. */
export async function readLocalSettings(appDir: string): Promise<LocalSettings> {
  try {
    return parseLocalSettings(await readFile(join(appDir, 'local.settings.json'), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NO_LOCAL_SETTINGS;
    throw error;
  }
}

/** Throws for values that count as encrypted. Other faults are warnings, as in Core Tools. */
export function parseLocalSettings(text: string): LocalSettings {
  const root = parseJsonObject(text);
  if (!root) {
    const warning =
      'unable to read local.settings.json; it is not a JSON object. Correct it: none of its settings count.';
    return { ...NO_LOCAL_SETTINGS, warnings: [warning] };
  }
  // Core Tools takes a missing IsEncrypted as true, and then decrypts the values.
  if (root.IsEncrypted !== false) {
    throw new Error(
      'unable to read local.settings.json; its values count as encrypted. Write "IsEncrypted": false at its top.',
    );
  }
  const values: Record<string, string> = {};
  const warnings: string[] = [];
  for (const [name, value] of Object.entries(toObject(root.Values))) {
    if (value === null || typeof value === 'object') {
      warnings.push(
        `unable to use the setting ${name} of local.settings.json; it is no text. Put it in quotes.`,
      );
    } else {
      values[name] = String(value);
    }
  }
  return { values, cors: readCors(toObject(root.Host)), warnings };
}

function readCors(host: Record<string, unknown>): Cors | undefined {
  const text = host.CORS;
  if (typeof text !== 'string' || text.trim() === '') return undefined;
  const origins = text
    .split(',')
    .map((origin) => origin.trim().replace(/\/+$/, ''))
    .filter((origin) => origin !== '');
  const allowsCredentials = host.CORSCredentials === true;
  // ASP.NET Core refuses this pair, too: with it every page could act as the visitor.
  if (allowsCredentials && origins.includes('*')) {
    throw new Error(
      'unable to read local.settings.json; CORS "*" does not go with CORSCredentials. List the origins.',
    );
  }
  return { origins, allowsCredentials };
}

function parseJsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = parseLenientJson(text.replace(/^\ufeff/, ''));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function toObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function toTexts(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(toObject(value)).map(([name, text]) => [name, String(text)]),
  );
}

function unusable(reason: string, remedy: string): Error {
  return new Error(`unable to use host.json; ${reason}. ${remedy}`);
}
