// What the log of `func start` says about why the chat does not work. The real host often stays up when nothing works,
// so its log is the only place where the reason stands. Nothing here is seen with `--verbose` only.
// Sources: azure-functions-host 4.1037 (GrpcWorkerChannel.cs, ScriptHostLoggerExtension.cs, LoggerExtension.cs,
// ScriptHostServiceLoggerExtension.cs), azure-functions-nodejs-worker 3.9 (startApp.ts, nodejsWorker.ts),
// azure-functions-core-tools 3ee97a6 (ExtensionBundleHelper.cs, lib/main.js), the SignalR extension (SignalRTriggerBindingProvider.cs).

import type { Bundles } from './func-bundle.ts';

/** What stands in the chat's way, with the host's own words. */
export interface Trouble {
  readonly kind:
    | 'app' // threw while it was loaded, for example because of a setting
    | 'blobs' // no blob service, so the functions of the hub are disabled
    | 'function' // a function was left out for another reason
    | 'bundle' // no extension bundle, and so no SignalR and no timer
    | 'worker' // Node refuses to run the worker, or the worker refuses this Node
    | 'setup' // Core Tools from npm, whose own download is missing
    | 'host'; // the host itself failed, and tries again
  readonly detail: string;
}

type Kind = Trouble['kind'];

/** The first that matches wins; its last group is the detail, where there is one. */
const LINES: readonly (readonly [Kind, RegExp])[] = [
  ['app', /\bWorker was unable to load entry point "[^"]*": (.+)$/],
  ['blobs', /\bSignalR trigger is disabled due to 'AzureWebJobsStorage'.*$/],
  // With a bundle that lacks the extension, or with none.
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

/** Feeds on the lines of one start of func. */
export class FuncLog {
  #trouble: Trouble | undefined;
  #isHostErrorNext = false;
  #last = '';

  /** Core Tools' own words before they end, e.g. that the port is unavailable; empty before the first line. */
  get last(): string {
    return this.#last;
  }

  /** The first of those that say most. */
  get trouble(): Trouble | undefined {
    return this.#trouble;
  }

  add(line: string): void {
    const text = strip(line);
    if (text === '') return;
    this.#last = text;
    const found = findTrouble(text);
    // The reason is on the line after the one that says that there is an error.
    if (found) this.#note(found);
    else if (this.#isHostErrorNext) this.#note({ kind: 'host', detail: text });
    this.#isHostErrorNext = HOST_ERROR.test(text);
  }

  #note(found: Trouble): void {
    const known = this.#trouble;
    if (known === undefined || VAGUENESS[found.kind] < VAGUENESS[known.kind]) this.#trouble = found;
  }
}

/** A vague reason waits for a better one: the line that says why may come after the one that says what. */
const VAGUENESS: Readonly<Record<Kind, number>> = {
  app: 0,
  blobs: 0,
  bundle: 0,
  worker: 0,
  function: 1,
  host: 2,
  setup: 3,
};

/** Nothing more has to be known, and the host does not get over it. */
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

/** Without colours, the time in front, and the name of the exception's assembly. */
function strip(line: string): string {
  return line
    .replaceAll(ANSI, '')
    .replace(/^\[[\d/:.TZ APM-]+\]\s*/, '')
    .replace(/^Microsoft\.Azure\.WebJobs\.Script: /, '')
    .trim();
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one.
const ANSI = /\u001b\[[\d;]*m/g;

/** What the sentences are made of, besides the host's own words. */
export interface FuncFacts {
  readonly bundles: Bundles;
  /** Of the Node that the worker runs in, e.g. `v22.1.0`. */
  readonly node: string;
}

/** One line: *unable to X; reason. What to do.* */
export function toSentence({ kind, detail }: Trouble, { bundles, node }: FuncFacts): string {
  switch (kind) {
    case 'app':
      // The app's own sentences have this form already, and say what to do.
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
