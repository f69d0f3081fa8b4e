import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../../functions/settings.ts';

const good = {
  AzureSignalRConnectionString:
    'Endpoint=https://x.service.signalr.net;AccessKey=a2V5PT0=;Version=1.0;',
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
};

describe('the settings', () => {
  test('have defaults for all but the two connections', () => {
    expect(readSettings(good)).toEqual({
      signalR: {
        serverEndpoint: 'https://x.service.signalr.net',
        clientEndpoint: 'https://x.service.signalr.net',
        accessKey: 'a2V5PT0=',
      },
      storage: 'UseDevelopmentStorage=true',
      table: 'chat',
      retentionDays: 30,
      batchMs: 0,
    });
  });

  test('of the example file are good as they are', () => {
    const { Values } = JSON.parse(readFileSync('local.settings.example.json', 'utf8'));
    expect(readSettings(Values).signalR.serverEndpoint).toBe('http://localhost:8888');
  });

  test('may send clients elsewhere than REST calls', () => {
    const AzureSignalRConnectionString =
      'Endpoint=http://a;Port=81;AccessKey=k;ClientEndpoint=https://c/;ServerEndpoint=http://s:82';
    expect(readSettings({ ...good, AzureSignalRConnectionString }).signalR).toMatchObject({
      serverEndpoint: 'http://s:82',
      clientEndpoint: 'https://c',
    });
  });

  test('put the table into the storage that CHAT_STORAGE names', () => {
    const CHAT_STORAGE = 'AccountName=a;AccountKey=b;TableEndpoint=http://t';
    expect(readSettings({ ...good, CHAT_STORAGE }).storage).toBe(CHAT_STORAGE);
  });

  const bad: [string, Record<string, string | undefined>][] = [
    ['AzureSignalRConnectionString', { AzureSignalRConnectionString: undefined }],
    ['AzureSignalRConnectionString', { AzureSignalRConnectionString: '' }],
    ['AzureSignalRConnectionString', { AzureSignalRConnectionString: 'Endpoint=https://x' }],
    ['AzureSignalRConnectionString', { AzureSignalRConnectionString: 'AccessKey=k' }],
    ['AzureSignalRConnectionString', { AzureSignalRConnectionString: 'Endpoint=x;AccessKey=k' }],
    ['AzureWebJobsStorage', { AzureWebJobsStorage: undefined }],
    ['AzureWebJobsStorage', { AzureWebJobsStorage: 'hello' }],
    ['CHAT_STORAGE', { CHAT_STORAGE: 'hello' }],
    ['CHAT_TABLE', { CHAT_TABLE: 'a-b' }],
    ['CHAT_TABLE', { CHAT_TABLE: '1abc' }],
    ['CHAT_AUTH', { CHAT_AUTH: 'magic' }],
    ['CHAT_RETENTION_DAYS', { CHAT_RETENTION_DAYS: '0' }],
    ['CHAT_RETENTION_DAYS', { CHAT_RETENTION_DAYS: 'long' }],
    ['CHAT_BATCH_MS', { CHAT_BATCH_MS: '-1' }],
    ['CHAT_BATCH_MS', { CHAT_BATCH_MS: '1.5' }],
  ];
  test.each(bad)('stop the start and name %s in %j', (name, change) => {
    const read = () => readSettings({ ...good, ...change });
    expect(read).toThrow(expect.objectContaining({ code: 'bad_setting' }));
    expect(read).toThrow(new RegExp(`unable to use the setting ${name}; .*\\. [A-Z]`));
  });

  test('never show a key in an error', () => {
    const AzureSignalRConnectionString = 'Endpoint=nowhere;AccessKey=SECRET';
    expect(() => readSettings({ ...good, AzureSignalRConnectionString })).not.toThrow(/SECRET/);
  });
});
