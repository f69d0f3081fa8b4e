// Starts each part of the stack as a process, with known ports and settings.

import { access, constants } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { ROOT } from '../root.ts';
import { startAzuriteProcess } from './azurite.ts';
import { type Child, startChild } from './child.ts';
import { toFuncEnvironment } from './func-environment.ts';
import { LOOPBACK } from './ports.ts';
import type { StackSettings } from './settings.ts';
import type { HostChoice, Ports } from './stack-ports.ts';

/** In the order of the start. */
export const PARTS = ['azurite', 'host', 'service'] as const;
export type PartName = (typeof PARTS)[number];

export type StackLog = (
  line: string,
  from: PartName | 'stack',
  stream: 'stdout' | 'stderr',
) => void;

export interface PartsInput {
  readonly settings: StackSettings;
  readonly ports: Ports;
  /** Where page and service listen. */
  readonly address: string;
  /** The emulator's access key. */
  readonly accessKey: string;
  /** The environment of the function app. */
  readonly environment: NodeJS.ProcessEnv;
  readonly dataDir: string | undefined;
  /** The folder of the built function app, with host.json. */
  readonly appDir: string;
  readonly host: HostChoice;
  /** Without it the embedded host asks for no key, like `func start`. */
  readonly functionKey: string | undefined;
  readonly log: StackLog | undefined;
}

/** Only the parts that no setting names. */
export type Starters = ReadonlyMap<PartName, () => Child>;

/** The parts that are ours to start. A part that a setting names is not among them. */
export function toStarters(input: PartsInput): Starters {
  const starters = new Map<PartName, () => Child>();
  if (!input.settings.storage) starters.set('azurite', () => startAzurite(input));
  if (!input.settings.service) starters.set('service', () => startService(input));
  const { host } = input;
  if (host === 'embedded') starters.set('host', () => startEmbeddedHost(input));
  else if (host !== 'none') starters.set('host', () => startForeignHost(input, host));
  return starters;
}

function startAzurite({ ports, dataDir, log }: PartsInput): Child {
  return startAzuriteProcess({
    tablePort: ports.tablePort,
    ...(ports.blobPort === undefined ? {} : { blobPort: ports.blobPort }),
    ...(dataDir === undefined ? {} : { folder: resolve(dataDir) }),
    onLine: (line, stream) => log?.(line, 'azurite', stream),
  });
}

/** Differs from the function key, because a host accepts an equal value as a system key only. */
export function toSystemKey(functionKey: string): string {
  return `${functionKey}-of-the-extension`;
}

function startService({ ports, address, accessKey, functionKey, log }: PartsInput): Child {
  const code =
    functionKey === undefined ? '' : `?code=${encodeURIComponent(toSystemKey(functionKey))}`;
  const options: Readonly<Record<string, string>> = {
    '--port': String(ports.servicePort),
    '--ip': address,
    '--key': accessKey,
    '--upstream': `http://${address}:${ports.port}/runtime/webhooks/signalr${code}`,
  };
  return startChild({
    name: 'service',
    module: join(ROOT, 'local/service/cli.ts'),
    args: ['start', ...Object.entries(options).flat()],
    env: process.env,
    onLine: (line, stream) => log?.(line, 'service', stream),
  });
}

function startEmbeddedHost(input: PartsInput): Child {
  const { ports, address, environment, appDir, functionKey, log } = input;
  const options: Readonly<Record<string, string>> = {
    '--app-dir': appDir,
    '--port': String(ports.port),
    '--address': address,
    ...(functionKey !== undefined && {
      '--function-key': functionKey,
      '--extension-key': toSystemKey(functionKey),
    }),
  };
  return startChild({
    name: 'host',
    module: join(ROOT, 'local/host/cli.ts'),
    args: [
      ...Object.entries(options).flat(),
      '--hold',
      ...(functionKey === undefined ? [] : ['--enableAuth']),
    ],
    env: environment,
    inspectPort: ports.inspectPort,
    onLine: (line, stream) => log?.(line, 'host', stream),
  });
}

/** Core Tools, or a host with the same interface: settings in the environment, `--port N` at the end of the command. */
function startForeignHost(
  { ports, environment, appDir, log }: PartsInput,
  command: readonly string[],
): Child {
  return startChild({
    name: 'host',
    module: join(ROOT, 'local/stack/func-process.ts'),
    args: ['--app-dir', appDir, '--port', String(ports.port), '--', ...command],
    env: toFuncEnvironment(withInspectedWorker(environment, ports.inspectPort)),
    hasStartTimeout: false,
    onNotice: (text) => log?.(text, 'stack', 'stdout'),
    onLine: (line, stream) => log?.(line, 'host', stream),
  });
}

/**
 * Core Tools run the functions in another Node process, which gets these arguments.
 * Source: Azure Functions Node.js developer guide, application setting `languageWorkers__node__arguments`.
 */
function withInspectedWorker(
  environment: NodeJS.ProcessEnv,
  inspectPort: number | undefined,
): NodeJS.ProcessEnv {
  if (inspectPort === undefined) return environment;
  return {
    ...environment,
    languageWorkers__node__arguments: `--inspect=${LOOPBACK}:${inspectPort}`,
  };
}

/** The path of `func`. Throws an error that says how to install it. */
export async function findFunc(): Promise<string> {
  const names = process.platform === 'win32' ? ['func.cmd', 'func.exe'] : ['func'];
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const folder of folders) {
    for (const name of names) {
      const path = join(folder, name);
      const isThere = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (isThere) return path;
    }
  }
  throw new Error(
    'unable to start func; it is not on the PATH. Install Azure Functions Core Tools (npm install --global azure-functions-core-tools@4), or leave out --host func.',
  );
}
