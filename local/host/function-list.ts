// Turns the functions that the app registered into those that the host serves: checks names and bindings, inserts settings,
// sorts.
// Source: azure-functions-host, FunctionMetadataManager and Utility (the name rules).

import { resolveSettings } from './binding-expressions.ts';
import { type HttpTrigger, parseHttpTrigger } from './http/http-trigger.ts';
import { compareNames } from './http/route-table.ts';
import type { HostConfig, HostSettings } from './settings.ts';
import { type ConnectionInfoInput, parseConnectionInfoInput } from './signalr/signalr-input.ts';
import { parseSignalROutput, type SignalROutput } from './signalr/signalr-output.ts';
import { parseSignalRTrigger, type SignalRTrigger } from './signalr/signalr-trigger.ts';
import { parseTimerTrigger, type TimerTrigger } from './timer/timer-trigger.ts';
import type { BindingInfo, RegisteredFunction } from './worker/core-api.ts';

type Trigger = HttpTrigger | SignalRTrigger | TimerTrigger;

export interface HostFunction<T extends Trigger = Trigger> {
  readonly name: string;
  readonly registered: RegisteredFunction;
  readonly triggerName: string;
  readonly trigger: T;
  readonly inputs: readonly ConnectionInfoInput[];
  readonly outputs: readonly SignalROutput[];
  /** Set by `AzureWebJobs.<name>.Disabled`. */
  readonly isDisabled: boolean;
}

const FUNCTION_NAME = /^[a-z][a-z0-9_-]{0,127}$/i;
const BINDING_NAME = /^[a-z][a-z0-9]{0,127}$/i;

// In these options, %NAME% is replaced by a setting.
const RESOLVED_OPTIONS = [
  'hubName',
  'category',
  'event',
  'userId',
  'idToken',
  'schedule',
  'route',
  'connectionStringSetting',
];

/** Sorted by name, as the real host sorts them. Throws for the first function that cannot be served. */
export function listFunctions(
  registered: readonly RegisteredFunction[],
  config: HostConfig,
  settings: HostSettings,
): HostFunction[] {
  const wanted = config.functions?.map((name) => name.toLowerCase());
  const functions = registered
    .filter(({ metadata }) => !wanted || wanted.includes(metadata.name.toLowerCase()))
    .map((item) => readFunction(item, settings))
    .sort((a, b) => compareNames(a.name, b.name));
  functions.forEach((fn, at) => {
    const next = functions[at + 1];
    if (next && compareNames(fn.name, next.name) === 0) {
      throw unloadable(next.name, 'another function has that name in other letters', 'Rename one.');
    }
  });
  return functions;
}

function readFunction(registered: RegisteredFunction, settings: HostSettings): HostFunction {
  const { name, bindings } = registered.metadata;
  if (!FUNCTION_NAME.test(name) || name.toLowerCase() === 'host') {
    throw unloadable(
      name,
      'a name is a letter, then letters, digits, - and _, 128 at most, and not "host"',
      'Rename it.',
    );
  }
  const entries = Object.entries(bindings).map(([key, binding]) => {
    checkBindingName(name, key);
    return [key, resolveOptions(name, binding, settings)] as const;
  });
  const triggers = entries.filter(([, binding]) => isTrigger(binding));
  const [triggerName, trigger] = triggers[0] ?? [];
  if (!triggerName || !trigger || triggers.length > 1) {
    throw unloadable(name, `it has ${triggers.length} triggers`, 'Give it one.');
  }
  const others = entries.filter(([, binding]) => !isTrigger(binding));
  const isDisabled =
    settings[`AzureWebJobs.${name}.Disabled`] ?? settings[`AzureWebJobs_${name}_Disabled`];
  return {
    name,
    registered,
    triggerName,
    trigger: readTrigger(name, trigger, settings),
    inputs: others.flatMap(([key, binding]) => readInput(name, key, binding, settings)),
    outputs: others.flatMap(([key, binding]) => readOutput(name, key, binding, settings)),
    isDisabled: /^(true|1)$/i.test(isDisabled ?? ''),
  };
}

function isTrigger(binding: BindingInfo): boolean {
  return /trigger$/i.test(binding.type);
}

function readTrigger(functionName: string, binding: BindingInfo, settings: HostSettings): Trigger {
  switch (binding.type.toLowerCase()) {
    case 'httptrigger':
      return parseHttpTrigger(functionName, binding);
    case 'signalrtrigger':
      return parseSignalRTrigger(functionName, binding, settings);
    case 'timertrigger':
      return parseTimerTrigger(functionName, binding);
    default:
      throw unloadable(
        functionName,
        `the embedded host has no ${binding.type}`,
        'Run this app with Azure Functions Core Tools (func start).',
      );
  }
}

function readInput(
  functionName: string,
  key: string,
  binding: BindingInfo,
  settings: HostSettings,
): ConnectionInfoInput[] {
  if (binding.direction !== 'in') return [];
  if (binding.type.toLowerCase() !== 'signalrconnectioninfo') {
    throw unloadable(
      functionName,
      `the embedded host has no input binding ${binding.type}`,
      'Run this app with Azure Functions Core Tools (func start).',
    );
  }
  return [parseConnectionInfoInput(key, binding, settings)];
}

function readOutput(
  functionName: string,
  key: string,
  binding: BindingInfo,
  settings: HostSettings,
): SignalROutput[] {
  if (binding.direction !== 'out' || binding.type.toLowerCase() === 'http') return [];
  if (binding.type.toLowerCase() !== 'signalr') {
    throw unloadable(
      functionName,
      `the embedded host has no output binding ${binding.type}`,
      'Run this app with Azure Functions Core Tools (func start).',
    );
  }
  return [parseSignalROutput(key, binding, settings)];
}

function resolveOptions(
  functionName: string,
  binding: BindingInfo,
  settings: HostSettings,
): BindingInfo {
  const resolved: Record<string, unknown> = {};
  for (const option of RESOLVED_OPTIONS) {
    const value = binding[option];
    if (typeof value !== 'string' || !value.includes('%')) continue;
    try {
      resolved[option] = resolveSettings(value, settings);
    } catch (error) {
      throw new Error(
        `${(error as Error).message} It is the ${option} of function ${functionName}.`,
      );
    }
  }
  return { ...binding, ...resolved };
}

function checkBindingName(functionName: string, key: string): void {
  if (key === '$return' || BINDING_NAME.test(key)) return;
  throw unloadable(
    functionName,
    `its binding is named ${JSON.stringify(key)}`,
    'Name it with a letter, then letters and digits, 128 at most.',
  );
}

function unloadable(functionName: string, reason: string, remedy: string): Error {
  return new Error(`unable to load function ${functionName}; ${reason}. ${remedy}`);
}
