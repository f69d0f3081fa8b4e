import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../../functions/settings.ts';

const good = {
  AzureSignalRConnectionString:
    'Endpoint=https://x.service.signalr.net;AccessKey=a2V5PT0=;Version=1.0;',
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
};

const GUID = '11111111-2222-4333-8444-555555555abc';
const ENTRA = { CHAT_AUTH: 'entra', CHAT_ENTRA_TENANT: GUID, CHAT_ENTRA_CLIENT_ID: GUID };
const GUEST = 'g-3A4Vxu5425QVXN_7';
const ACCOUNT = `e-${GUID}`;

describe('the settings', () => {
  test('have defaults for all but the two connections', () => {
    expect(readSettings(good)).toEqual({
      signalR: {
        serverEndpoint: 'https://x.service.signalr.net',
        clientEndpoint: 'https://x.service.signalr.net',
        access: { kind: 'key', accessKey: 'a2V5PT0=' },
      },
      serviceAtPage: false,
      upstream: { kind: 'signature', accessKey: 'a2V5PT0=' },
      storage: { kind: 'key', connectionString: 'UseDevelopmentStorage=true' },
      table: 'chat',
      auth: { kind: 'guest' },
      retentionDays: 30,
      editMinutes: 60,
      batchMs: 0,
      typing: true,
      moderators: new Set(),
      caps: { user: 12, room: 10_000 },
    });
  });

  test('of the example file are valid', () => {
    const { Values } = JSON.parse(readFileSync('local.settings.example.json', 'utf8'));
    expect(readSettings(Values).signalR.serverEndpoint).toBe('http://localhost:8888');
  });

  test('row 4: switch typing notes off', () => {
    expect(readSettings({ ...good, CHAT_TYPING: 'off' }).typing).toBe(false);
    expect(readSettings({ ...good, CHAT_TYPING: 'on' }).typing).toBe(true);
  });

  test('name moderators by the ids that guests or accounts have', () => {
    const read = (env: Record<string, string>) => readSettings({ ...good, ...env }).moderators;
    expect(read({ CHAT_MODERATORS: '' })).toEqual(new Set());
    expect(read({ CHAT_MODERATORS: ` ${GUEST} ,,${GUEST},` })).toEqual(new Set([GUEST]));
    const accounts = `${ACCOUNT.toUpperCase()}, e-${GUID.replace('1', '9')}`;
    expect(read({ ...ENTRA, CHAT_MODERATORS: accounts })).toEqual(
      new Set([ACCOUNT, `e-${GUID.replace('1', '9')}`]),
    );
  });

  test('may have different addresses for clients and REST calls', () => {
    const AzureSignalRConnectionString =
      'Endpoint=http://a;Port=81;AccessKey=k;ClientEndpoint=https://c/;ServerEndpoint=http://s:82';
    expect(readSettings({ ...good, AzureSignalRConnectionString }).signalR).toMatchObject({
      serverEndpoint: 'http://s:82',
      clientEndpoint: 'https://c',
    });
  });

  test('put the table into the storage that CHAT_STORAGE names', () => {
    const CHAT_STORAGE = 'AccountName=a;AccountKey=b;TableEndpoint=http://t';
    expect(readSettings({ ...good, CHAT_STORAGE }).storage).toEqual({
      kind: 'key',
      connectionString: `DefaultEndpointsProtocol=http;${CHAT_STORAGE}`,
    });
  });

  const byIdentity = {
    AzureSignalRConnectionString__serviceUri: 'https://x.service.signalr.net',
    AzureSignalRConnectionString__clientId: 'id-1',
    AzureWebJobsStorage__accountName: 'hosts',
    CHAT_STORAGE__accountName: 'data',
    CHAT_STORAGE__clientId: 'id-2',
    CHAT_UPSTREAM_TENANT: 'tenant',
    CHAT_UPSTREAM_AUDIENCE: 'https://signalr.azure.com',
    CHAT_UPSTREAM_OBJECT_ID: 'object',
    IDENTITY_ENDPOINT: 'http://localhost:4141',
  };

  test('need no key with identities', () => {
    expect(readSettings(byIdentity)).toMatchObject({
      signalR: {
        serverEndpoint: 'https://x.service.signalr.net',
        clientEndpoint: 'https://x.service.signalr.net',
        access: { kind: 'identity', clientId: 'id-1', isManaged: true },
      },
      upstream: {
        kind: 'token',
        tenant: 'tenant',
        audiences: ['https://signalr.azure.com'],
        objectId: 'object',
      },
      storage: {
        kind: 'identity',
        tableEndpoint: 'https://data.table.core.windows.net',
        clientId: 'id-2',
        isManaged: true,
      },
    });
  });

  test('put the table into the host’s account by default', () => {
    const { CHAT_STORAGE__accountName: _, ...others } = byIdentity;
    expect(readSettings(others).storage).toMatchObject({
      tableEndpoint: 'https://hosts.table.core.windows.net',
    });
  });

  const CLIENT_ID = '44444444-4444-4444-4444-444444444444';
  test.each([
    ['a client id', CLIENT_ID, [CLIENT_ID, `api://${CLIENT_ID}`]],
    ['the URI of a client id', `api://${CLIENT_ID}`, [CLIENT_ID, `api://${CLIENT_ID}`]],
    [
      'several',
      ` https://signalr.azure.com , ${CLIENT_ID},`,
      ['https://signalr.azure.com', CLIENT_ID, `api://${CLIENT_ID}`],
    ],
    ['a URI of another form', 'api://chat', ['api://chat']],
  ])('row 1: accept as audience of the upstream token %s', (_, text, audiences) => {
    const settings = readSettings({ ...byIdentity, CHAT_UPSTREAM_AUDIENCE: text });
    expect(settings.upstream).toMatchObject({ audiences });
  });

  test('row 1: stop the start if the list of audiences is empty', () => {
    expect(() => readSettings({ ...byIdentity, CHAT_UPSTREAM_AUDIENCE: ' , ' })).toThrow(
      /CHAT_UPSTREAM_AUDIENCE; it names no audience/,
    );
  });

  test.each(['CHAT_UPSTREAM_TENANT', 'CHAT_UPSTREAM_AUDIENCE', 'CHAT_UPSTREAM_OBJECT_ID'])(
    'stop the start without %s, because then anybody could call the hub',
    (name) => {
      expect(() => readSettings({ ...byIdentity, [name]: '' })).toThrow(name);
    },
  );

  test('have tenant and client id with required sign-in', () => {
    const entra = {
      ...good,
      CHAT_AUTH: 'entra',
      CHAT_ENTRA_TENANT: '11111111-1111-1111-1111-111111111111',
      CHAT_ENTRA_CLIENT_ID: '44444444-4444-4444-4444-444444444444',
    };
    expect(readSettings(entra).auth).toEqual({
      kind: 'entra',
      tenant: entra.CHAT_ENTRA_TENANT,
      clientId: entra.CHAT_ENTRA_CLIENT_ID,
      isBehindAppServiceAuth: false,
    });
    expect(readSettings({ ...entra, WEBSITE_AUTH_ENABLED: 'True' }).auth).toMatchObject({
      isBehindAppServiceAuth: true,
    });
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
    ['CHAT_ENTRA_TENANT', { CHAT_AUTH: 'entra' }],
    ['CHAT_ENTRA_TENANT', { CHAT_AUTH: 'entra', CHAT_ENTRA_TENANT: 'common' }],
    ['CHAT_RETENTION_DAYS', { CHAT_RETENTION_DAYS: '0' }],
    ['CHAT_RETENTION_DAYS', { CHAT_RETENTION_DAYS: 'long' }],
    ['CHAT_EDIT_MINUTES', { CHAT_EDIT_MINUTES: '-1' }],
    ['CHAT_EDIT_MINUTES', { CHAT_EDIT_MINUTES: '527041' }],
    ['CHAT_BATCH_MS', { CHAT_BATCH_MS: '-1' }],
    ['CHAT_BATCH_MS', { CHAT_BATCH_MS: '1.5' }],
    ['CHAT_TYPING', { CHAT_TYPING: 'no' }],
    ['CHAT_MODERATORS', { CHAT_MODERATORS: 'Ada' }],
    ['CHAT_MODERATORS', { CHAT_MODERATORS: `${GUEST};${GUEST}` }],
    ['CHAT_MODERATORS', { CHAT_MODERATORS: `${GUEST},${ACCOUNT}` }],
    ['CHAT_MODERATORS', { ...ENTRA, CHAT_MODERATORS: GUEST }],
    ['CHAT_MODERATORS', { ...ENTRA, CHAT_MODERATORS: ACCOUNT.slice(2) }],
    ['CHAT_SERVICE_AT_PAGE', { CHAT_SERVICE_AT_PAGE: 'true' }],
    ['CHAT_USER_CONNECTIONS', { CHAT_USER_CONNECTIONS: '0' }],
    ['CHAT_USER_CONNECTIONS', { CHAT_USER_CONNECTIONS: '61' }],
    ['CHAT_ROOM_CONNECTIONS', { CHAT_ROOM_CONNECTIONS: '100001' }],
  ];
  test.each(bad)('stop the start and name %s in %j', (name, change) => {
    const read = () => readSettings({ ...good, ...change });
    expect(read).toThrow(expect.objectContaining({ code: 'bad_setting' }));
    expect(read).toThrow(new RegExp(`unable to use the setting ${name}; .*\\. [A-Z]`));
  });

  test.each([
    'AzureSignalRConnectionString__serviceUri',
    'AzureSignalRConnectionString__clientEndpoint',
    'AzureWebJobsStorage__tableServiceUri',
    'CHAT_STORAGE__tableServiceUri',
  ])('S14: stop the start if %s would send tokens of an identity without TLS', (name) => {
    const { CHAT_STORAGE__accountName: _, ...others } = byIdentity;
    const read = (scheme: string) => readSettings({ ...others, [name]: `${scheme}://x.example` });
    expect(() => read('https')).not.toThrow();
    expect(() => read('http')).toThrow(
      new RegExp(
        `^unable to use the setting ${name}; an identity needs an address with https. [A-Z]`,
      ),
    );
  });

  test('never show a key in an error', () => {
    const AzureSignalRConnectionString = 'Endpoint=nowhere;AccessKey=SECRET';
    expect(() => readSettings({ ...good, AzureSignalRConnectionString })).not.toThrow(/SECRET/);
  });
});
