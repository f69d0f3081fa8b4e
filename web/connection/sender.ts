// Sends the outbox line by line. One attempt at a time keeps the lines in order. Every attempt of a line has the same id,
// so a line whose acknowledgement was lost is still stored once.

import { ChatError, type ErrorCode } from '../../functions/protocol.ts';
import type { ChatEvent, ChatState } from '../state/chat-state.ts';
import { nextToSend, type OutboxLine } from '../state/outbox.ts';
import type { Store } from '../state/store.ts';
import type { Connection } from './connection.ts';
import { makePause, retryDelayMs, within } from './retry.ts';

const ACK_LIMIT_MS = 10_000;

/** Refusals after which a retry may succeed. */
const PASSING: readonly ErrorCode[] = ['unavailable', 'bad_ticket', 'too_many_messages'];
/** Refusals of the person, not of the line. Negotiate gives the same answer, and then the page says it. */
const SHUT_OUT: readonly ErrorCode[] = ['banned', 'room_closed'];

/** Sends while the connection is online, until `stop`. Lines that fail for now stay in the outbox. */
export function startSender(
  store: Store<ChatState, ChatEvent>,
  { send, edit, remove, renew }: Pick<Connection, 'send' | 'edit' | 'remove' | 'renew'>,
  random: () => number,
): { readonly stop: () => void } {
  const pause = makePause();
  let isBusy = false;
  let isStopped = false;
  let failures = 0;

  /** Whether the line is done: stored or refused. */
  async function attempt(line: OutboxLine): Promise<boolean> {
    const { id } = line;
    store.dispatch({ type: 'sending', id });
    try {
      const result = await within(ACK_LIMIT_MS, submit(line), 'send message');
      if (result.ok) {
        // A removal has no number of its own. The room shows what has become of the message.
        const { seq } = result;
        store.dispatch(seq === undefined ? { type: 'discard', id } : { type: 'acked', id, seq });
        return true;
      }
      if (!PASSING.includes(result.code)) {
        const { code, message } = result;
        if (line.removes !== undefined && code === 'not_found') {
          // It is gone, which is what the person wants.
          store.dispatch({ type: 'discard', id });
          return true;
        }
        store.dispatch({ type: 'rejected', id, problem: { code, message } });
        if (SHUT_OUT.includes(code)) renew();
        return true;
      }
      // The functions do not count this connection as one of the room. A new one gets a new ticket.
      if (result.code === 'bad_ticket') renew();
    } catch (error) {
      // The connection ended, or no answer came. The line may be stored or not, and a retry is harmless.
      const isOld = error instanceof ChatError && error.code === 'old_extension';
      if (isOld) store.dispatch({ type: 'notice', notice: { kind: 'problem', problem: error } });
    }
    store.dispatch({ type: 'postponed', id });
    return false;
  }

  function submit({ id, text, replyTo, mentions, edits, removes }: OutboxLine) {
    if (removes !== undefined) return remove(removes);
    return edits === undefined ? send(text, id, { replyTo, mentions }) : edit(edits, text, id);
  }

  async function run(): Promise<void> {
    isBusy = true;
    while (!isStopped && store.state.connection.kind === 'online') {
      const line = nextToSend(store.state.outbox);
      if (!line) break;
      const isDone = await attempt(line);
      failures = isDone ? 0 : failures + 1;
      if (!isDone && !isStopped) await pause.wait(retryDelayMs(failures, random));
    }
    isBusy = false;
  }

  const unsubscribe = store.subscribe((state, before) => {
    if (state.connection.kind !== 'online') return;
    // Back online: lines that failed without a connection are sent at once.
    const isBack = before.connection.kind !== 'online';
    if (isBack) pause.cut();
    if (!isBusy && !isStopped && (isBack || state.outbox !== before.outbox)) void run();
  });
  return {
    stop: () => {
      isStopped = true;
      unsubscribe();
      pause.cut();
    },
  };
}
