// The wrapper of every SignalR-triggered function: checks that our service calls, puts the handler's actions into the
// SignalR output, and hides the text of unexpected errors from clients.

import { app, type InvocationContext } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { TICKET_PARAMETER } from '../identity/ticket.ts';
import { type About, logCall, logCommits } from '../log.ts';
import { ChatError, type Refusal } from '../protocol.ts';
import { type Action, type HubInvocation, hubTrigger, signalR } from '../service/bindings.ts';

/** A parsed upstream event. */
export interface HubCall {
  readonly connectionId: string;
  /** Unverified. `deps.tickets.read` verifies it. */
  readonly ticket: unknown;
  readonly arguments: readonly unknown[];
}

export interface HubAnswer {
  readonly actions: readonly Action[];
  /** The result of the client's `invoke`. */
  readonly result?: unknown;
  /** Fields for the call's log line that only the handler knows. */
  readonly about?: About;
  /** Frequent and without effect on what is stored. It writes no line. */
  readonly isRoutine?: boolean;
  /** An unexpected error behind the client's answer, for the log only. */
  readonly failure?: unknown;
}

/** The events whose callers wait for a result. */
const ANSWERED: ReadonlySet<string> = new Set([
  'send',
  'edit',
  'remove',
  'ban',
  'close',
  'react',
  'watch',
]);

export type HubHandler = (call: HubCall, deps: Deps) => Promise<HubAnswer>;

/** Registers a function for one upstream event. */
export function onHub(
  name: string,
  category: 'connections' | 'messages',
  event: string,
  handler: HubHandler,
  deps: Deps,
): void {
  app.generic(name, {
    trigger: hubTrigger(category, event),
    extraOutputs: [signalR],
    handler: answerHub(event, handler, deps, category),
  });
}

/** Runs the handler, and does what every event needs. */
export async function handleHub(
  call: HubCall,
  handler: HubHandler,
  deps: Deps,
): Promise<HubAnswer> {
  deps.newcomers.confirm(call.connectionId);
  const answer = await handler(call, deps);
  return { ...answer, actions: deps.warmUp.prepare(answer.actions) };
}

/** The function that the platform calls. */
export function answerHub(
  event: string,
  handler: HubHandler,
  deps: Deps,
  category: 'connections' | 'messages' = 'messages',
): (invocation: unknown, context: InvocationContext) => Promise<unknown> {
  const answer = async (invocation: unknown, context: InvocationContext): Promise<unknown> => {
    try {
      const call = await fromInvocation(invocation as HubInvocation, deps);
      const startedAt = deps.monotonicNow();
      const answered = await handleHub(call, handler, deps);
      // One commit answers many who come and go. A message does not wait behind them.
      if (category === 'connections') await deps.pace.turn();
      const { actions, result, about = {}, failure, isRoutine = false } = answered;
      if (failure !== undefined) context.error(failure);
      if (actions.length > 0) context.extraOutputs.set(signalR, actions);
      const { connectionId: connection } = call;
      const ms = Math.round(deps.monotonicNow() - startedAt);
      if (!isRoutine) logCall({ event, connection, actions, ms }, about, deps.rooms, context);
      return result;
    } catch (error) {
      if (error instanceof ChatError && error.code === 'bad_signature') {
        return refuseStranger(event, error, deps, context);
      }
      context.error(error);
      throw error;
    } finally {
      logCommits(deps.rooms, context);
    }
  };
  return async (invocation, context) => {
    try {
      return await answer(invocation, context);
    } catch (error) {
      throw toClientError(event, error);
    }
  };
}

/**
 * Anyone can send a request to the webhook. It is no failure of the function: otherwise strangers could fill the records of
 * failures, and raise the alerts that read them.
 */
function refuseStranger(
  event: string,
  error: ChatError,
  { rooms }: Pick<Deps, 'rooms'>,
  context: InvocationContext,
): unknown {
  const { code, message } = error;
  context.warn(message);
  logCall({ event, actions: [], ms: 0 }, { refused: code }, rooms, context);
  return ANSWERED.has(event) ? ({ ok: false, code, message } satisfies Refusal) : undefined;
}

/**
 * The error to throw for a failure. The client gets message and stack of every error that leaves a hub function: the
 * worker passes both to the host, which makes one text of them, `Result: Failure\nException: …\nStack: …`, and the
 * extension sends that as the completion's error.
 * Source: setupEventStream.ts of the Node worker, RpcException.cs, SignalRInvocationMethodExecutor.cs
 */
function toClientError(event: string, cause: unknown): Error {
  const reason = cause instanceof ChatError ? cause.code : 'something failed on our side';
  const error = new Error(`unable to handle ${event}; ${reason}. Try again.`);
  error.stack = '';
  return error;
}

/** Throws ChatError `bad_signature`, `bad_setting` or `unavailable`, see upstream-auth.ts. */
async function fromInvocation(invocation: HubInvocation, deps: Deps): Promise<HubCall> {
  const { ConnectionId: connectionId, Arguments, Headers, Query } = invocation;
  await deps.verifyUpstream(Headers, connectionId);
  deps.activity.upstreamCame();
  return { connectionId, ticket: Query?.[TICKET_PARAMETER], arguments: Arguments ?? [] };
}
