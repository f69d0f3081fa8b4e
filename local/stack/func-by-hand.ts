// `npm run emulators`: the parts that a plain `func start` needs beside it, and the output for the person who runs it.

import { constants } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EMULATOR_PORT } from '../access-token.ts';
import type { Bundles } from './func-bundle.ts';
import { askHealth } from './func-health.ts';
import { FuncStart, LIMITS, type Verdict } from './func-start.ts';
import { isListening } from './ports.ts';
import { BLOB_PORT, PAGE_PORT, TABLE_PORT } from './settings.ts';
import type { Ports } from './stack-ports.ts';

const POLL_MS = 500;

/** Writes local.settings.json if it is missing, because Core Tools read no other settings. True if it was missing. */
export function writeLocalSettings(root: string): Promise<boolean> {
  const example = join(root, 'local.settings.example.json');
  return copyFile(example, join(root, 'local.settings.json'), constants.COPYFILE_EXCL).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw new Error(
        `unable to write local.settings.json; ${error.message}. Make the checkout writable, or copy it to a folder that is.`,
      );
    },
  );
}

export interface FuncNeeds {
  readonly ports: Ports;
  /** The emulators' settings, if their ports are not those of the example. */
  readonly connectionString: string | undefined;
  readonly storageConnectionString: string | undefined;
  /** Variables that make the host behave as on Azure. */
  readonly platformVariables: readonly string[];
  readonly hasFunc: boolean;
  readonly bundles: Bundles;
  /** e.g. `v22.1.0` */
  readonly node: string;
}

/** The command that starts func beside these emulators, for a POSIX shell. */
export function toFuncCommand(needs: FuncNeeds): string {
  const { port, servicePort, tablePort, blobPort } = needs.ports;
  const isUsualStorage = tablePort === TABLE_PORT && blobPort === BLOB_PORT;
  const changes = [
    ...needs.platformVariables.map((name) => `-u ${name}`),
    ...(servicePort === EMULATOR_PORT || servicePort === 0
      ? []
      : [`AzureSignalRConnectionString='${needs.connectionString}'`]),
    ...(isUsualStorage || tablePort === 0
      ? []
      : [`AzureWebJobsStorage='${needs.storageConnectionString}'`]),
  ];
  return [
    ...(changes.length === 0 ? [] : ['env', ...changes]),
    'func start',
    ...(port === PAGE_PORT ? [] : [`--port ${port}`]),
  ].join(' ');
}

/** One line for each thing that func lacks, with the remedy. */
export function findGaps({ hasFunc, bundles, node }: FuncNeeds): readonly string[] {
  const gaps: string[] = [];
  if (!hasFunc) {
    gaps.push(
      'func is not on the PATH. Install Azure Functions Core Tools: npm install --global azure-functions-core-tools@4',
    );
  }
  const { range, folder, inRange, newest } = bundles;
  if (range !== '' && inRange === undefined) {
    const kept = newest === undefined ? '' : ` (the newest there is ${newest})`;
    gaps.push(
      `${folder} has no extension bundle ${range}${kept}. The first func start downloads one, and needs a network for it.`,
    );
  }
  const major = Number(/^v(\d+)/.exec(node)?.[1]);
  if (major % 2 === 1) {
    gaps.push(
      `This is Node ${node}, and Azure Functions supports even versions. If func start does not load the functions, use Node 22 or 24.`,
    );
  }
  return gaps;
}

/** Prints when the chat answers on `port`, or why it does not, for each func that is started there. */
export async function watchFunc(
  port: number,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const verdict = await waitForVerdict(port, signal);
    if (verdict === undefined) return;
    say(
      verdict.kind === 'ready'
        ? `func is ready. Open http://localhost:${port} in two windows and chat.`
        : verdict.sentence,
    );
    // Sends no more requests, because the host would log each of them.
    while (!signal.aborted && (await isListening(port))) await pause();
  }
}

async function waitForVerdict(port: number, signal: AbortSignal): Promise<Verdict | undefined> {
  const nothing = { range: '', folder: '', inRange: undefined, newest: undefined };
  const limits = { ...LIMITS, silent: Number.POSITIVE_INFINITY };
  const start = new FuncStart(
    { bundles: nothing, node: process.version },
    performance.now(),
    limits,
  );
  while (!signal.aborted) {
    const health = await askHealth(`http://localhost:${port}`);
    const verdict = start.onHealth(health, performance.now());
    if (verdict) return verdict;
    await pause();
  }
  return undefined;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS).unref());
}
