// The stack: Azurite, the service emulator and the Functions host as three processes, so that they use several cores and a test
// can kill each of them. A part that a setting names is used and not started.

import { join } from 'node:path';
import { EMULATOR_KEY, toConnectionString } from '../access-token.ts';
import { ROOT } from '../root.ts';
import { toStorageConnectionString } from './azurite.ts';
import type { HostKind } from './command-line.ts';
import { LOOPBACK } from './ports.ts';
import {
  readSettingsFile,
  resolveSettings,
  type StackSettings,
  toAppEnvironment,
  type Values,
} from './settings.ts';
import { type Built, createStackLife } from './stack-life.ts';
import { findFunc, type PartName, type StackLog, toStarters } from './stack-parts.ts';
import {
  choosePorts,
  type HostChoice,
  hasLostRace,
  type Ports,
  type WantedPorts,
} from './stack-ports.ts';

export type { PartName, StackLog };

/** The default of each port is 0, any free port. */
export interface StackOptions extends WantedPorts {
  /** The folder of the tables. Without it they are in memory. */
  readonly dataDir?: string | undefined;
  /** The folder of the built function app. Default this checkout. It is not built here, see build.ts. */
  readonly appDir?: string;
  /** The embedded host, or the command of a host that starts like Core Tools, e.g. `['func', 'start']`. */
  readonly host?: HostKind | readonly string[];
  /** The access key of the service emulator. Default the official emulator's, which is public. */
  readonly accessKey?: string | undefined;
  /** If given, functions of level `function` and the upstream's webhook need a key, as on Azure. Embedded host only. */
  readonly functionKey?: string | undefined;
  /** The user's settings file. Without it only local.settings.example.json and the environment count. */
  readonly settingsFile?: string;
  /** More settings of the app. They replace all others, and have no influence on which parts start. */
  readonly settings?: Values;
  readonly log?: StackLog;
  /** Aborts a start that is under way. */
  readonly signal?: AbortSignal;
  /** A build of the app that is under way. Only the host waits for it. */
  readonly built?: Built;
}

export interface Stack {
  /** The page's URL, e.g. `http://127.0.0.1:7071` */
  readonly url: string;
  readonly ports: Ports;
  /** Connection string of the app's service. Absent if the app uses a managed identity. */
  readonly connectionString: string | undefined;
  /** Connection string of the app's storage account. Absent if the app uses a managed identity. */
  readonly tableConnectionString: string | undefined;
  /** The address for a debugger of the functions. Absent without `--inspect`. */
  readonly inspectPort: number | undefined;
  readonly children: readonly { readonly name: PartName; readonly pid: number }[];
  /** Resolves if a part ends without a request. The others are being stopped then. `stop()` resolves when they have ended. */
  readonly failed: Promise<Error>;
  /** Ends one part, with SIGKILL for a crash, and starts it again on the same port. */
  restart(part: PartName, signal?: NodeJS.Signals): Promise<void>;
  /** Disconnects all clients, and ends the parts, each before those that it calls. */
  stop(): Promise<void>;
  /** Kills all parts at once, without saving tables. */
  kill(): void;
}

/**
 * Starts again, three times at most, if another program takes a chosen port in between. Throws an error whose message is for
 * the user.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const [example, user, host] = await Promise.all([
    readSettingsFile(join(ROOT, 'local.settings.example.json')),
    options.settingsFile === undefined ? {} : readSettingsFile(options.settingsFile),
    chooseHost(options.host),
  ]);
  const settings = resolveSettings({ example, user, environment: process.env });
  reportNamedParts(settings, options.log);
  for (let attempt = 1; ; attempt += 1) {
    options.signal?.throwIfAborted();
    const ports = await choosePorts(options, settings, host);
    try {
      return await startParts(options, settings, ports, host);
    } catch (error) {
      if (attempt === 3 || options.signal?.aborted || !(await hasLostRace(options, ports)))
        throw error;
    }
  }
}

async function chooseHost(host: StackOptions['host'] = 'embedded'): Promise<HostChoice> {
  return host === 'func' ? [await findFunc(), 'start'] : host;
}

async function startParts(
  options: StackOptions,
  settings: StackSettings,
  ports: Ports,
  host: HostChoice,
): Promise<Stack> {
  const { dataDir, appDir = ROOT, functionKey, log, address = LOOPBACK } = options;
  const { accessKey = EMULATOR_KEY } = options;
  // Other devices know this machine by other names, too.
  const isEmulatorInNetwork = address !== LOOPBACK && !settings.service;
  const environment = toAppEnvironment(
    settings,
    {
      serviceConnectionString: settings.service
        ? undefined
        : toConnectionString(`http://${address}`, ports.servicePort, accessKey),
      storageConnectionString: settings.storage
        ? undefined
        : toStorageConnectionString(ports.tablePort, ports.blobPort),
    },
    process.env,
    { ...(isEmulatorInNetwork && { CHAT_SERVICE_AT_PAGE: 'on' }), ...options.settings },
  );
  const life = createStackLife(
    toStarters({
      settings,
      ports,
      address,
      accessKey,
      environment,
      dataDir,
      appDir,
      host,
      functionKey,
      log,
    }),
    options.built,
  );
  await life.start(options.signal);
  return {
    url: `http://${address}:${ports.port}`,
    ports,
    connectionString: environment.AzureSignalRConnectionString,
    tableConnectionString: environment.AzureWebJobsStorage,
    inspectPort: ports.inspectPort,
    get children() {
      return life.children;
    },
    failed: life.failed,
    restart: life.restart,
    stop: life.stop,
    kill: life.kill,
  };
}

function reportNamedParts({ service, storage }: StackSettings, log: StackLog | undefined): void {
  if (service) {
    log?.(
      `using the SignalR service that ${service.setting} in ${service.from} names; its upstream has to reach this machine`,
      'stack',
      'stdout',
    );
  }
  if (storage) {
    log?.(`using the storage that ${storage.setting} in ${storage.from} names`, 'stack', 'stdout');
  }
}
