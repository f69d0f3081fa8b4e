// The embedded Azure Functions host: loads the app, listens, routes to the triggers.
// It behaves like azure-functions-host 4.x with the Node worker 3.x, as `func start` runs them.

import { resolve } from 'node:path';
import { createExecutor, type Execute } from './execute.ts';
import { type HostFunction, listFunctions } from './function-list.ts';
import { type Begin, holdCalls } from './held-calls.ts';
import {
  createAuthorization,
  createOpenAuthorization,
  type FunctionKeys,
} from './http/function-keys.ts';
import { createHttpServer } from './http/http-server.ts';
import { listen } from './http/listen.ts';
import { createLevelFilter, type Log } from './log.ts';
import { createRouter } from './router.ts';
import { type HostSettings, readHostJson, readLocalSettings } from './settings.ts';
import { createServiceClient } from './signalr/signalr-rest.ts';
import { type Clock, startTimer, type Timer, type TimerTrigger } from './timer/timer-trigger.ts';
import { type Core, installCore, type ProgrammingModel } from './worker/core-api.ts';
import {
  findEntryPoints,
  forgetModules,
  loadEntryPoint,
  readPackageJson,
} from './worker/entry-points.ts';

export interface HostOptions {
  /** The folder with host.json and package.json. */
  readonly appDir: string;
  /** With 0, any free port. */
  readonly port: number;
  readonly address?: string;
  /** They replace variables of the environment, which replace those of local.settings.json. */
  readonly settings?: HostSettings;
  /** Without keys every caller may call everything, as with Core Tools. */
  readonly enableAuth?: boolean;
  readonly functionKeys?: FunctionKeys;
  /** Gets every line that the log levels of host.json allow. */
  readonly log: Log;
  readonly clock?: Clock;
  /** Until then no timer runs and calls wait: what the app needs may still start. Default at once. */
  readonly begin?: Begin;
}

export interface Host {
  /** The base URL, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly functions: readonly HostFunction[];
  readonly routePrefix: string;
  /** Waits a short time for running invocations, calls the app's `appTerminate` hooks, and closes the port. */
  stop(): Promise<void>;
}

/** How long running invocations may continue after `stop()`. */
const DRAIN_MS = 5_000;

const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timeout = setTimeout(callback, ms);
    return () => clearTimeout(timeout);
  },
};

// The worker's capabilities for the programming model. Source: azure-functions-nodejs-worker, WorkerInitHandler.ts.
const CAPABILITIES = [
  'RawHttpBodyBytes',
  'RpcHttpTriggerMetadataRemoved',
  'RpcHttpBodyOnly',
  'IgnoreEmptyValuedRpcHttpHeaders',
  'UseNullableValueDictionaryForHttp',
  'WorkerStatus',
  'TypedDataCollection',
  'HandlesWorkerTerminateMessage',
];

