// The app's settings, read once at the start. A missing or wrong one stops the start, and the error names it.

import { ChatError, DEFAULT_EDIT_MINUTES } from './protocol.ts';
import { completeStorageConnectionString } from './storage-connection-string.ts';

export interface Settings {
  readonly signalR: SignalRSettings;
  /** Whether pages find the service at their own host name. For an emulator that other devices reach. */
  readonly serviceAtPage: boolean;
  readonly upstream: UpstreamSettings;
  readonly storage: StorageSettings;
  readonly table: string;
  readonly auth: AuthSettings;
  readonly retentionDays: number;
  /** For how many minutes after a message its author may edit or remove it. 0 for never. */
  readonly editMinutes: number;
  /** How long a message waits so that others join its broadcast, ms. Fewer billed messages, more latency. */
  readonly batchMs: number;
  /** Whether people see who is typing, in rooms of up to 50. */
  readonly typing: boolean;
  /** The ids of the people who moderate every room from a page. */
  readonly moderators: ReadonlySet<string>;
  readonly caps: ConnectionCaps;
}

export interface SignalRSettings {
  /** Base URL of REST calls, e.g. `https://chat.service.signalr.net`, without a trailing slash. */
  readonly serverEndpoint: string;
  /** Base URL for browsers. */
  readonly clientEndpoint: string;
  readonly access: { readonly kind: 'key'; readonly accessKey: string } | Identity;
}

/** How the service proves that it sent an upstream request. */
export type UpstreamSettings =
  | { readonly kind: 'signature'; readonly accessKey: string }
  | {
      readonly kind: 'token';
      readonly tenant: string;
      /** Any of them will do. Not empty. */
      readonly audiences: readonly string[];
      /** The object id of the identity of our SignalR Service. */
      readonly objectId: string;
    };

export type StorageSettings =
  | { readonly kind: 'key'; readonly connectionString: string }
  | (Identity & { readonly tableEndpoint: string });

/** An Entra identity of this app. Without a client id the platform chooses it. */
export interface Identity {
  readonly kind: 'identity';
  readonly clientId: string | undefined;
  /** False on the machine of a developer, who has signed in. */
  readonly isManaged: boolean;
}

export type AuthSettings =
  | { readonly kind: 'guest' }
  | {
      readonly kind: 'entra';
      readonly tenant: string;
      readonly clientId: string;
      /** Whether App Service Authentication is on. Then nobody else can send its headers. */
      readonly isBehindAppServiceAuth: boolean;
    };

export interface ConnectionCaps {
  /** Connections of one user in a room. */
  readonly user: number;
  /** Connections in a room. */
  readonly room: number;
}

/**
 * A person with five tabs who is cut off has ten connections until the service notices the dead ones. A free resource of the
 * service has 20 for everyone.
 */
export const DEFAULT_CAPS: ConnectionCaps = { user: 12, room: 10_000 };
/** A leap year. */
const MOST_EDIT_MINUTES = 527_040;
/** The head of a room counts no further (room/tallies.ts). */
const MOST_USER_CONNECTIONS = 60;

/** The name of the setting that the SignalR bindings and {@link readSettings} share. */
export const SIGNALR_SETTING = 'AzureSignalRConnectionString';

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws ChatError `bad_setting`. */
export function readSettings(env: Environment): Settings {
  const signalR = readSignalR(env);
  const auth = readAuth(env);
  return {
    signalR,
    serviceAtPage: readSwitch(env, 'CHAT_SERVICE_AT_PAGE', 'off'),
    upstream: readUpstream(env, signalR),
    storage: readStorage(env),
    table: readTable(env),
    auth,
    retentionDays: readNumber(env, 'CHAT_RETENTION_DAYS', 30, 1, 36_500),
    editMinutes: readNumber(env, 'CHAT_EDIT_MINUTES', DEFAULT_EDIT_MINUTES, 0, MOST_EDIT_MINUTES),
    batchMs: readNumber(env, 'CHAT_BATCH_MS', 0, 0, 10_000),
    typing: readSwitch(env, 'CHAT_TYPING', 'on'),
    moderators: readModerators(env, auth),
    caps: {
      user: readNumber(env, 'CHAT_USER_CONNECTIONS', DEFAULT_CAPS.user, 1, MOST_USER_CONNECTIONS),
      room: readNumber(env, 'CHAT_ROOM_CONNECTIONS', DEFAULT_CAPS.room, 1, 100_000),
    },
  };
}

