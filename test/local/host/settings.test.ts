import { describe, expect, test } from '@jest/globals';
import { parseHostJson, parseLocalSettings } from '../../../local/host/settings.ts';

const hostJson = (more: object) => JSON.stringify({ version: '2.0', ...more });

describe('host.json', () => {
  test('may hold the version alone', () => {
    expect(parseHostJson(hostJson({}))).toEqual({
      routePrefix: 'api',
      webhookNeedsKey: true,
      bindsChunkedRequests: false,
      customHeaders: {},
      logLevels: { default: 'warning', Function: 'information' },
      functions: undefined,
    });
  });

  test('sets route prefix, headers, log levels and the functions to load', () => {
    const http = {
      routePrefix: '/v1/',
      enableChunkedRequestBinding: true,
      customHeaders: { a: 'b' },
    };
    const logging = { logLevel: { 'Function.send': 'Debug' } };
    expect(parseHostJson(hostJson({ extensions: { http }, logging, functions: ['send'] }))).toEqual(
      {
        routePrefix: 'v1',
        webhookNeedsKey: true,
        bindsChunkedRequests: true,
        customHeaders: { a: 'b' },
        logLevels: { default: 'warning', Function: 'information', 'Function.send': 'debug' },
        functions: ['send'],
      },
    );
  });

  test('can allow the SignalR webhook without its key, by file or by setting', () => {
    const open = { system: { webhookAuthorizationLevel: 'Anonymous' } };
    expect(parseHostJson(hostJson({ extensions: { signalR: open } })).webhookNeedsKey).toBe(false);
    const setting = 'AzureFunctionsJobHost__extensions__signalR__system__webhookAuthorizationLevel';
    const closed = parseHostJson(hostJson({ extensions: { signalR: open } }), {
      [setting]: 'System',
    });
    expect(closed.webhookNeedsKey).toBe(true);
  });

  test('is overridden by settings', () => {
    const config = parseHostJson(hostJson({}), {
      AzureFunctionsJobHost__extensions__http__routePrefix: '',
      AzureFunctionsJobHost__logging__logLevel__Function: 'Warning',
    });
    expect(config.routePrefix).toBe('');
    expect(config.logLevels.Function).toBe('warning');
  });

  test.each([
    '',
    '[]',
    'null',
    '{}',
    '{"version":2.0}',
    '{"version":"1.0"}',
    hostJson({ extensions: { http: { routePrefix: 1 } } }),
    hostJson({ logging: { logLevel: { default: 'Loud' } } }),
    hostJson({ extensions: { signalr: { system: { webhookAuthorizationLevel: 'Function' } } } }),
  ])('is refused as %j', (text) => {
    expect(() => parseHostJson(text)).toThrow(/^unable to use host\.json; /);
  });
});

describe('local.settings.json', () => {
  const parse = (more: object) =>
    parseLocalSettings(JSON.stringify({ IsEncrypted: false, ...more }));

  test('has values as text, with a warning for other types', () => {
    const { values, warnings } = parse({
      Values: { a: 'x', b: 1, c: true, d: '', e: null, f: {} },
    });
    expect(values).toEqual({ a: 'x', b: '1', c: 'true', d: '' });
    expect(warnings).toEqual([
      expect.stringContaining('the setting e of local.settings.json'),
      expect.stringContaining('the setting f of local.settings.json'),
    ]);
  });

  test('H5: and host.json may have comments and trailing commas, as with Core Tools', () => {
    const text = '// mine\n{"IsEncrypted": false, "Values": {"a": "http://a/,}", /* b */},}';
    expect(parseLocalSettings(text)).toMatchObject({ values: { a: 'http://a/,}' }, warnings: [] });
    expect(parseHostJson('{"version": "2.0", // v\n}').routePrefix).toBe('api');
  });

  test('without valid JSON counts as empty, with a warning', () => {
    expect(parseLocalSettings('{')).toEqual({
      values: {},
      cors: undefined,
      warnings: [expect.stringMatching(/^unable to read local\.settings\.json/)],
    });
  });

  test('must say that it is not encrypted', () => {
    expect(() => parseLocalSettings('{"Values":{}}')).toThrow(/Write "IsEncrypted": false/);
  });

  test('lists the origins of CORS', () => {
    expect(parse({ Host: { CORS: 'http://a, http://b/', CORSCredentials: true } }).cors).toEqual({
      origins: ['http://a', 'http://b'],
      allowsCredentials: true,
    });
    expect(parse({}).cors).toBeUndefined();
  });

  test('cannot allow every origin with credentials', () => {
    expect(() => parse({ Host: { CORS: '*', CORSCredentials: true } })).toThrow(/List the origins/);
  });
});
