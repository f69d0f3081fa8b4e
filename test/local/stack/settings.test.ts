import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type Environment,
  parseSettings,
  readSettingsFile,
  resolveSettings,
  toAppEnvironment,
  type Values,
} from '../../../local/stack/settings.ts';

const EMULATOR = 'Endpoint=http://localhost;Port=8888;AccessKey=k;Version=1.0;';
const OTHER_EMULATOR = 'Endpoint=http://localhost;Port=8889;AccessKey=k;Version=1.0;';
const REAL_SERVICE = 'Endpoint=https://chat.service.signalr.net;AccessKey=k;Version=1.0;';
const REAL_STORAGE = 'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=k;';
const EXAMPLE: Values = {
  AzureSignalRConnectionString: EMULATOR,
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  CHAT_TABLE: 'chat',
};
const STARTED = { serviceConnectionString: 'started', storageConnectionString: 'azurite' };

interface Given {
  readonly user?: Values;
  readonly environment?: Environment;
  readonly extra?: Values;
}

/** The app's settings, with the emulators that the stack would start. */
function appEnvironment({ user = {}, environment = {}, extra = {} }: Given) {
  const settings = resolveSettings({ example: EXAMPLE, user, environment });
  const decided = {
    serviceConnectionString: settings.service ? undefined : STARTED.serviceConnectionString,
    storageConnectionString: settings.storage ? undefined : STARTED.storageConnectionString,
  };
  return toAppEnvironment(settings, decided, environment, extra);
}

describe('settings of the app', () => {
  test.each<[string, Given, Values]>([
    ['the example works as it is', {}, { CHAT_TABLE: 'chat' }],
    ['the user wins over the example', { user: { CHAT_TABLE: 'mine' } }, { CHAT_TABLE: 'mine' }],
    [
      'the environment wins over the files',
      { user: { CHAT_TABLE: 'mine' }, environment: { CHAT_TABLE: 'env' } },
      { CHAT_TABLE: 'env' },
    ],
    [
      'an empty variable is one, too',
      { user: { CHAT_TABLE: 'mine' }, environment: { CHAT_TABLE: '' } },
      { CHAT_TABLE: '' },
    ],
    [
      'the caller wins over all',
      {
        environment: { AzureWebJobsStorage: REAL_STORAGE },
        extra: { AzureWebJobsStorage: 'mine' },
      },
      { AzureWebJobsStorage: 'mine' },
    ],
    [
      'emulators replace the values of the example',
      {},
      { AzureSignalRConnectionString: 'started', AzureWebJobsStorage: 'azurite' },
    ],
    [
      'emulators replace the same values anywhere',
      {
        user: { AzureSignalRConnectionString: EMULATOR },
        environment: { AzureWebJobsStorage: 'usedevelopmentstorage=TRUE;' },
      },
      { AzureSignalRConnectionString: 'started', AzureWebJobsStorage: 'azurite' },
    ],
    [
      'a table account that is the emulator follows',
      { user: { CHAT_STORAGE: 'UseDevelopmentStorage=true' } },
      { CHAT_STORAGE: 'azurite' },
    ],
    [
      'a table account of its own is left alone',
      { user: { CHAT_STORAGE: REAL_STORAGE } },
      { CHAT_STORAGE: REAL_STORAGE, AzureWebJobsStorage: 'azurite' },
    ],
    [
      'a real service of the user is used',
      { user: { AzureSignalRConnectionString: REAL_SERVICE } },
      { AzureSignalRConnectionString: REAL_SERVICE, AzureWebJobsStorage: 'azurite' },
    ],
    [
      "an emulator of the user's own on another port is used",
      { environment: { AzureSignalRConnectionString: OTHER_EMULATOR } },
      { AzureSignalRConnectionString: OTHER_EMULATOR },
    ],
    [
      'a wrong connection string reaches the app, which names it',
      { user: { AzureSignalRConnectionString: 'nonsense' } },
      { AzureSignalRConnectionString: 'nonsense' },
    ],
    [
      'an emulator in the environment wins over a real service in the file',
      {
        user: { AzureSignalRConnectionString: REAL_SERVICE },
        environment: { AzureSignalRConnectionString: EMULATOR },
      },
      { AzureSignalRConnectionString: 'started' },
    ],
  ])('%s', (_, given, expected) => {
    expect(appEnvironment(given)).toMatchObject(expected);
  });

  test('a managed identity leaves no connection string of the example behind', () => {
    const app = appEnvironment({
      user: {
        AzureSignalRConnectionString__serviceUri: 'https://chat.service.signalr.net',
        AzureWebJobsStorage__accountName: 'a',
      },
    });
    expect(app).not.toHaveProperty('AzureSignalRConnectionString');
    expect(app).not.toHaveProperty('AzureWebJobsStorage');
  });

  test('a real part is reported with its setting and the source', () => {
    const settings = resolveSettings({
      example: EXAMPLE,
      user: { AzureWebJobsStorage__accountName: 'a' },
      environment: { AzureSignalRConnectionString: REAL_SERVICE },
    });
    expect(settings.service).toEqual({
      setting: 'AzureSignalRConnectionString',
      from: 'the environment',
    });
    expect(settings.storage).toEqual({
      setting: 'AzureWebJobsStorage__accountName',
      from: 'local.settings.json',
    });
  });
});

