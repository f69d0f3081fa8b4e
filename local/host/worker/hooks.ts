// The worker's hooks: five lists, called in the order of registration.

import type { RpcLogCategory, RpcLogLevel } from './rpc.ts';

const HOOK_NAMES = ['preInvocation', 'postInvocation', 'appStart', 'appTerminate', 'log'] as const;

type HookName = (typeof HOOK_NAMES)[number];
export type HookCallback = (context: object) => unknown;

/** The argument of `log` hooks. They may change a user line. */
interface LogHookContext {
  level: RpcLogLevel;
  message: string;
  readonly category: RpcLogCategory;
  readonly hookData: object;
  readonly appHookData: object;
  readonly invocationContext?: unknown;
}

export interface Hooks {
  /** Data that all hooks of the app share, from its start to its end. */
  readonly appHookData: object;
  /** Data that app hooks share with each other, but not with invocation hooks. */
  readonly appLevelHookData: object;
  /** Returns a function that removes the hook. Throws a RangeError for an unknown hook name. */
  add(name: string, callback: HookCallback): () => void;
  run(name: Exclude<HookName, 'log'>, context: object): Promise<void>;
  /** The level and message to write, after the hooks. Only user lines can be changed. */
  runLog(context: LogHookContext): Pick<LogHookContext, 'level' | 'message'>;
}

export function createHooks(): Hooks {
  const callbacks = new Map<string, HookCallback[]>(HOOK_NAMES.map((name) => [name, []]));

  return {
    appHookData: {},
    appLevelHookData: {},
    add(name, callback) {
      const list = callbacks.get(name);
      if (!list) throw unknownHook(name);
      list.push(callback);
      return () => {
        const at = list.indexOf(callback);
        if (at >= 0) list.splice(at, 1);
      };
    },
    async run(name, context) {
      for (const callback of [...(callbacks.get(name) ?? [])]) await callback(context);
    },
    runLog(context) {
      const { level, message } = context;
      for (const callback of [...(callbacks.get('log') ?? [])]) {
        try {
          callback(context);
        } catch {
          // The worker ignores the error of a log hook, because logging must not fail a function.
        }
      }
      return context.category === 'user' ? context : { level, message };
    },
  };
}

// @azure/functions recognises this pair (RangeError, the flag) and turns it into "needs a newer host".
function unknownHook(name: string): RangeError {
  const error = new RangeError(
    `unable to register hook "${name}"; the hooks are ${HOOK_NAMES.join(', ')}. Choose one of them.`,
  );
  return Object.assign(error, { isAzureFunctionsSystemError: true });
}
