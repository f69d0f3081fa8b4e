// Takes the place of `@azure/functions-core`, the module that exists only inside Azure's worker and through which
// @azure/functions registers everything. Source: Azure/azure-functions-nodejs-worker, setupCoreModule.ts.

import Module from 'node:module';
import { fileURLToPath } from 'node:url';
import { createHooks, type HookCallback, type Hooks } from './hooks.ts';
import type {
  RpcInvocationRequest,
  RpcInvocationResponse,
  RpcLogCategory,
  RpcLogLevel,
} from './rpc.ts';

const CORE_MODULE = '@azure/functions-core';
const CORE_SYMBOL = Symbol.for('serverless-chat.azure-functions-core');
const SHIM = fileURLToPath(new URL('./core-shim.cjs', import.meta.url));

/** The versions that the embedded host reports: those of the real host that it follows. */
const WORKER_VERSION = '3.11.1';
export const HOST_VERSION = '4.1052.200';

/** A binding as the app declared it: `type`, `name`, `direction` and the binding's own options. */
export interface BindingInfo {
  readonly type: string;
  readonly name?: string;
  readonly direction?: string;
  readonly [option: string]: unknown;
}

interface FunctionMetadata {
  readonly name: string;
  readonly functionId?: string;
  /** By binding name. The binding whose value the handler returns has the key `$return`. */
  readonly bindings: Readonly<Record<string, BindingInfo>>;
}

export type FunctionCallback = (...inputs: unknown[]) => unknown;

export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

/** The worker's description of an invocation, for the programming model. */
export interface CoreInvocationContext {
  readonly invocationId: string;
  readonly request: RpcInvocationRequest;
  readonly metadata: FunctionMetadata;
  state?: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks';
  log(level: RpcLogLevel, category: RpcLogCategory, message: string): void;
}

interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<RpcInvocationResponse>;
}

export interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel;
  getCapabilities(defaults: Record<string, string>): Promise<Record<string, string>>;
}

export type CoreLog = (level: RpcLogLevel, category: RpcLogCategory, message: string) => void;

export interface Core {
  readonly functions: readonly RegisteredFunction[];
  readonly hooks: Hooks;
  model(): ProgrammingModel | undefined;
  /** After this call, registering a function throws. */
  lock(): void;
  /** Removes the module. A process can have one core at a time. */
  uninstall(): void;
}

class Disposable {
  #callOnDispose: (() => unknown) | undefined;

  constructor(callOnDispose: () => unknown) {
    this.#callOnDispose = callOnDispose;
  }

  static from(...disposables: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const disposable of disposables) disposable.dispose();
    });
  }

  dispose(): unknown {
    const call = this.#callOnDispose;
    this.#callOnDispose = undefined;
    return call?.();
  }
}

export function installCore(log: CoreLog): Core {
  const functions = new Map<string, RegisteredFunction>();
  const hooks = createHooks();
  let model: ProgrammingModel | undefined;
  let isLocked = false;

  const module = {
    version: WORKER_VERSION,
    hostVersion: HOST_VERSION,
    Disposable,
    log,
    setProgrammingModel(value: ProgrammingModel) {
      model = value;
    },
    getProgrammingModel: () => model,
    registerHook: (name: string, callback: HookCallback) =>
      new Disposable(hooks.add(name, callback)),
    registerFunction(metadata: FunctionMetadata, callback: FunctionCallback) {
      const id = metadata.functionId ?? metadata.name;
      if (isLocked)
        throw unregistrable(id, 'functions can be registered only while the app starts');
      if (functions.has(id)) throw unregistrable(id, 'another function has that name');
      functions.set(id, { metadata, callback });
      return new Disposable(() => functions.delete(id));
    },
  };

  const unpatch = provideModule(module);
  return {
    get functions() {
      return [...functions.values()];
    },
    hooks,
    model: () => model,
    lock() {
      isLocked = true;
    },
    uninstall: unpatch,
  };
}

interface PatchableModule {
  prototype: { require(this: unknown, id: string): unknown };
  _resolveFilename(this: unknown, request: string, ...rest: unknown[]): string;
}

/**
 * Makes `require('@azure/functions-core')` return `core` in every module. Azure's worker patches only `require`. Loaders that
 * compile modules themselves bypass it and still resolve file names, so this patches both.
 */
function provideModule(core: object): () => void {
  const registry = globalThis as { [CORE_SYMBOL]?: object };
  if (registry[CORE_SYMBOL]) {
    throw new Error(
      'unable to start a Functions host; another one runs in this process. Stop it first, or start this one in a process of its own.',
    );
  }
  registry[CORE_SYMBOL] = core;

  const patchable = Module as unknown as PatchableModule;
  const { _resolveFilename: resolveFilename } = patchable;
  const { require } = patchable.prototype;
  patchable._resolveFilename = function (request, ...rest) {
    if (request === CORE_MODULE) return SHIM;
    return Reflect.apply(resolveFilename, this, [request, ...rest]);
  };
  patchable.prototype.require = function (id) {
    return id === CORE_MODULE ? core : Reflect.apply(require, this, [id]);
  };

  return () => {
    patchable._resolveFilename = resolveFilename;
    patchable.prototype.require = require;
    delete registry[CORE_SYMBOL];
    delete Module.createRequire(SHIM).cache[SHIM];
  };
}

function unregistrable(id: string, reason: string): Error {
  return new Error(
    `unable to register function "${id}"; ${reason}. Give each function its own name, at the top level of an entry file.`,
  );
}
