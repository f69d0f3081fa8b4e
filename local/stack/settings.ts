// The app's settings on a developer's machine: their files and variables, and the real cloud parts that they name. The stack
// starts an emulator only for a part that no setting names.

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { EMULATOR_PORT, parseConnectionString } from '../access-token.ts';
import { loadEsbuild } from '../build/esbuild-process.ts';
import { messageOf } from '../command.ts';
import { parseLenientJson, toStrictJson } from '../lenient-json.ts';

export type Values = Readonly<Record<string, string>>;
export type Environment = Readonly<Record<string, string | undefined>>;

export interface SettingsSources {
  /** local.settings.example.json, which works unchanged. */
  readonly example: Values;
  /** local.settings.json. Empty if the file is missing. */
  readonly user: Values;
  /** The process's environment. It replaces values of both files. */
  readonly environment: Environment;
}

/** A real cloud part, or another emulator, that a setting names. */
interface NamedPart {
  readonly setting: string;
  readonly from: 'the environment' | 'local.settings.json';
}

export interface StackSettings {
  /** Values of the files that the environment lacks. */
  readonly values: Values;
  /** Absent if the stack starts the service emulator. */
  readonly service: NamedPart | undefined;
  /** Absent if the stack starts Azurite. */
  readonly storage: NamedPart | undefined;
}

/** The ports of `local.settings.example.json` and Core Tools, beside the service emulator's port. */
export const PAGE_PORT = 7_071;
export const BLOB_PORT = 10_000;
export const TABLE_PORT = 10_002;

const SERVICE = 'AzureSignalRConnectionString';
const STORAGE = 'AzureWebJobsStorage';
const TABLES = 'CHAT_STORAGE';

/** What the app gets from the two files, the user's before the example's, and the real parts that the user's or the environment names. */
export function resolveSettings({ example, user, environment }: SettingsSources): StackSettings {
  const values: Record<string, string> = { ...example, ...user };
  const service = findNamed(SERVICE, isEmulator, user, environment);
  const storage = findNamed(STORAGE, isDevelopmentStorage, user, environment);
  // With a managed identity each part of the setting is a setting itself. The example's whole setting would replace them.
  if (service && !user[SERVICE]) delete values[SERVICE];
  if (storage && !user[STORAGE]) delete values[STORAGE];
  return { values, service, storage };
}

/** Values that only the stack knows, such as the emulators' ports. */
export interface Decided {
  readonly serviceConnectionString: string | undefined;
  readonly storageConnectionString: string | undefined;
}

/**
 * The environment of the function app.
 *
 * @param extra the caller's settings, which replace all others
 */
export function toAppEnvironment(
  { values }: StackSettings,
  { serviceConnectionString, storageConnectionString }: Decided,
  environment: Environment,
  extra: Values = {},
): Record<string, string | undefined> {
  const app: Record<string, string | undefined> = { ...values, ...environment };
  if (serviceConnectionString !== undefined) app[SERVICE] = serviceConnectionString;
  if (storageConnectionString !== undefined) {
    app[STORAGE] = storageConnectionString;
    if (app[TABLES] && isDevelopmentStorage(app[TABLES])) app[TABLES] = storageConnectionString;
  }
  return { ...app, ...extra };
}

/** The `Values` of a settings file, empty without a file. Throws an error of one line with the position of a mistake. */
export async function readSettingsFile(path: string): Promise<Values> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unreadable(basename(path), messageOf(error), 'Make the file readable');
  });
  return text === undefined ? {} : parseSettings(basename(path), text);
}

/** Throws an error that names the file and the line. */
export async function parseSettings(file: string, text: string): Promise<Values> {
  const root = await parseJson(file, text.replace(/^\uFEFF/, ''));
  if (!isObject(root)) throw unreadable(file, 'it is not a JSON object', EXAMPLE);
  // Core Tools take a missing IsEncrypted as true, and then decrypt the values.
  if (root.IsEncrypted !== false) {
    throw unreadable(
      file,
      'its values count as encrypted',
      'Write "IsEncrypted": false at its top',
    );
  }
  const found = root.Values ?? {};
  if (!isObject(found)) throw unreadable(file, 'its Values are not a JSON object', EXAMPLE);
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(found)) {
    // Core Tools ignore it, too.
    if (value === null) continue;
    if (typeof value === 'object') {
      throw unreadable(file, `its setting ${name} is not text`, 'Put the value in quotes');
    }
    values[name] = String(value);
  }
  return values;
}

const EXAMPLE = 'See local.settings.example.json for its shape';

async function parseJson(file: string, text: string): Promise<unknown> {
  try {
    return parseLenientJson(text);
  } catch (error) {
    throw unreadable(
      file,
      (await locate(toStrictJson(text))) ?? messageOf(error),
      'Correct it there',
    );
  }
}

/** JSON.parse does not always report the position of a mistake. esbuild's parser does. */
async function locate(text: string): Promise<string | undefined> {
  // Only a mistake needs it.
  const { transform } = loadEsbuild();
  try {
    await transform(text, { loader: 'json', logLevel: 'silent' });
    return undefined;
  } catch (error) {
    const { errors } = error as { errors?: readonly { text: string; location: Place | null }[] };
    const [first] = errors ?? [];
    if (!first?.location) return undefined;
    return `line ${first.location.line}, column ${first.location.column + 1}: ${first.text}`;
  }
}

interface Place {
  readonly line: number;
  /** Counted from 0. */
  readonly column: number;
}

/** The whole setting, or a part of it for a managed identity (`__serviceUri`, `__accountName`, …). */
function findNamed(
  setting: string,
  isDefaultEmulator: (value: string) => boolean,
  user: Values,
  environment: Environment,
): NamedPart | undefined {
  const names = (name: string, value: string | undefined) =>
    Boolean(value) &&
    (name === setting
      ? !isDefaultEmulator(value ?? '')
      : name.startsWith(`${setting}__`) || name.startsWith(`${setting}:`));
  const inEnvironment = Object.keys(environment).find((name) => names(name, environment[name]));
  if (inEnvironment) return { setting: inEnvironment, from: 'the environment' };
  // An emulator in the environment replaces a real part in the file, as any variable does.
  if (environment[setting]) return undefined;
  const inFile = Object.keys(user).find((name) => names(name, user[name]));
  return inFile ? { setting: inFile, from: 'local.settings.json' } : undefined;
}

/** On another port than the default it is an emulator that the user runs. */
function isEmulator(value: string): boolean {
  try {
    const { hostname, port } = new URL(parseConnectionString(value).serverEndpoint);
    return ['localhost', '127.0.0.1', '[::1]'].includes(hostname) && port === String(EMULATOR_PORT);
  } catch {
    return false;
  }
}

function isDevelopmentStorage(value: string): boolean {
  return /^\s*UseDevelopmentStorage\s*=\s*true\s*;?\s*$/i.test(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unreadable(file: string, reason: string, remedy: string): Error {
  return new Error(`unable to read ${file}; ${reason}. ${remedy}.`);
}