// As the host's SignalR extension reads it: the plain string wins over the section.
function readSignalR(env: Environment): SignalRSettings {
  const text = env[SIGNALR_SETTING];
  const serviceUri = env[`${SIGNALR_SETTING}__serviceUri`];
  if (text) return fromConnectionString(text);
  if (serviceUri) {
    const endpoint = (part: string, value: string) =>
      toSecureEndpoint(`${SIGNALR_SETTING}__${part}`, value, 'Use the address of the service.');
    const clientEndpoint = env[`${SIGNALR_SETTING}__clientEndpoint`] ?? serviceUri;
    return {
      serverEndpoint: endpoint('serviceUri', serviceUri),
      clientEndpoint: endpoint('clientEndpoint', clientEndpoint),
      access: readIdentity(env, SIGNALR_SETTING),
    };
  }
  throw badSetting(SIGNALR_SETTING, 'it is missing', SIGNALR_REMEDY);
}

const SIGNALR_REMEDY =
  'Copy the connection string from the service (Keys) or from the first line of the emulator, or set …__serviceUri to use a managed identity.';

function fromConnectionString(text: string): SignalRSettings {
  const parts = new Map(
    text.split(';').map((item): [string, string] => {
      const equals = item.indexOf('=');
      return [item.slice(0, equals).trim().toLowerCase(), item.slice(equals + 1).trim()];
    }),
  );
  const accessKey = parts.get('accesskey');
  if (!accessKey) throw badSetting(SIGNALR_SETTING, 'it has no AccessKey', SIGNALR_REMEDY);
  const endpointOf = (part: string, port?: string) => {
    const value = parts.get(part);
    return value === undefined
      ? undefined
      : toEndpoint(SIGNALR_SETTING, value, SIGNALR_REMEDY, port);
  };
  const endpoint = endpointOf('endpoint', parts.get('port'));
  if (!endpoint) throw badSetting(SIGNALR_SETTING, 'it has no Endpoint', SIGNALR_REMEDY);
  return {
    serverEndpoint: endpointOf('serverendpoint') ?? endpoint,
    clientEndpoint: endpointOf('clientendpoint') ?? endpoint,
    access: { kind: 'key', accessKey },
  };
}

/** An address to which tokens of an identity go. Without TLS anyone on the way could take them. */
function toSecureEndpoint(name: string, value: string, remedy: string): string {
  const endpoint = toEndpoint(name, value, remedy);
  if (endpoint.startsWith('https:')) return endpoint;
  throw badSetting(name, 'an identity needs an address with https', remedy);
}

