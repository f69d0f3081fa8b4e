// Finds in the log of `func start` why the chat does not work. The real host often stays up when nothing works, so only its log
// has the reason. All of these lines appear without `--verbose`, too.
// Sources: azure-functions-host 4.1037 (GrpcWorkerChannel.cs, ScriptHostLoggerExtension.cs, LoggerExtension.cs,
// ScriptHostServiceLoggerExtension.cs), azure-functions-nodejs-worker 3.9 (startApp.ts, nodejsWorker.ts),
// azure-functions-core-tools 3ee97a6 (ExtensionBundleHelper.cs, lib/main.js), the SignalR extension (SignalRTriggerBindingProvider.cs).

import type { Bundles } from './func-bundle.ts';

/** The reason why the chat does not work, with the host's own words. */
export interface Trouble {
  readonly kind:
    | 'app' // the app threw while it was loaded, for example because of a setting
    | 'blobs' // there is no blob service, so the hub's functions are disabled
    | 'function' // a function is disabled for another reason
    | 'bundle' // there is no extension bundle, so no SignalR and no timer
    | 'worker' // Node refuses to run the worker, or the worker refuses this Node
    | 'setup' // the download of Core Tools from npm is missing
    | 'host'; // the host itself failed, and retries
  readonly detail: string;
}

type Kind = Trouble['kind'];

/** The first matching pattern counts. Its last group, if it has one, is the detail. */
const LINES: readonly (readonly [Kind, RegExp])[] = [
  ['app', /\bWorker was unable to load entry point "[^"]*": (.+)$/],
  ['blobs', /\bSignalR trigger is disabled due to 'AzureWebJobsStorage'.*$/],
  // The bundle lacks the extension, or there is no bundle.
  ['bundle', /\bThe binding type\(s\) '[^']*' (?:were not found|are not registered).*$/],
  ['function', /\bThe '\w+' function is in error: (.+)$/],
  ['function', /\bFunction '[\w.]+' failed indexing and will be disabled\b.*$/],
  ['bundle', /\bUnable to (?:find or )?download extension bundle.*$/],
  ['bundle', /\bno cached version (?:of extension bundle \S+ is )?available\b.*$/],
  ['bundle', /\bError fetching version information for extension bundle.*$/],
  ['bundle', /\bBundle version matching the .* was not found.*$/],
  ['bundle', /\bReferenced bundle .* does not meet the required minimum version.*$/],
  ['bundle', /\S*\b(?:functionscdn\.azureedge\.net|cdn\.functions\.azure\.com)\b.*$/],
  ['worker', /\bIncompatible Node\.js version \(([^)]+)\).*$/],
  ['worker', /\bExceeded language worker restart retry count for runtime:\s*node\b.*$/],
  ['setup', /\bCore Tools binary not found\. Running first-time setup\b.*$/],
];

const HOST_ERROR = /\bA host error has occurred during startup operation\b/;

/** Reads the log lines of one start of func. */
export class FuncLog {
  #trouble: Trouble | undefined;
  #isHostErrorNext = false;
  #last = '';

  /** The last line of Core Tools before they end, e.g. that the port is unavailable. Empty before the first line. */
  get last(): string {
    return this.#last;
  }

  /** The most precise trouble so far. Of several, the first. */
  get trouble(): Trouble | undefined {
    return this.#trouble;
  }

  add(line: string): void {
    const text = strip(line);
    if (text === '') return;
    this.#last = text;
    const found = findTrouble(text);
    // The line after the announcement of an error has the reason.
    if (found) this.#note(found);
    else if (this.#isHostErrorNext) this.#note({ kind: 'host', detail: text });
    this.#isHostErrorNext = HOST_ERROR.test(text);
  }

  #note(found: Trouble): void {
    const known = this.#trouble;
    if (known === undefined || VAGUENESS[found.kind] < VAGUENESS[known.kind]) this.#trouble = found;
  }
}

/** A vague reason waits for a better one, because the line with the cause may come after the line with the effect. */
const VAGUENESS: Readonly<Record<Kind, number>> = {
  app: 0,
  blobs: 0,
  bundle: 0,
  worker: 0,
  function: 1,
  host: 2,
  setup: 3,
};

/** Whether the host cannot recover and no later line has a better reason. */
export function isFinal({ kind }: Trouble): boolean {
  return VAGUENESS[kind] === 0;
}

function findTrouble(text: string): Trouble | undefined {
  for (const [kind, pattern] of LINES) {
    const match = pattern.exec(text);
    if (match) return { kind, detail: (match.at(-1) ?? '').trim() };
  }
  return undefined;
}

/** Removes colours, the leading time, and the assembly of an exception. */
function strip(line: string): string {
  return line
    .replaceAll(ANSI, '')
    .replace(/^\[[\d/:.TZ APM-]+\]\s*/, '')
    .replace(/^Microsoft\.Azure\.WebJobs\.Script: /, '')
    .trim();
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one.
const ANSI = /\u001b\[[\d;]*m/g;

/** The contents of the sentences, beside the host's own words. */
export interface FuncFacts {
  readonly bundles: Bundles;
  /** Version of the worker's Node, e.g. `v22.1.0`. */
  readonly node: string;
}

/** One line: *unable to X; reason. What to do.* */
export function toSentence({ kind, detail }: Trouble, { bundles, node }: FuncFacts): string {
  switch (kind) {
    case 'app':
      // The app's own sentences have this form already, with the remedy.
      return /^unable to /.test(detail)
        ? detail
        : unable(`the app cannot be loaded: ${detail}`, 'Correct it, and run npm run build');
    case 'blobs':
      return unable(
        "the blob service of AzureWebJobsStorage does not answer, and without it the host disables the hub's functions",
        'Start Azurite with its blob service too (npm run emulators does), or name a storage account that has one',
      );
    case 'function':
      return unable(`a function cannot be used: ${detail}`, 'Run func start --verbose to see more');
    case 'bundle':
      return unable(bundleReason(bundles, detail), BUNDLE_REMEDY);
    case 'worker':
      return unable(
        `its Node worker does not run on Node ${node}: ${detail}`,
        'Use a Node version that Azure Functions supports (22 or 24), or a newer func',
      );
    case 'setup':
      return unable(
        'Core Tools from npm have not downloaded their host',
        'Run npm rebuild azure-functions-core-tools with a network, or install Core Tools in another way',
      );
    case 'host':
      return unable(`the host cannot start: ${detail}`, 'Run func start --verbose to see more');
  }
}

const BUNDLE_REMEDY =
  'Run func bundles download, or start once, on a machine with a network; HTTPS_PROXY names a proxy';

function bundleReason({ range, inRange, newest, folder }: Bundles, detail: string): string {
  if (inRange !== undefined) return `the extension bundle ${inRange} cannot be used: ${detail}`;
  return newest === undefined
    ? `there is no extension bundle in ${folder}, and none can be downloaded: ${detail}`
    : `the extension bundle ${newest} in ${folder} is not in the range ${range} of host.json, and no other can be downloaded: ${detail}`;
}

export function unable(reason: string, remedy: string): string {
  return `unable to start func; ${reason.replace(/[.\s]+$/, '')}. ${remedy}.`;
}
