// Calls that the SignalR output binding cannot make, over the service's data-plane REST API: end a connection, check the
// service's health, and broadcast without an invocation.
// Source: learn.microsoft.com/azure/azure-signalr/signalr-reference-data-plane-rest-api

import type { webcrypto } from 'node:crypto';
import { SignJWT } from 'jose';
import { type Credential, openCredential } from '../credential.ts';
import { ChatError, toQuotaError } from '../protocol.ts';
import type { SignalRSettings } from '../settings.ts';
import { HUB } from './bindings.ts';

const API_VERSION = '2022-06-01';
const REQUEST_TIMEOUT_MS = 10_000;
const TOKEN_LIFETIME_SECONDS = 300;
/** Names what is missing. Source: Constants.cs of github.com/Azure/azure-signalr, whose SDK looks for it. */
const ERROR_CODE = 'x-ms-error-code';
const IDENTITY_SCOPE = 'https://signalr.azure.com/.default';

/** The calls to SignalR Service that the output binding lacks. Every method throws ChatError `unavailable`. */
export interface SignalRService {
  /** Ends the connection, and its client shows the reason. False if there is no such connection. */
  closeConnection(connectionId: string, reason: string): Promise<boolean>;
  /** Ends all connections of the room but `except`, and their clients show the reason. */
  closeRoom(room: string, reason: string, except?: string): Promise<void>;
  hasConnection(connectionId: string, signal?: AbortSignal): Promise<boolean>;
  sendToGroup(group: string, target: string, argument: unknown): Promise<void>;
  /** Does nothing for a connection that has closed. */
  addToGroup(group: string, connectionId: string): Promise<void>;
  /** Resolves if the service is well, accepts this app's calls, and has a message and a connection left. Or ChatError `quota_used_up`. */
  checkHealth(signal: AbortSignal): Promise<void>;
}

/** Makes one request per call, without retries, and a second one where a 404 does not say what is missing. */
export class SignalRRest implements SignalRService {
  readonly #settings: SignalRSettings;
  readonly #now: () => number;
  readonly #fetch: typeof fetch;
  #credential: Promise<Credential> | undefined;
  /** Imported once: for each signature that costs as much as the signature. */
  #key: Promise<webcrypto.CryptoKey> | undefined;

  constructor(settings: SignalRSettings, now: () => number = Date.now, send = fetch) {
    this.#settings = settings;
    this.#now = now;
    this.#fetch = send;
  }

  async closeConnection(connectionId: string, reason: string): Promise<boolean> {
    const path = `/api/hubs/${HUB}/connections/${encodeURIComponent(connectionId)}`;
    return this.#isThere('DELETE', path, { reason });
  }

  async closeRoom(room: string, reason: string, except?: string): Promise<void> {
    if (room === '') throw new Error('unable to end the connections of a room without a name');
    const path = `/api/hubs/${HUB}/groups/${encodeURIComponent(room)}/:closeConnections`;
    const excluded = except === undefined ? {} : { excluded: except };
    await this.#request('POST', path, { reason, ...excluded });
  }

  async hasConnection(connectionId: string, signal?: AbortSignal): Promise<boolean> {
    const path = `/api/hubs/${HUB}/connections/${encodeURIComponent(connectionId)}`;
    return this.#isThere('HEAD', path, {}, signal);
  }

  async sendToGroup(group: string, target: string, argument: unknown): Promise<void> {
    if (group === '') throw new Error('unable to send to a group without a name');
    const path = `/api/hubs/${HUB}/groups/${encodeURIComponent(group)}/:send`;
    const body = JSON.stringify({ target, arguments: [argument] });
    await this.#request('POST', path, {}, body);
  }

  async addToGroup(group: string, connectionId: string): Promise<void> {
    if (group === '') throw new Error('unable to add to a group without a name');
    const connection = encodeURIComponent(connectionId);
    const path = `/api/hubs/${HUB}/groups/${encodeURIComponent(group)}/connections/${connection}`;
    await this.#isThere('PUT', path, {});
  }

  async checkHealth(signal: AbortSignal): Promise<void> {
    const nothing = JSON.stringify({ target: 'health', arguments: [] });
    const [response] = await Promise.all([
      this.#request('HEAD', '/api/health', {}, undefined, signal),
      // Anyone may ask for the health. Sending needs the role, and a message that is left. It reaches nobody and is not billed,
      // because no connection has a user id.
      this.#request('POST', `/api/hubs/${HUB}/users/nobody/:send`, {}, nothing, signal),
      this.#checkConnections(signal),
    ]);
    if (response.status !== 200) throw refusedError(response.status, 'HEAD /api/health');
  }

