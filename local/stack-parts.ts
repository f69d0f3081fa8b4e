// How each part of the stack is started as a process, once ports and settings are known.

import { access, constants } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { EMULATOR_KEY } from './access-token.ts';
import { startAzuriteProcess } from './azurite.ts';
import { type Child, startChild } from './child.ts';
import { LOOPBACK } from './ports.ts';
import { ROOT } from './root.ts';
import type { Settings } from './settings.ts';
import type { Ports } from './stack-ports.ts';

/** In the order of the start; the end goes back. */
export const PARTS = ['azurite', 'service', 'host'] as const;
export type PartName = (typeof PARTS)[number];

export type StackLog = (
  line: string,
  from: PartName | 'stack',
  stream: 'stdout' | 'stderr',
) => void;

export interface PartsInput {
  readonly settings: Settings;
  readonly ports: Ports;
  /** Of the function app. */
  readonly environment: NodeJS.ProcessEnv;
  readonly dataDir: string | undefined;
  /** Path of Core Tools' command; without it the embedded host runs the functions. */
  readonly func: string | undefined;
  readonly log: StackLog | undefined;
}

/** Only the parts that no setting names already. */
export type Starters = ReadonlyMap<PartName, () => Child>;

export function toStarters({
  settings,
  ports,
  environment,
  dataDir,
  func,
  log,
}: PartsInput): Starters {
  const onLine = (from: PartName) => (line: string, stream: 'stdout' | 'stderr') =>
    log?.(line, from, stream);
  const starters = new Map<PartName, () => Child>();
  if (!settings.storage) {
    starters.set('azurite', () =>
      startAzuriteProcess({
        tablePort: ports.tablePort,
        ...(ports.blobPort === undefined ? {} : { blobPort: ports.blobPort }),
        ...(dataDir === undefined ? {} : { folder: resolve(dataDir) }),
        onLine: onLine('azurite'),
      }),
    );
  }
  if (!settings.service) {
    starters.set('service', () =>
      startChild({
        name: 'service',
        module: join(ROOT, 'local/service/cli.ts'),
        args: [
          ...[
            'start',
            '--port',
            String(ports.servicePort),
            '--ip',
            LOOPBACK,
            '--key',
            EMULATOR_KEY,
          ],
          ...['--upstream', `http://${LOOPBACK}:${ports.port}/runtime/webhooks/signalr`],
        ],
        env: process.env,
        onLine: onLine('service'),
      }),
    );
  }
  const args = ['--app-dir', ROOT, '--port', String(ports.port)];
  starters.set('host', () =>
    startChild({
      name: 'host',
      module: join(ROOT, func ? 'local/func-process.ts' : 'local/host/cli.ts'),
      args: func ? [...args, '--func', func] : [...args, '--address', LOOPBACK],
      env: environment,
      onLine: onLine('host'),
    }),
  );
  return starters;
}

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
    'unable to start func; it is not on the PATH. Install Azure Functions Core Tools, or leave out --host func.',
  );
}
