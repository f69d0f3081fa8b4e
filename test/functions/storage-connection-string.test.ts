// What the settings accept, the real table client accepts, too. Everything else is refused with a sentence.

import { TableClient } from '@azure/data-tables';
import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../../functions/settings.ts';

const KEY = 'AccountKey=a2V5';
const SAS = 'SharedAccessSignature=sv=2022-11-02&sig=abc%3D';
const DEFAULT_URL = 'https://a.table.core.windows.net';

function read(AzureWebJobsStorage: string): string {
  const { storage } = readSettings({
    AzureSignalRConnectionString: 'Endpoint=https://x.service.signalr.net;AccessKey=a2V5',
    AzureWebJobsStorage,
  });
  return storage.kind === 'key' ? storage.connectionString : '';
}

describe('a storage connection string', () => {
  test.each([
    ['UseDevelopmentStorage=true', 'http://127.0.0.1:10002/devstoreaccount1'],
    [' usedevelopmentstorage = TRUE ; ', 'http://127.0.0.1:10002/devstoreaccount1'],
    [
      `DefaultEndpointsProtocol=https;AccountName=a;${KEY};EndpointSuffix=core.windows.net`,
      DEFAULT_URL,
    ],
    [`AccountName=a;${KEY}`, DEFAULT_URL],
    [`DefaultEndpointsProtocol=https;AccountName=a;${KEY}`, DEFAULT_URL],
    [
      `AccountName=a;${KEY};EndpointSuffix=core.chinacloudapi.cn`,
      'https://a.table.core.chinacloudapi.cn',
    ],
    [`DefaultEndpointsProtocol=http;AccountName=a;${KEY}`, 'http://a.table.core.windows.net'],
    [`AccountName=a;${KEY};TableEndpoint=http://127.0.0.1:10002/a`, 'http://127.0.0.1:10002/a'],
    [
      `AccountName=a;${KEY};TableEndpoint=https://tables.example.com/`,
      'https://tables.example.com',
    ],
    [
      `BlobEndpoint=https://b;AccountName=a;${KEY};TableEndpoint=https://t.example.com`,
      'https://t.example.com',
    ],
    [`AccountName=a;${SAS}`, DEFAULT_URL],
    [`AccountName=a;SharedAccessSignature=?sv=2022-11-02&sig=abc%3D`, DEFAULT_URL],
    [
      `AccountName=a;EndpointSuffix=core.chinacloudapi.cn;${SAS}`,
      'https://a.table.core.chinacloudapi.cn',
    ],
    [`TableEndpoint=https://a.table.core.windows.net/;${SAS}`, DEFAULT_URL],
    [`TableEndpoint=http://127.0.0.1:10002/a;${SAS}`, 'http://127.0.0.1:10002/a'],
  ])('%s leads the client to %s', (text, url) => {
    const client = TableClient.fromConnectionString(read(text), 'chat', {
      allowInsecureConnection: true,
    });
    const [address, query] = client.url.split('?');
    expect(address).toBe(url);
    expect(query).toBe(text.includes('Shared') ? 'sv=2022-11-02&sig=abc%3D' : undefined);
  });

  test.each([
    [
      'UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://proxy',
      'the table client ignores. Write the connection string of the emulator in full',
    ],
    ['hello', 'neither AccountName nor TableEndpoint'],
    [KEY, 'neither AccountName nor TableEndpoint'],
    ['AccountName=a', 'neither AccountKey nor SharedAccessSignature'],
    [`TableEndpoint=https://a.table.core.windows.net;${KEY}`, 'an AccountKey and no AccountName'],
    [`AccountName=a;${KEY};TableEndpoint=a.table`, 'not http or https'],
    [`DefaultEndpointsProtocol=ftp;AccountName=a;${KEY}`, 'not http or https'],
    [`AccountName=a b;${KEY}`, 'not http or https'],
    [`TableEndpoint=https://tables.example.com;${SAS}`, 'does not name the account'],
  ])('%s is refused with a sentence', (text, reason) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        code: 'bad_setting',
        message: expect.stringMatching(
          /^unable to use the setting AzureWebJobsStorage; .+\. [A-Z].+\.$/,
        ),
      }),
    );
    expect(() => read(text)).toThrow(reason);
    expect(() => read(text)).not.toThrow('a2V5');
  });
});
