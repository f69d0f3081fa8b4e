// Whether the parts that the chat rests on answer: storage and the service. Anybody may ask, so a part that fails is
// named by a sentence of ours; what the library or the network said is in the log.

import type { HttpRequest, InvocationContext } from '@azure/functions';
import type { Chat } from '../chat.ts';
import { KEYS_PARTITION, TICKET_KEY_ROW } from '../identity/ticket.ts';
import { ChatError } from '../protocol.ts';
import { type TableTrouble, toTableTrouble } from '../room/table.ts';
import type { HttpAnswer } from './http-function.ts';

/** Who asks is answered within a second. */
const PATIENCE_MS = 800;

export async function health(
  _request: HttpRequest,
  chat: Chat,
  context: InvocationContext,
): Promise<HttpAnswer> {
  const { table, service } = chat;
  const [storage, signalR] = await Promise.all([
    stateOf(() => table.get(KEYS_PARTITION, TICKET_KEY_ROW), toStorageSentence, context),
    stateOf((signal) => service.checkHealth(signal), toServiceSentence, context),
  ]);
  const isWell = storage === 'ok' && signalR === 'ok';
  return {
    status: isWell ? 200 : 503,
    jsonBody: { status: isWell ? 'ok' : 'unavailable', storage, signalR },
  };
}

/** `ok`, or a sentence that says why not. */
async function stateOf(
  check: (signal: AbortSignal) => Promise<unknown>,
  toSentence: (error: unknown) => string,
  context: InvocationContext,
): Promise<string> {
  const patience = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      // Told first, or what the check makes of its end would win.
      reject(new TooLate());
      patience.abort();
    }, PATIENCE_MS);
  });
  try {
    await Promise.race([check(patience.signal), tooLate]);
    return 'ok';
  } catch (error) {
    context.error(error);
    return toSentence(error);
  } finally {
    clearTimeout(timer);
  }
}

class TooLate extends Error {
  override readonly name = 'TooLate';
  override readonly message = `no answer within ${PATIENCE_MS} ms`;
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
    "unable to use storage; it refuses this app. Give the app's identity the role Storage Table Data Contributor, which takes some minutes to arrive, or copy the key again, and let the app's network in.",
  misplaced:
    'unable to find storage; there is none at its address. Correct CHAT_STORAGE, or AzureWebJobsStorage where that is not set.',
};