  /**
   * Makes a call about one connection. False if the service does not know the connection. Any other 404 is a failure: what
   * stands at a wrong address knows no connection at all, and everybody would leave.
   */
  async #isThere(
    method: string,
    path: string,
    query: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const { status, headers } = await this.#send(method, path, query, undefined, signal);
    if (status !== 404) return true;
    if (headers.get(ERROR_CODE)?.endsWith('.Connection.NotExisted')) return false;
    // The official emulator gives no code. The service answers this one, and a wrong address does not.
    const health = await this.#send('HEAD', '/api/health', {}, undefined, signal);
    if (health.status === 200) return false;
    throw refusedError(status, `${method} ${path}`);
  }

  /** Negotiates as a client does, which opens no connection. Says nothing about a client's endpoint that this app cannot reach. */
  async #checkConnections(signal: AbortSignal): Promise<void> {
    const { access, clientEndpoint } = this.#settings;
    // Only the service itself signs tokens for clients without a key.
    if (access.kind !== 'key') return;
    const search = new URLSearchParams({ hub: HUB });
    const token = await this.#sign(`${clientEndpoint}/client/?${search}`, access.accessKey);
    const url = `${clientEndpoint}/client/negotiate?${search}&negotiateVersion=1`;
    const headers = { authorization: `Bearer ${token}` };
    const response = await this.#fetch(url, { method: 'POST', headers, signal }).catch(() => {});
    const text = await response?.text().catch(() => '');
    const quota = response?.status === 429 && toQuotaError(text ?? '', this.#now());
    if (quota) throw quota;
  }

  /** Sends a request. Throws for every answer but a success. */
  async #request(
    method: string,
    path: string,
    query: Readonly<Record<string, string>>,
    body?: string,
    signal?: AbortSignal,
  ): Promise<Response> {
    const response = await this.#send(method, path, query, body, signal);
    if (response.status === 404) throw refusedError(404, `${method} ${path}`);
    return response;
  }

  /** Sends a request. Throws for every answer but a success and a 404. */
  async #send(
    method: string,
    path: string,
    query: Readonly<Record<string, string>>,
    body?: string,
    signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  ): Promise<Response> {
    const url = `${this.#settings.serverEndpoint}${path}`;
    const search = new URLSearchParams({ 'api-version': API_VERSION, ...query });
    let response: Response;
    try {
      response = await this.#fetch(`${url}?${search}`, {
        method,
        headers: {
          authorization: `Bearer ${await this.#token(url)}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body }),
        signal,
      });
    } catch (cause) {
      throw unavailable('it did not answer', cause);
    }
    // An unread body blocks its socket.
    const text = await response.text().catch(() => '');
    if (!response.ok && response.status !== 404) {
      const quota = response.status === 429 ? toQuotaError(text, this.#now()) : undefined;
      if (quota) throw quota;
      throw refusedError(response.status, `${method} ${path}`);
    }
    return response;
  }

  async #token(url: string): Promise<string> {
    const { access } = this.#settings;
    switch (access.kind) {
      case 'key':
        return this.#sign(url, access.accessKey);
      case 'identity': {
        this.#credential ??= openCredential(access);
        const token = await (await this.#credential).getToken(IDENTITY_SCOPE);
        if (!token) throw new Error('unable to sign a request; Entra ID gave no token. Try again.');
        return token.token;
      }
    }
  }

  async #sign(url: string, accessKey: string): Promise<string> {
    this.#key ??= importKey(accessKey);
    const seconds = Math.floor(this.#now() / 1_000);
    return new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience(url)
      .setExpirationTime(seconds + TOKEN_LIFETIME_SECONDS)
      .sign(await this.#key);
  }
}

function importKey(accessKey: string): Promise<webcrypto.CryptoKey> {
  const bytes = new TextEncoder().encode(accessKey);
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
}

function refusedError(status: number, request: string): ChatError {
  const reason = `it answered ${status} to ${request}`;
  if (status !== 401 && status !== 403) return unavailable(reason);
  return unavailable(
    reason,
    undefined,
    "Give the app's identity the role SignalR Service Owner, which takes some minutes to arrive, or copy the key into AzureSignalRConnectionString again.",
  );
}

function unavailable(reason: string, cause?: unknown, remedy = REMEDY): ChatError {
  return new ChatError('unavailable', `unable to reach SignalR Service; ${reason}. ${remedy}`, {
    cause,
  });
}

const REMEDY = 'Try again, and check AzureSignalRConnectionString if it stays so.';
