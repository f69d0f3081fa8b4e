// The command `npm start`: builds, starts the stack, prints the page's address, waits for the end.

import { randomBytes } from 'node:crypto';
import { availableParallelism, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { type BuildInput, isBuilt } from '../build/build-stamp.ts';
import { loadEsbuild } from '../build/esbuild-process.ts';
import { messageOf } from '../command.ts';
import { ROOT } from '../root.ts';
import { readTerminal } from '../terminal.ts';
import { type CommandLine, FIRST_ADDRESS, HELP, parseCommandLine } from './command-line.ts';
import { onEndRequests } from './end-signals.ts';
import { findBundles } from './func-bundle.ts';
import {
  type FuncNeeds,
  findGaps,
  toFuncCommand,
  watchFunc,
  writeLocalSettings,
} from './func-by-hand.ts';
import { findPlatformVariables } from './func-environment.ts';
import { toLanNotice } from './lan-notice.ts';
import { findNetworkAddress, listPrivateAddresses } from './network-address.ts';
import { restartAfterBuild, toBuildFailure } from './rebuild.ts';
import { type Stack, type StackLog, startStack } from './stack.ts';
import type { Built } from './stack-life.ts';
import { findFunc } from './stack-parts.ts';

/** Sets the exit code. A failure is one line on stderr. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    const commandLine = parseCommandLine(args, process.env);
    if (commandLine.help) console.log(HELP);
    else await run(commandLine);
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}

async function run(commandLine: CommandLine): Promise<void> {
  const startedAt = performance.now();
  const lan = toLanOptions(commandLine.lan);
  const ending = new AbortController();
  let stack: Stack | undefined;
  onEndRequests({
    end: () => ending.abort(),
    kill: () => {
      stack?.kill();
      console.error('killed; the messages of the last seconds may be lost.');
      process.exit(1);
    },
  });
  const log = createLog(commandLine.verbose);
  const input = { withPageMap: commandLine.watch, isForThisMachine: true };
  const watching = commandLine.watch ? (await import('../build/build.ts')).watch(input) : undefined;
  try {
    const parts = waiter();
    const { functions, page } = buildIfChanged(
      input,
      commandLine.host === 'none' || hasSpareCores() ? Promise.resolve() : parts.ready,
    );
    if (commandLine.host === 'none') await page;
    if (commandLine.host === 'none' && (await writeLocalSettings(ROOT))) {
      console.log('wrote local.settings.json, a copy of local.settings.example.json');
    }
    stack = await startStack({
      ...commandLine,
      ...lan,
      settingsFile: join(ROOT, 'local.settings.json'),
      log: log.line,
      signal: ending.signal,
      built: { functions, page },
    });
    parts.setReady();
    const failure = await Promise.race([page, stack.failed, waitForAbort(ending.signal)]);
    if (failure) throw failure;
    ending.signal.throwIfAborted();
  } catch (error) {
    watching?.close();
    await stack?.stop();
    // Stopped during its start, as requested. That is no failure.
    if (ending.signal.aborted) return;
    throw error;
  }
  log.flush();
  const tookMs = performance.now() - startedAt;
  if (commandLine.host === 'none') {
    await printHowToStartFunc(stack, commandLine, tookMs);
    void watchFunc(commandLine.port, console.log, ending.signal);
  } else {
    printAddresses(stack, commandLine, tookMs, lan?.functionKey);
  }
  watching?.begin(
    restartAfterBuild({ stack, monotonicNow: () => performance.now(), print: console.log }),
    (error) => console.error(toBuildFailure(error)),
  );
  const failure = await Promise.race([stack.failed, waitForAbort(ending.signal)]);
  watching?.close();
  if (!failure) console.log('stopping');
  await stack.stop();
  if (failure) throw failure;
}

/** Storage, service and host start at once. On fewer cores a compiler beside them takes their time. */
function hasSpareCores(): boolean {
  return availableParallelism() > 2;
}

function waiter() {
  let setReady = () => {};
  const ready = new Promise<void>((resolve) => {
    setReady = resolve;
  });
  return { ready, setReady: () => setReady() };
}

/**
 * Its failure is the failure of the start. If another part fails first, nobody waits for the build.
 * @param beforePage what the page's compilation waits for
 */
function buildIfChanged(input: BuildInput, beforePage: Promise<void>): Built {
  const functions = waiter();
  const page = makeIfChanged(input, () => {
    functions.setReady();
    return beforePage;
  });
  const functionsOrAll = Promise.race([functions.ready, page]);
  for (const step of [functionsOrAll, page]) step.catch(() => undefined);
  return { functions: functionsOrAll, page };
}

/** The compiler is loaded only for a build. */
async function makeIfChanged(input: BuildInput, onFunctions: () => Promise<void>): Promise<void> {
  if (await isBuilt(input)) return;
  const { build } = await import('../build/build.ts');
  await build(input, onFunctions);
  // Otherwise its process would live as long as this one. A later build starts another.
  await loadEsbuild().stop();
}

/** In a network the keys are secrets, and new at each start: the emulator's default key is public. */
function toLanOptions(lan: string | undefined) {
  if (lan === undefined) return undefined;
  const address = lan === FIRST_ADDRESS ? findNetworkAddress(networkInterfaces()) : lan;
  const newKey = () => randomBytes(24).toString('base64url');
  return { address, accessKey: newKey(), functionKey: newKey() };
}

function printAddresses(
  stack: Stack,
  { dataDir, host, lan }: CommandLine,
  tookMs: number,
  functionKey: string | undefined,
): void {
  const { hostname, port } = new URL(stack.url);
  const url = lan === undefined ? `http://localhost:${port}` : stack.url;
  const notice =
    functionKey === undefined
      ? ''
      : `\n\n${toLanNotice({
          url,
          functionKey,
          others: listPrivateAddresses(networkInterfaces()).filter((other) => other !== hostname),
          screen: readTerminal(process, process.env).output,
        })}`;
  const inspected =
    stack.inspectPort === undefined ? '' : `\n  Debugger  127.0.0.1:${stack.inspectPort}`;
  const first =
    lan === undefined
      ? 'Open the address in two windows and chat.'
      : 'Open the address on your phone and here, and chat.';
  console.log(`
  Chat      ${url}
${toPartLines(stack, dataDir)}
  Host      ${host === 'func' ? 'Azure Functions Core Tools' : 'embedded'}${inspected}${notice}

Started in ${toSeconds(tookMs)}. ${first} Ctrl+C stops everything.`);
}

/** Prints the emulators' addresses, the command for a plain `func start`, and what func lacks. */
async function printHowToStartFunc(
  stack: Stack,
  { dataDir }: CommandLine,
  tookMs: number,
): Promise<void> {
  const needs: FuncNeeds = {
    ports: stack.ports,
    connectionString: stack.connectionString,
    storageConnectionString: stack.tableConnectionString,
    platformVariables: findPlatformVariables(process.env),
    hasFunc: await findFunc().then(
      () => true,
      () => false,
    ),
    bundles: await findBundles(ROOT, process.env),
    node: process.version,
  };
  const { blobPort, tablePort } = stack.ports;
  const ports =
    blobPort === undefined ? '' : `\n  Azurite   tables on ${tablePort}, blobs on ${blobPort}`;
  console.log(`
${toPartLines(stack, dataDir)}${ports}

Built, and started in ${toSeconds(tookMs)}. Run this in another terminal, in this folder:

  ${toFuncCommand(needs)}

Ctrl+C stops everything that runs here.`);
  for (const gap of findGaps(needs)) console.log(`\nNote: ${gap}`);
}

function toPartLines(stack: Stack, dataDir: string | undefined): string {
  const isRunning = (part: string) => stack.children.some(({ name }) => name === part);
  const kept = dataDir === undefined ? 'in memory only' : `in ${dataDir}`;
  return `  Messages  kept ${isRunning('azurite') ? kept : 'in the storage account of the settings'}
  Service   ${isRunning('service') ? `emulator, ${stack.connectionString}` : 'as in the settings'}`;
}

function toSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

/**
 * The log for a developer: all lines of the functions except the records of successful calls, and warnings of the other parts.
 * Lines wait until all parts are up. If a line is the reason of a failed start, only the error shows it.
 */
function createLog(isVerbose: boolean): { readonly line: StackLog; flush(): void } {
  const held: string[] = [];
  let isUp = false;
  return {
    line: (line, from, stream) => {
      if (from === 'stack') console.log(line);
      else if (isVerbose) console.log(`${from.padEnd(7)} | ${line}`);
      else if (isUp) {
        if (stream === 'stderr' || (from === 'host' && !ROUTINE.test(line))) console.log(line);
      } else if (stream === 'stderr') held.push(line);
    },
    flush: () => {
      isUp = true;
      for (const line of held) console.log(line);
    },
  };
}

/**
 * Lines of the Functions host and the app, e.g. `commit {"room":"lobby",…}` or
 * `[2026-11-23T10:46:10.123Z] Executed 'Functions.web' (Succeeded, Id=…, Duration=2ms)`.
 */
const ROUTINE = /^\S* ?(?:Executing '|Executed '\S+ \(Succeeded|(?:call|commit) \{)/;

function waitForAbort(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
