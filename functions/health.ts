// Whether the parts that the chat rests on answer: storage and the service.

import type { HttpRequest } from '@azure/functions';
import type { Chat } from './chat.ts';
import type { HttpAnswer } from './http-function.ts';
import { KEYS_PARTITION, TICKET_KEY_ROW } from './ticket.ts';

const PATIENCE_MS = 1_000;

export async function health(_request: HttpRequest, chat: Chat): Promise<HttpAnswer> {
  const { table, service } = chat;
  const [storage, signalR] = await Promise.all([
    stateOf(() => table.get(KEYS_PARTITION, TICKET_KEY_ROW)),
    stateOf((signal) => service.checkHealth(signal)),
  ]);
  const isWell = storage === 'ok' && signalR === 'ok';
  return {
    status: isWell ? 200 : 503,
    jsonBody: { status: isWell ? 'ok' : 'unavailable', storage, signalR },
  };
}

/** `ok`, or why not. */
async function stateOf(check: (signal: AbortSignal) => Promise<unknown>): Promise<string> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const tooLate = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`no answer within ${PATIENCE_MS} ms`)));
  });
  try {
    await Promise.race([check(signal), tooLate]);
    return 'ok';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