function toEndpoint(name: string, value: string, remedy: string, port?: string): string {
  if (!URL.canParse(value) || !/^https?:/i.test(value)) {
    throw badSetting(name, 'it has an address that is not http or https', remedy);
  }
  const url = new URL(value);
  if (port !== undefined) url.port = port;
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** With an access key the service signs. Without one it sends a token of its identity, which the settings have to name. */
function readUpstream(env: Environment, { access }: SignalRSettings): UpstreamSettings {
  if (access.kind === 'key') return { kind: 'signature', accessKey: access.accessKey };
  const required = (name: string, what: string) => {
    const value = env[name];
    if (!value) throw badSetting(name, 'it is missing', `Set it to ${what}.`);
    return value;
  };
  return {
    kind: 'token',
    tenant: required('CHAT_UPSTREAM_TENANT', 'the id of the tenant of the service'),
    audiences: toAudiences(
      required('CHAT_UPSTREAM_AUDIENCE', 'the client id of the registration that its token is for'),
    ),
    objectId: required('CHAT_UPSTREAM_OBJECT_ID', 'the object id of the identity of the service'),
  };
}

/**
 * The audiences of a list with commas. Entra ID writes the client id of a registration, `<GUID>`, also as the URI
 * `api://<GUID>`, depending on the version of the token, so each stands for both.
 * Source: learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
function toAudiences(text: string): readonly string[] {
  const audiences = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (audiences.length === 0) {
    const remedy = 'Set it to client ids or URIs, with commas between them.';
    throw badSetting('CHAT_UPSTREAM_AUDIENCE', 'it names no audience', remedy);
  }
  return audiences.flatMap((audience) => {
    const clientId = audience.replace(/^api:\/\/|\/$/g, '');
    return GUID.test(clientId) ? [clientId, `api://${clientId}`] : [audience];
  });
}

function readStorage(env: Environment): StorageSettings {
  const isApart = ['', '__accountName', '__tableServiceUri'].some(
    (end) => env[`CHAT_STORAGE${end}`],
  );
  const name = isApart ? 'CHAT_STORAGE' : 'AzureWebJobsStorage';
  const text = env[name];
  if (text) return { kind: 'key', connectionString: toStorageConnectionString(name, text) };
  const account = env[`${name}__accountName`];
  const uriSetting = `${name}__tableServiceUri`;
  const uri = env[uriSetting] ?? (account && `https://${account}.table.core.windows.net`);
  const remedy =
    'Set it to a storage connection string or to UseDevelopmentStorage=true, or set …__accountName to use a managed identity.';
  if (!uri) throw badSetting(name, 'it is missing', remedy);
  const setting = env[uriSetting] === undefined ? name : uriSetting;
  return { tableEndpoint: toSecureEndpoint(setting, uri, remedy), ...readIdentity(env, name) };
}

/** The connection string, complete for the table client. */
function toStorageConnectionString(name: string, text: string): string {
  const completed = completeStorageConnectionString(text);
  if (completed.kind === 'usable') return completed.text;
  throw badSetting(name, completed.reason, completed.remedy);
}

function readIdentity(env: Environment, prefix: string): Identity {
  const clientId = env[`${prefix}__clientId`] || undefined;
  // The platform sets it if there is a managed identity.
  return { kind: 'identity', clientId, isManaged: env.IDENTITY_ENDPOINT !== undefined };
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

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function readAuth(env: Environment): AuthSettings {
  const auth = env.CHAT_AUTH || 'guest';
  if (auth === 'guest') return { kind: 'guest' };
  if (auth !== 'entra') {
    const remedy = 'Set it to guest or to entra.';
    throw badSetting('CHAT_AUTH', `${JSON.stringify(auth)} is not known`, remedy);
  }
  const guid = (name: string, what: string) => {
    const value = env[name]?.trim().toLowerCase() ?? '';
    if (GUID.test(value)) return value;
    throw badSetting(name, 'CHAT_AUTH=entra needs it, and it is no GUID', `Set it to ${what}.`);
  };
  return {
    kind: 'entra',
    tenant: guid('CHAT_ENTRA_TENANT', 'the id of the tenant whose people may sign in'),
    clientId: guid('CHAT_ENTRA_CLIENT_ID', 'the client id of the app registration of the page'),
    // The platform sets it, and the Functions host uses it, too.
    isBehindAppServiceAuth: env.WEBSITE_AUTH_ENABLED?.toLowerCase() === 'true',
  };
}

/** The form of the ids of guests and of accounts (identity/guest.ts, sign-in.ts). */
const USER_IDS = {
  guest: { form: /^g-[\w-]{16}$/, shown: 'g- and 16 characters' },
  entra: { form: /^e-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, shown: 'e- and an object id' },
} as const;

/** An id that nobody can have would be a moderator who is missing without a word. */
function readModerators(env: Environment, { kind }: AuthSettings): ReadonlySet<string> {
  const entries = (env.CHAT_MODERATORS ?? '').split(',').map((entry) => entry.trim());
  const ids = entries.filter((entry) => entry !== '');
  const { form, shown } = USER_IDS[kind];
  // Entra ID writes object ids in small letters. A guest's id has both.
  const moderators = kind === 'entra' ? ids.map((id) => id.toLowerCase()) : ids;
  const wrong = moderators.find((id) => !form.test(id));
  if (wrong === undefined) return new Set(moderators);
  const remedy = `With CHAT_AUTH=${kind} an id is ${shown}. The people in a room have it (Copy id). Put commas between several.`;
  throw badSetting('CHAT_MODERATORS', `${JSON.stringify(wrong)} is no user id`, remedy);
}

function readSwitch(env: Environment, name: string, byDefault: 'on' | 'off'): boolean {
  const text = env[name] || byDefault;
  if (text === 'on' || text === 'off') return text === 'on';
  throw badSetting(name, `${JSON.stringify(text)} is not known`, 'Set it to on or off.');
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
