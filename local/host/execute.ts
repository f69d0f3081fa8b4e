// One call of a function, from the host's side: input bindings, the invocation, output bindings, two log lines.
// Source: azure-functions-host, WorkerFunctionInvoker; azure-webjobs-sdk, FunctionExecutor.

import { randomUUID } from 'node:crypto';
import type { BindingData } from './binding-expressions.ts';
import type { Call, Outcome } from './call.ts';
import type { HostFunction } from './function-list.ts';
import type { Log } from './log.ts';
import { createConnectionInfo } from './signalr/signalr-input.ts';
import { sendOutput } from './signalr/signalr-output.ts';
import type { CallService } from './signalr/signalr-rest.ts';
import type { Core, ProgrammingModel } from './worker/core-api.ts';
import { invoke, toError } from './worker/invoke.ts';
import {
  fromRpcTypedData,
  type RpcBindingData,
  type RpcHttp,
  type RpcInvocationResponse,
  type RpcTypedData,
  toRpcJson,
} from './worker/rpc.ts';

/** Rejects if the handler, a hook or a binding failed. The log has the failure then. */
export type Execute = (fn: HostFunction, call: Call) => Promise<Outcome>;

export interface Executor {
  readonly execute: Execute;
  /** Resolves when no invocation runs. */
  idle(): Promise<void>;
}

export interface ExecutorParts {
  readonly core: Core;
  readonly model: ProgrammingModel;
  readonly callService: CallService;
  readonly log: Log;
  readonly now: () => number;
}

/** Runs calls, and knows which are under way, so that a stop can wait for them. */
export function createExecutor(parts: ExecutorParts): Executor {
  const running = new Set<Promise<unknown>>();
  return {
    execute(fn, call) {
      const run = executeLogged(parts, fn, call);
      running.add(run);
      const forget = () => running.delete(run);
      run.then(forget, forget);
      return run;
    },
    async idle() {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

async function executeLogged(parts: ExecutorParts, fn: HostFunction, call: Call): Promise<Outcome> {
  const { log } = parts;
  const category = `Function.${fn.name}`;
  const id = randomUUID();
  const startedAt = performance.now();
  log(
    'information',
    category,
    `Executing 'Functions.${fn.name}' (Reason='${call.reason}', Id=${id})`,
  );
  const ending = () => `Id=${id}, Duration=${Math.round(performance.now() - startedAt)}ms)`;
  try {
    const outcome = await executeOnce(parts, fn, call, id);
    log('information', category, `Executed 'Functions.${fn.name}' (Succeeded, ${ending()}`);
    return outcome;
  } catch (error) {
    const failure = toError(error);
    log(
      'error',
      category,
      `Executed 'Functions.${fn.name}' (Failed, ${ending()}\n${failure.message}`,
    );
    throw failure;
  }
}

async function executeOnce(
  parts: ExecutorParts,
  fn: HostFunction,
  call: Call,
  invocationId: string,
): Promise<Outcome> {
  const { core, model, callService, log, now } = parts;
  let data: BindingData | undefined;
  const context = {
    get data() {
      data ??= call.bindingData();
      return data;
    },
    functionName: fn.name,
    now: now(),
  };

  const inputData: RpcBindingData[] = [{ name: fn.triggerName, data: call.trigger }];
  for (const input of fn.inputs) {
    const value = await createConnectionInfo(input, context);
    inputData.push({ name: input.name, data: toRpcJson(value) });
  }

  const request = {
    invocationId,
    functionId: fn.name,
    inputData,
    triggerMetadata: call.triggerMetadata?.() ?? {},
    traceContext: toTraceContext(call.traceParent),
  };
  const response = await invoke(core, model, fn.registered, request, log);

  // Bindings run in parallel. The items of one binding are sent in order.
  const sent = await Promise.allSettled(
    fn.outputs.map(async (output) => {
      const value = fromRpcTypedData(findOutput(response, output.name));
      if (value !== null) await sendOutput(output, value, context, callService);
    }),
  );
  const failed = sent.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return { http: findHttp(response), returnValue: response.returnValue };
}

function findOutput(
  response: RpcInvocationResponse,
  name: string,
): RpcTypedData | null | undefined {
  if (name === '$return') return response.returnValue;
  return response.outputData?.find((output) => output.name === name)?.data;
}

function findHttp({ returnValue, outputData }: RpcInvocationResponse): RpcHttp | undefined {
  return returnValue?.http ?? outputData?.find((output) => output.data?.http)?.data?.http;
}

/** A child of the caller's trace, or a new trace. */
function toTraceContext(caller: string | undefined) {
  const [, traceId = randomHex()] =
    /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(caller ?? '') ?? [];
  const traceParent = `00-${traceId}-${randomHex().slice(0, 16)}-01`;
  return { traceParent, traceState: '', attributes: {} };
}

/** 32 digits. Node takes a UUID's bytes from a pool. randomBytes would ask the system each time. */
function randomHex(): string {
  return randomUUID().replaceAll('-', '');
}