/**
 * Loads the app and listens. If any step fails, it takes back the earlier ones, and throws an error whose message is for the
 * user.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const undo: (() => unknown)[] = [];
  const undoAll = async () => {
    const results = [];
    for (const step of undo.splice(0).reverse()) {
      results.push(await Promise.allSettled([Promise.resolve().then(step)]));
    }
    const failed = results.flat().find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  };
  try {
    return await start(options, undo, undoAll);
  } catch (error) {
    // The error of the start matters more than an error of the stop.
    await undoAll().catch(() => undefined);
    throw error;
  }
}

async function start(
  options: HostOptions,
  undo: (() => unknown)[],
  stop: () => Promise<void>,
): Promise<Host> {
  const { clock = SYSTEM_CLOCK, address = '127.0.0.1' } = options;
  const now = () => clock.now();
  const appDir = resolve(options.appDir);

  // 1. Settings: they must be in the environment before the app's own code runs.
  const local = await readLocalSettings(appDir);
  const settings = { ...local.values, ...process.env, ...options.settings };
  undo.push(setEnvironment(settings));
  const config = await readHostJson(appDir, settings);
  const log = filterLog(options.log, config.logLevels, settings);
  for (const warning of local.warnings) log('warning', 'Host.Startup', warning);

  // 2. The app: its files register functions and hooks through the core module.
  const core = installCore((level, category, message) => {
    const { appHookData, appLevelHookData } = core.hooks;
    const line = core.hooks.runLog({
      level,
      message,
      category,
      hookData: appLevelHookData,
      appHookData,
    });
    log(line.level, category === 'user' ? 'Function.User' : 'Worker', line.message);
  });
  undo.push(core.uninstall, forgetModules());
  const model = await loadApp(appDir, core);
  const functions = listFunctions(core.functions, config, settings);

  // 3. The triggers.
  const service = createServiceClient(now);
  undo.push(() => service.close());
  const { execute, idle } = createExecutor({
    core,
    model,
    callService: service.call,
    log,
    now,
  });
  if (config.webhookNeedsKey) warnOfClosedWebhook(options, functions, log);
  const router = createRouter({
    functions,
    execute,
    config,
    cors: local.cors,
    showsHomePage: !/^true$/i.test(settings.AzureWebJobsDisableHomepage ?? ''),
    authorization: options.enableAuth
      ? createAuthorization(options.functionKeys ?? {}, config.webhookNeedsKey)
      : createOpenAuthorization(local.cors, log),
    log,
    clock,
  });
  const calls = options.begin && holdCalls(router, options.begin);
  const http = createHttpServer(calls?.handle ?? router, (error) =>
    log('error', 'Host.General', `unable to answer a request; ${String(error)}`),
  );

  // 4. From here on calls arrive. stop() undoes these steps in reverse order.
  const { port, close } = await listen(http.server, options.port, address);
  undo.push(() => runAppHook(core, appDir, 'appTerminate'));
  undo.push(async () => {
    await withTimeout(Promise.all([idle(), http.idle()]), DRAIN_MS);
    http.server.closeAllConnections();
  });
  undo.push(close, () => calls?.refuse());
  undo.push(startTimers(functions, execute, clock, options.begin?.parts));

  const host = address.includes(':') ? `[${address}]` : address;
  return {
    url: `http://${host === '0.0.0.0' || host === '[::]' ? 'localhost' : host}:${port}`,
    port,
    functions,
    routePrefix: config.routePrefix,
    stop,
  };
}

/** The worker's order: entry files, appStart hooks, capabilities. After that the app cannot register functions. */
async function loadApp(appDir: string, core: Core): Promise<ProgrammingModel> {
  const { main, isModule } = await readPackageJson(appDir);
  for (const file of await findEntryPoints(appDir, main)) {
    await loadEntryPoint(file, appDir, isModule);
  }
  await runAppHook(core, appDir, 'appStart');
  const model = core.model();
  if (!model || core.functions.length === 0) {
    throw new Error(
      `unable to start the Functions host; ${main} registers no functions. Call app.http() or the like of @azure/functions at the top level of a file that "main" of package.json names.`,
    );
  }
  const capabilities = await model.getCapabilities(
    Object.fromEntries(CAPABILITIES.map((name) => [name, 'true'])),
  );
  core.lock();
  if (capabilities.HttpUri) {
    throw new Error(
      'unable to start the Functions host; the app turns enableHttpStream on, which the embedded host does not have. Leave it off, or use Azure Functions Core Tools (func start).',
    );
  }
  return model;
}

function runAppHook(core: Core, appDir: string, name: 'appStart' | 'appTerminate'): Promise<void> {
  const { hooks } = core;
  const { appHookData, appLevelHookData: hookData } = hooks;
  return hooks.run(name, { hookData, appHookData, functionAppDirectory: appDir });
}

function startTimers(
  functions: readonly HostFunction[],
  execute: Execute,
  clock: Clock,
  begun: Promise<void> | undefined,
): () => void {
  const triggered = functions
    .filter((fn): fn is HostFunction<TimerTrigger> => fn.trigger.type === 'timerTrigger')
    .filter((fn) => !fn.isDisabled);
  const timers: Timer[] = [];
  let isStopped = false;
  const begin = () => {
    if (isStopped) return;
    for (const fn of triggered) {
      timers.push(startTimer(fn.trigger, (call) => execute(fn, call), clock));
    }
  };
  if (begun !== undefined) void begun.then(begin);
  else begin();
  return () => {
    isStopped = true;
    for (const timer of timers) timer.stop();
  };
}

function warnOfClosedWebhook(
  { enableAuth, functionKeys }: HostOptions,
  functions: readonly HostFunction[],
  log: Log,
): void {
  const isClosed = enableAuth && !functionKeys?.extension && !functionKeys?.master;
  if (!isClosed || !functions.some((fn) => fn.trigger.type === 'signalRTrigger')) return;
  log(
    'warning',
    'Host.Startup',
    'SignalR Service cannot reach its functions: with enableAuth its webhook needs a key, and there is none. ' +
      'Set one with --extension-key, and give the service the address /runtime/webhooks/signalr?code=<key>.',
  );
}

/** Puts settings into the environment, where the app reads them. The returned function restores the former values. */
function setEnvironment(settings: HostSettings): () => void {
  const before = { ...process.env };
  const forced = {
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    FUNCTIONS_CORETOOLS_ENVIRONMENT: 'true',
  };
  for (const [name, value] of Object.entries({ ...settings, ...forced })) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  return () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  };
}

/** Core Tools has the setting `FUNCTIONS_USER_LOG_LEVEL` for the functions' own lines. */
function filterLog(
  log: Log,
  levels: Parameters<typeof createLevelFilter>[0],
  settings: HostSettings,
): Log {
  const isShown = createLevelFilter(levels, settings.FUNCTIONS_USER_LOG_LEVEL);
  return (level, category, message) => {
    if (isShown(level, category)) log(level, category, message);
  };
}

async function withTimeout(work: Promise<unknown>, ms: number): Promise<void> {
  let timeout: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((done) => {
    timeout = setTimeout(done, ms);
  });
  await Promise.race([work, limit]);
  clearTimeout(timeout);
}
