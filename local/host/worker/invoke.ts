// One invocation, from the worker's side: hooks and handler in the worker's order.
// Source: azure-functions-nodejs-worker, InvocationHandler.ts.

import type { Log } from '../log.ts';
import type {
  Core,
  CoreInvocationContext,
  FunctionCallback,
  ProgrammingModel,
  RegisteredFunction,
} from './core-api.ts';
import type { RpcInvocationRequest, RpcInvocationResponse, RpcLogCategory } from './rpc.ts';

/** The host's text for a failed invocation, with the stack. On Azure a SignalR caller can read it, too. */
class InvocationFailure extends Error {
  constructor(cause: Error) {
    super(`Result: Failure\nException: ${cause.message}\nStack: ${cause.stack ?? ''}`, { cause });
    this.name = 'InvocationFailure';
  }
}

/** Throws an {@link InvocationFailure} for every error in the function, its hooks or the library. */
export async function invoke(
  core: Core,
  model: ProgrammingModel,
  { metadata, callback }: RegisteredFunction,
  request: RpcInvocationRequest,
  log: Log,
): Promise<RpcInvocationResponse> {
  const { hooks } = core;
  const hookData = {};
  const { appHookData } = hooks;
  let invocationContext: unknown;

  const context: CoreInvocationContext = {
    invocationId: request.invocationId,
    request,
    metadata,
    log(level, category, message) {
      const entry = { level, message, category, hookData, appHookData, invocationContext };
      const line = hooks.runLog(entry);
      log(line.level, toLogCategory(metadata.name, category), line.message);
    },
  };

  try {
    const invocation = model.getInvocationModel(context);
    const args = await invocation.getArguments();
    invocationContext = args.context;
    const shared = { hookData, appHookData, invocationContext };

    // Hooks may replace members of the two objects: inputs and handler before, result and error after.
    context.state = 'preInvocationHooks';
    const before = { ...shared, inputs: args.inputs, functionCallback: callback };
    await hooks.run('preInvocation', before);

    context.state = 'invocation';
    const after = {
      ...shared,
      inputs: before.inputs,
      ...(await settle(() =>
        invocation.invokeFunction(args.context, before.inputs, before.functionCallback),
      )),
    };

    context.state = 'postInvocationHooks';
    await hooks.run('postInvocation', after);
    if (after.error !== null && after.error !== undefined) throw after.error;
    return await invocation.getResponse(args.context, after.result);
  } catch (error) {
    throw new InvocationFailure(toError(error));
  }
}

async function settle(
  run: () => ReturnType<FunctionCallback>,
): Promise<{ result: unknown; error: unknown }> {
  try {
    return { result: await run(), error: undefined };
  } catch (error) {
    return { result: undefined, error: error ?? new Error('Unknown error') };
  }
}

function toLogCategory(functionName: string, category: RpcLogCategory): string {
  return category === 'user' ? `Function.${functionName}.User` : `Function.${functionName}`;
}

/** A thrown value as an Error: a text unchanged, an object as JSON. */
export function toError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  if (thrown === undefined || thrown === null) return new Error('Unknown error');
  if (typeof thrown !== 'object') return new Error(String(thrown));
  try {
    return new Error(JSON.stringify(thrown));
  } catch {
    return new Error('Unknown error');
  }
}
