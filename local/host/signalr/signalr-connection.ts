// The SignalR Service of a binding: a connection string, or an address that is used with an identity.

import { parseConnectionString, type SignalRConnection } from '../../access-token.ts';
import type { HostSettings } from '../settings.ts';
import type { BindingInfo } from '../worker/core-api.ts';

export type ServiceConnection =
  | ({ readonly kind: 'key' } & SignalRConnection)
  /** Without an access key the host can neither sign nor check anything. */
  | { readonly kind: 'identity'; readonly setting: string };

const DEFAULT_SETTING = 'AzureSignalRConnectionString';

/** Throws an error that names the setting, if it is missing or unusable. */
export function readServiceConnection(
  binding: BindingInfo,
  settings: HostSettings,
): ServiceConnection {
  const named = binding.connectionStringSetting;
  const setting = typeof named === 'string' && named !== '' ? named : DEFAULT_SETTING;
  const text = settings[setting];
  if (!text) {
    if (settings[`${setting}__serviceUri`]) return { kind: 'identity', setting };
    throw new Error(
      `unable to reach a SignalR Service; the setting ${setting} is missing. Set it in the environment or in local.settings.json.`,
    );
  }
  if (/(^|;)\s*AuthType\s*=/i.test(text)) return { kind: 'identity', setting };
  try {
    return { kind: 'key', ...parseConnectionString(text) };
  } catch (error) {
    throw new Error(`${(error as Error).message} It is in the setting ${setting}.`);
  }
}

/** Throws for an identity, which the embedded host does not have. */
export function requireKey(connection: ServiceConnection): SignalRConnection {
  if (connection.kind === 'key') return connection;
  throw new Error(
    `unable to call the SignalR Service; ${connection.setting} has no access key, and the embedded host has no identity. Use a connection string with an AccessKey on this machine.`,
  );
}
