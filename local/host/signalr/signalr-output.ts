// The output binding signalR: each item becomes one REST call to the service, in the order of the items.
// Source: azure-functions-signalrservice-extension, SignalROutputConverter and SignalRAsyncCollector;
// Azure/azure-signalr, RestHubLifetimeManager.

import { type ExpressionContext, resolveExpressions } from '../binding-expressions.ts';
import type { HostSettings } from '../settings.ts';
import type { BindingInfo } from '../worker/core-api.ts';
import { asNewtonsoftReads } from './newtonsoft.ts';
import { readServiceConnection, requireKey, type ServiceConnection } from './signalr-connection.ts';
import type { CallService, ServiceCall } from './signalr-rest.ts';

export interface SignalROutput {
  readonly type: 'signalR';
  /** The binding's key. `$return` for the binding whose value the handler returns. */
  readonly name: string;
  readonly connection: ServiceConnection;
  readonly hubName: string;
}

/** Throws without a hub or a connection. */
export function parseSignalROutput(
  name: string,
  binding: BindingInfo,
  settings: HostSettings,
): SignalROutput {
  const { hubName } = binding;
  if (typeof hubName !== 'string' || hubName === '') {
    throw new Error(`unable to load output ${name}; it has no hubName. Name the hub.`);
  }
  return {
    type: 'signalR',
    name,
    connection: readServiceConnection(binding, settings),
    hubName,
  };
}

/** Sends one item after another. A failure does not undo the items before it. */
export async function sendOutput(
  output: SignalROutput,
  value: unknown,
  context: ExpressionContext,
  callService: CallService,
): Promise<void> {
  const connection = requireKey(output.connection);
  const hub = resolveExpressions(output.hubName, context).toLowerCase();
  for (const item of toItems(value)) {
    const call = toServiceCall(item);
    if (call) await callService(connection, hub, call);
  }
}

function toItems(value: unknown): readonly unknown[] {
  const parsed = typeof value === 'string' ? parseJson(value) : value;
  return Array.isArray(parsed) ? parsed : [parsed];
}

/** An output as JSON text gets its dates in another form. An output as an object keeps them. */
function parseJson(text: string): unknown {
  try {
    return asNewtonsoftReads(JSON.parse(text));
  } catch {
    throw unconvertible('it is text, and not JSON that can be read');
  }
}

/** The REST call for an item. Undefined for a `removeAll` of a connection, which the extension ignores. */
export function toServiceCall(item: unknown): ServiceCall | undefined {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    throw unconvertible('it is no object');
  }
  const members = new Map(
    Object.entries(item).map(([name, value]) => [name.toLowerCase(), value as unknown]),
  );
  const target = members.get('target');
  if (typeof target === 'string' && target !== '') return toMessage(target, members);
  const action = members.get('action');
  if (typeof action === 'string') return toGroupChange(action, members);
  throw unconvertible('it has neither target nor action');
}

function toMessage(target: string, members: ReadonlyMap<string, unknown>): ServiceCall {
  const list = members.get('arguments') ?? [];
  if (!Array.isArray(list)) throw unconvertible('its arguments are no list');
  // The most specific scope wins, and an empty name counts as none. Source: SignalRAsyncCollector.cs.
  const scope =
    toScope('connections', members.get('connectionid')) ??
    toScope('users', members.get('userid')) ??
    toScope('groups', members.get('groupname')) ??
    [];
  return {
    method: 'POST',
    path: [...scope, ':send'],
    body: JSON.stringify({ Target: target, Arguments: list }),
  };
}

function toScope(collection: string, name: unknown): string[] | undefined {
  return isName(name) ? [collection, name] : undefined;
}

function toGroupChange(
  action: string,
  members: ReadonlyMap<string, unknown>,
): ServiceCall | undefined {
  const connectionId = members.get('connectionid');
  const userId = members.get('userid');
  const member = toScope('connections', connectionId) ?? toScope('users', userId);
  if (!member) throw unconvertible('its action has neither connectionId nor userId');

  const kind = action.toLowerCase();
  switch (kind) {
    case 'add':
    case 'remove': {
      const group = toScope('groups', members.get('groupname'));
      if (!group) throw unconvertible('its action has no groupName');
      const path = isName(connectionId) ? [...group, ...member] : [...member, ...group];
      if (kind === 'remove') return { method: 'DELETE', path };
      // Adding a closed connection to a group succeeds, as with the SDK.
      const toleratedCode = 'Error.Connection.NotExisted';
      return { method: 'PUT', path, ...(isName(connectionId) ? { toleratedCode } : {}) };
    }
    case 'removeall':
      return isName(connectionId) ? undefined : { method: 'DELETE', path: [...member, 'groups'] };
    default:
      throw unconvertible(`its action is ${JSON.stringify(action)}`);
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function unconvertible(reason: string): Error {
  return new Error(
    `unable to convert an item of the signalR output; ${reason}. Give an object with target and arguments, or with action (add, remove, removeAll), groupName and connectionId or userId.`,
  );
}
