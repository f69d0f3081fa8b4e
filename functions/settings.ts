// The app's settings, read once at the start. A missing or wrong one stops the start and is named.

import { ChatError } from './protocol.ts';

export interface Settings {
  readonly signalR: SignalRSettings;
  /** Connection string of the storage account that holds the table. */
  readonly storage: string;
  readonly table: string;
  readonly retentionDays: number;
  /** How long a message waits for company, ms: fewer billed broadcasts for that much more latency. */
  readonly batchMs: number;
}

export interface SignalRSettings {
  /** Where REST calls go, e.g. `https://chat.service.signalr.net`; no trailing slash. */
  readonly serverEndpoint: string;
  /** Where browsers connect. */
  readonly clientEndpoint: string;
  readonly accessKey: string;
}

/** The name of the setting that the SignalR bindings and {@link readSettings} share. */
export const SIGNALR_SETTING = 'AzureSignalRConnectionString';

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws ChatError `bad_setting`. */
export function readSettings(env: Environment): Settings {
  const auth = env.CHAT_AUTH ?? 'guest';
  if (auth !== 'guest') {
    throw badSetting('CHAT_AUTH', `${JSON.stringify(auth)} is not known`, 'Set it to guest.');
  }
  return {
    signalR: readSignalR(env),
    storage: readStorage(env),
    table: readTable(env),
    retentionDays: readNumber(env, 'CHAT_RETENTION_DAYS', 30, 1, 36_500),
    batchMs: readNumber(env, 'CHAT_BATCH_MS', 0, 0, 10_000),
  };
}

function readSignalR(env: Environment): SignalRSettings {
  const text = env[SIGNALR_SETTING];
  const remedy =
    'Copy the connection string from the service (Keys), or from the first line of the emulator.';
  if (!text) throw badSetting(SIGNALR_SETTING, 'it is missing', remedy);
  const parts = new Map(
    text.split(';').map((item): [string, string] => {
      const equals = item.indexOf('=');
      return [item.slice(0, equals).trim().toLowerCase(), item.slice(equals + 1).trim()];
    }),
  );
  const accessKey = parts.get('accesskey');
  if (!accessKey) throw badSetting(SIGNALR_SETTING, 'it has no AccessKey', remedy);
  const endpointOf = (part: string, port?: string) => {
    const value = parts.get(part);
    if (value === undefined) return undefined;
    if (!URL.canParse(value) || !/^https?:/i.test(value)) {
      throw badSetting(SIGNALR_SETTING, `its ${part} is no http or https address`, remedy);
    }
    const url = new URL(value);
    if (port !== undefined) url.port = port;
    return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  };
  const endpoint = endpointOf('endpoint', parts.get('port'));
  if (!endpoint) throw badSetting(SIGNALR_SETTING, 'it has no Endpoint', remedy);
  return {
    serverEndpoint: endpointOf('serverendpoint') ?? endpoint,
    clientEndpoint: endpointOf('clientendpoint') ?? endpoint,
    accessKey,
  };
}

function readStorage(env: Environment): string {
  const name = env.CHAT_STORAGE ? 'CHAT_STORAGE' : 'AzureWebJobsStorage';
  const text = env[name];
  const remedy = 'Set it to a storage connection string, or to UseDevelopmentStorage=true.';
  if (!text) throw badSetting(name, 'it is missing', remedy);
  const isUsable =
    /^UseDevelopmentStorage=true;?$/i.test(text) ||
    (/(^|;)\s*(AccountKey|SharedAccessSignature)=/i.test(text) &&
      /(^|;)\s*(AccountName|TableEndpoint)=/i.test(text));
  if (!isUsable) throw badSetting(name, 'it is no storage connection string', remedy);
  return text;
}

function readTable(env: Environment): string {
  const table = env.CHAT_TABLE || 'chat';
  // learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model#table-names
  if (!/^[A-Za-z][A-Za-z0-9]{2,62}$/.test(table)) {
    const remedy = 'Use 3 to 63 letters and digits, a letter first.';
    throw badSetting('CHAT_TABLE', `${JSON.stringify(table)} can't name a table`, remedy);
  }
  return table;
}

function readNumber(
  env: Environment,
  name: string,
  byDefault: number,
  least: number,
  most: number,
): number {
  const text = env[name]?.trim();
  if (!text) return byDefault;
  const number = Number(text);
  if (!Number.isInteger(number) || number < least || number > most) {
    const remedy = `Set it to a whole number from ${least} to ${most}.`;
    throw badSetting(name, `${JSON.stringify(text)} is out of its range`, remedy);
  }
  return number;
}

function badSetting(name: string, reason: string, remedy: string): ChatError {
  return new ChatError('bad_setting', `unable to use the setting ${name}; ${reason}. ${remedy}`);
}
