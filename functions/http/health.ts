// Whether storage and service answer, and when the service and the timer last called. Anyone may ask, so the answer describes
// a failing part by a fixed sentence. The error of the library or the network is in the log.

import type { InvocationContext } from '@azure/functions';
import type { Activity } from '../activity.ts';
import { ChatError } from '../protocol.ts';
import { type TableTrouble, toTableTrouble } from '../room/azure-table.ts';
import type { HttpHandler } from './http-function.ts';

/** Every answer comes within a second. */
const PATIENCE_MS = 800;
/** For the first answer of a new process: a cold client's first request took longer than a second on a busy host. */
const FIRST_PATIENCE_MS = 5_000;

/** One handler per process, because a cold part is not a broken one. */
export function openHealth(): HttpHandler {
  const askStorage = openPart<Activity>(toStorageSentence);
  const askService = openPart<void>(toServiceSentence);
  return async (_request, deps, context) => {
    const { activity, service, now } = deps;
    const [storage, signalR] = await Promise.all([
      askStorage(() => activity.read(), context),
      askService((signal) => service.checkHealth(signal), context),
    ]);
    const isWell = storage.text === 'ok' && signalR.text === 'ok';
    const { until } = signalR;
    return {
      status: isWell ? 200 : 503,
      jsonBody: {
        status: isWell ? 'ok' : 'unavailable',
        storage: storage.text,
        signalR: signalR.text,
        now: now(),
        ...storage.value,
        ...(until === undefined ? {} : { until }),
      },
    };
  };
}

type Check<T> = (signal: AbortSignal) => Promise<T>;

interface Verdict<T> {
  readonly text: string;
  /** What the part answered, unless it failed. */
  readonly value?: T;
  /** When the failure ends by itself, if known. Epoch ms. */
  readonly until?: number | undefined;
}

/** Checks a part. The text is `ok`, or a sentence with the reason. */
function openPart<T>(toSentence: (error: unknown) => string) {
  let patienceMs = FIRST_PATIENCE_MS;
  return async (check: Check<T>, context: InvocationContext): Promise<Verdict<T>> => {
    try {
      return { text: 'ok', value: await within(patienceMs, check) };
    } catch (error) {
      context.error(error);
      const until = error instanceof ChatError ? error.until : undefined;
      return { text: toSentence(error), until };
    } finally {
      patienceMs = PATIENCE_MS;
    }
  };
}

async function within<T>(ms: number, check: Check<T>): Promise<T> {
  const patience = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      // Before the abort, or the check's own error would win.
      reject(new TooLate(`no answer within ${ms} ms`));
      patience.abort();
    }, ms);
  });
  try {
    return await Promise.race([check(patience.signal), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

class TooLate extends Error {
  override readonly name = 'TooLate';
}

function toServiceSentence(error: unknown): string {
  return error instanceof ChatError
    ? error.message
    : 'unable to reach SignalR Service; it does not answer. Ask again, and check AzureSignalRConnectionString if it stays so.';
}

function toStorageSentence(error: unknown): string {
  return STORAGE_SENTENCES[error instanceof TooLate ? 'silent' : toTableTrouble(error)];
}

const STORAGE_SENTENCES: Readonly<Record<TableTrouble, string>> = {
  silent:
    'unable to reach storage; it does not answer. Ask again, and check CHAT_STORAGE, or AzureWebJobsStorage where that is not set, if it stays so.',
  busy: 'unable to use storage; it is busy or broken. Ask again in a minute, and look at the health of the storage account if it stays so.',
  refused:
    "unable to use storage; it refuses this app. Give the app's identity the role Storage Table Data Contributor (it takes some minutes), or copy the key again, and allow the app's network.",
  taken:
    'unable to use the table; storage has one whose name differs in letter case only, and distinguishes the two. Set CHAT_TABLE to the name of that table, letter by letter.',
  misplaced:
    'unable to find storage; there is none at its address. Correct CHAT_STORAGE, or AzureWebJobsStorage where that is not set.',
};
