// The keys of a real Functions host: one blob, which the host reads at its start, or writes if it is missing.
// Source: azure-functions-host 4.1037, Security/KeyManagement (BlobStorageSecretsRepository.cs, HostSecrets.cs, Key.cs).

import { createHmac } from 'node:crypto';
import { toSystemKey } from '../../local/stack/stack-parts.ts';

/** The host's id, for `AzureFunctionsWebHost__hostid`. By default the host makes it from the names of machine and folder. */
export const HOST_ID = 'chattest';

/**
 * Makes `key` the function key. Master key and system key of the SignalR extension get other values, because the host accepts
 * a value for one purpose only.
 *
 * @param storage a connection string with AccountName, AccountKey and BlobEndpoint
 */
export async function writeHostKeys(storage: string, key: string): Promise<void> {
  const toKey = (name: string, value: string) => ({ name, value, encrypted: false });
  const secrets = {
    masterKey: toKey('master', `${key}-of-the-master`),
    functionKeys: [toKey('default', key)],
    systemKeys: [toKey('signalr_extension', toSystemKey(key))],
  };
  await callBlobs(storage, 'PUT', '/azure-webjobs-secrets?restype=container');
  await callBlobs(storage, 'PUT', KEYS_BLOB, JSON.stringify(secrets));
}

export const KEYS_BLOB = `/azure-webjobs-secrets/${HOST_ID}/host.json`;

/** Resolves to the response's body. An existing container (409) is no error. */
export async function callBlobs(
  storage: string,
  method: 'GET' | 'PUT',
  path: string,
  body?: string,
): Promise<string> {
  const url = new URL(`${partOf(storage, 'BlobEndpoint')}${path}`);
  const headers = {
    'x-ms-blob-type': 'BlockBlob',
    'x-ms-date': new Date().toUTCString(),
    'x-ms-version': '2023-11-03',
  };
  const length = body === undefined ? '' : String(Buffer.byteLength(body));
  const authorization = sign(storage, method, url, headers, length);
  const answer = await fetch(url, {
    method,
    ...(body !== undefined && { body }),
    headers: { ...headers, authorization, 'content-type': CONTENT_TYPE },
  });
  if (!answer.ok && answer.status !== 409) {
    throw new Error(
      `unable to write the keys of the host; storage answers ${answer.status}. Name an account whose key and blob service are there.`,
    );
  }
  return answer.text();
}

const CONTENT_TYPE = 'application/json';

/** Shared Key. Source: learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key */
function sign(
  storage: string,
  method: string,
  url: URL,
  headers: Readonly<Record<string, string>>,
  length: string,
): string {
  const account = partOf(storage, 'AccountName');
  const parameters = [...url.searchParams].map(([name, value]) => `\n${name}:${value}`).join('');
  const text = [
    method,
    '', // Content-Encoding
    '', // Content-Language
    length,
    '', // Content-MD5
    CONTENT_TYPE,
    ...['', '', '', '', '', ''], // Date, the four conditions, Range
    ...Object.entries(headers).map(([name, value]) => `${name}:${value}`),
    `/${account}${url.pathname}${parameters}`,
  ].join('\n');
  const signature = createHmac('sha256', Buffer.from(partOf(storage, 'AccountKey'), 'base64'))
    .update(text)
    .digest('base64');
  return `SharedKey ${account}:${signature}`;
}

function partOf(connectionString: string, name: string): string {
  return new RegExp(`${name}=([^;]+)`).exec(connectionString)?.[1] ?? '';
}