describe('settings file', () => {
  test('values become text, nulls and a byte-order mark are ignored', async () => {
    const text = '\uFEFF{"IsEncrypted": false, "Values": {"A": "a", "B": 1, "C": true, "D": null}}';
    expect(await parseSettings('f', text)).toEqual({ A: 'a', B: '1', C: 'true' });
  });

  test('H5: comments and trailing commas are ignored, as by Core Tools', async () => {
    const text = '// mine\n{"IsEncrypted": false, /* all */ "Values": {"A": "http://a/,}",},}';
    expect(await parseSettings('f', text)).toEqual({ A: 'http://a/,}' });
  });

  test.each<[string, string]>([
    ['', 'line 1, column 1'],
    ['{', 'line 1, column 2'],
    ['{"IsEncrypted": false,\n "Values": {"A": "b" "C": "d"}}', 'line 2, column 22'],
    [
      '// mine\n{"IsEncrypted": /* no */ false,\n "Values": {"A": "b" "C": "d",},}',
      'line 3, column 22',
    ],
    ['[]', 'not a JSON object'],
    ['{"Values": {}}', 'IsEncrypted'],
    ['{"IsEncrypted": true, "Values": {}}', 'IsEncrypted'],
    ['{"IsEncrypted": false, "Values": []}', 'Values'],
    ['{"IsEncrypted": false, "Values": {"A": {}}}', 'setting A'],
  ])('%j is refused in one line that says where', async (text, expected) => {
    const refusal = await parseSettings('local.settings.json', text).then(String, String);
    expect(refusal).toMatch(/^Error: unable to read local\.settings\.json; .+\.$/);
    expect(refusal).toContain(expected);
  });

  describe('on disk', () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'settings-'));
    });
    afterAll(() => rm(folder, { recursive: true }));

    test('without a file there are no settings', async () => {
      expect(await readSettingsFile(join(folder, 'local.settings.json'))).toEqual({});
    });

    test('one that cannot be read is refused', async () => {
      await writeFile(join(folder, 'file'), '');
      await expect(readSettingsFile(join(folder, 'file', 'x'))).rejects.toThrow(
        /^unable to read x; /,
      );
    });

    test('the example in the checkout is usable', async () => {
      const example = await readSettingsFile('local.settings.example.json');
      expect(example).toHaveProperty('AzureWebJobsStorage');
      expect(resolveSettings({ example, user: example, environment: {} })).toMatchObject({
        service: undefined,
        storage: undefined,
      });
      expect(await readFile('.gitignore', 'utf8')).toContain('local.settings.json\n');
    });
  });
});
