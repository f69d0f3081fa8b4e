// The wrapper around every SignalR-triggered function: only our service may call it, what it says goes out
// through the SignalR output, and no error of ours reaches a client as text.

import { app, type InvocationContext } from '@azure/functions';
import { type About, logCall } from '../call-note.ts';
import type { Chat } from '../chat.ts';
import { TICKET_PARAMETER } from '../identity/ticket.ts';
import { ChatError } from '../protocol.ts';
import { logCommits } from '../room/commit-note.ts';
import { type Action, type HubInvocation, hubTrigger, signalR } from '../service/bindings.ts';

/** An upstream event, parsed: which connection, with which ticket, says what. */
export interface HubCall {
  readonly connectionId: string;
  /** As it came; `chat.tickets.read` says whether it is worth anything. */
  readonly ticket: unknown;
  readonly arguments: readonly unknown[];
}

export interface HubAnswer {
  readonly actions: readonly Action[];
  /** What an `invoke` of the client resolves to. */
  readonly result?: unknown;
  /** For the call's log line, beside what the wrapper knows. */
  readonly about?: About;
  /** What went wrong on our side although the client has its answer: for the log only. */
  readonly failure?: unknown;
}

export type HubHandler = (call: HubCall, chat: Chat) => Promise<HubAnswer>;

export function onHub(
  name: string,
  category: 'connections' | 'messages',
  event: string,
  handler: HubHandler,
  chat: Chat,
): void {
  app.generic(name, {
    trigger: hubTrigger(category, event),
    extraOutputs: [signalR],
    handler: answerHub(event, handler, chat),
  });
}

/** What the platform calls. */
export function answerHub(
  event: string,
  handler: HubHandler,
  chat: Chat,
): (invocation: unknown, context: InvocationContext) => Promise<unknown> {
  return async (invocation, context) => {
    try {
      const call = await fromInvocation(invocation as HubInvocation, chat);
      const startedAt = chat.now();
      const { actions, result, about = {}, failure } = await handler(call, chat);
      if (failure !== undefined) context.error(failure);
      if (actions.length > 0) context.extraOutputs.set(signalR, actions);
      const { connectionId: connection } = call;
      logCall({ event, connection, actions, ms: chat.now() - startedAt }, about, context);
      return result;
    } catch (error) {
      context.error(error);
      // The extension passes an exception's text on to the client: it may have only this one.
      const reason = error instanceof ChatError ? error.code : 'something failed on our side';
      throw new Error(`unable to handle ${event}; ${reason}. Try again.`);
    } finally {
      logCommits(chat.rooms, context);
    }
  };
}

/** Throws ChatError `bad_signature`. */
async function fromInvocation(invocation: HubInvocation, chat: Chat): Promise<HubCall> {
  const { ConnectionId: connectionId, Arguments, Headers, Query } = invocation;
  await chat.verifyUpstream(Headers, connectionId);
  return { connectionId, ticket: Query?.[TICKET_PARAMETER], arguments: Arguments ?? [] };
}
