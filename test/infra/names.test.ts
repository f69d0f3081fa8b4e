// Names that infra/ and functions/ share. Each side writes them down, neither imports the other.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { answerHttp } from '../../functions/http/http-function.ts';
import { message } from '../../functions/hub/message.ts';
import { ChatError } from '../../functions/protocol.ts';
import { HUB } from '../../functions/service/bindings.ts';
import { readSettings, SIGNALR_SETTING } from '../../functions/settings.ts';
import { cleanUpRooms } from '../../functions/timer/cleanup.ts';
import { answerTimer } from '../../functions/timer/timer-function.ts';
import { openContext, openTestChat, toRequest } from '../support/chat.ts';
import {
  at,
  listAt,
  readSnapshot,
  resourceOf,
  resourcesOf,
  SHAPES,
  settingsOf,
} from './snapshot.ts';

const OBJECT_ID = '11111111-1111-1111-1111-111111111111';
const CLIENT_ID = '22222222-2222-2222-2222-222222222222';

/** The settings as Azure fills them in: each expression is replaced by a value of its kind. */
function deployedSettings(shape: (typeof SHAPES)[number]): Record<string, string> {
  const fill = (value: string) => {
    if (!value.startsWith('[')) return value;
    if (value.includes('.outputs.hostName.value')) return 'https://chat-x.service.signalr.net';
    if (value.endsWith('.principalId]')) return OBJECT_ID;
    return CLIENT_ID;
  };
  const settings = Object.entries(settingsOf(readSnapshot(shape)));
  return Object.fromEntries(settings.map(([name, value]) => [name, fill(value)]));
}

describe.each(SHAPES)('the functions take the settings of the shape %s', (shape) => {
  const settings = () => readSettings(deployedSettings(shape));

  test('and call SignalR Service as their own identity', () => {
    expect(settings().signalR).toMatchObject({
      serverEndpoint: 'https://chat-x.service.signalr.net',
      clientEndpoint: 'https://chat-x.service.signalr.net',
      access: { kind: 'identity', clientId: CLIENT_ID },
    });
  });

  test('and require the token of SignalR Service’s identity', () => {
    expect(settings().upstream).toMatchObject({
      kind: 'token',
      tenant: '00000000-0000-0000-0000-000000000002',
      audiences: expect.arrayContaining([deployedSettings(shape).CHAT_UPSTREAM_AUDIENCE]),
      objectId: OBJECT_ID,
    });
  });

  test('and find their table in the chat’s account, not in the host’s', () => {
    const { name } = resourceOf(
      readSnapshot(shape),
      'Microsoft.Storage/storageAccounts/tableServices/tables',
    );
    const [account, , table] = name.split('/');
    expect(account).toMatch(/^data/);
    expect(settings().storage).toMatchObject({
      kind: 'identity',
      clientId: CLIENT_ID,
      tableEndpoint: `https://${account}.table.core.windows.net`,
    });
    expect(settings().table).toBe(table);
  });
});

test('sign-in is on in the shape private, for its tenant and its page', () => {
  expect(readSettings(deployedSettings('private')).auth).toMatchObject({
    kind: 'entra',
    tenant: '00000000-0000-0000-0000-000000000002',
    clientId: '00000000-0000-0000-0000-000000000003',
  });
});

test('the choices of a deployment reach the functions', () => {
  expect(readSettings(deployedSettings('scale'))).toMatchObject({ batchMs: 200, typing: false });
  expect(readSettings(deployedSettings('private')).retentionDays).toBe(365);
});

test('the hub whose events go upstream is the hub of the triggers', () => {
  const { json } = resourceOf(readSnapshot('free'), 'Microsoft.SignalRService/signalR');
  const hubs = listAt(json, 'properties.upstream.templates').map((each) => at(each, 'hubPattern'));
  expect(hubs).toEqual([HUB]);
});

test('every setting of the SignalR bindings has the same prefix', () => {
  const names = Object.keys(deployedSettings('free')).filter((name) => name.includes('SignalR'));
  expect(names.map((name) => name.split('__')[0])).toEqual(names.map(() => SIGNALR_SETTING));
});

test('the deployed settings of the app are the ones that it reads', () => {
  const sources = readdirSync('functions', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(`functions/${name}`, 'utf8'))
    .join('\n');
  const read = new Set(sources.match(/\bCHAT_[A-Z]+(?:_[A-Z]+)*\b/g));
  // For an emulator on a developer's machine. On Azure the service has one address.
  read.delete('CHAT_SERVICE_AT_PAGE');
  const deployed = Object.keys(deployedSettings('free')).filter((name) => name.startsWith('CHAT_'));
  expect(new Set(deployed.map((name) => name.split('__')[0]))).toEqual(read);
});

describe('host.json', () => {
  const host = JSON.parse(readFileSync('host.json', 'utf8'));

  test('lets the webhook in without a key, because SignalR Service has none', () => {
    expect(at(host, 'extensions.signalR.system.webhookAuthorizationLevel')).toBe('Anonymous');
  });

  test('samples no line, no failed call and no exception, because the queries follow single ones and sum them up', () => {
    const excluded = at(host, 'logging.applicationInsights.samplingSettings.excludedTypes');
    const kept = ['Request', 'Trace', 'Exception'];
    expect(String(excluded).split(';')).toEqual(expect.arrayContaining(kept));
  });

  test('row 5: keeps of the host’s own records the failures and the numbers of calls', () => {
    expect(at(host, 'logging.logLevel')).toMatchObject({
      'Host.Results': 'Error',
      'Host.Aggregator': 'Information',
      Function: 'Warning',
    });
    // The query for health counts in steps of five minutes.
    expect(at(host, 'aggregator.flushTimeout')).toBe('00:01:00');
  });

  test('row 5: keeps the lines of every function, each by its name: the host knows no wildcard', () => {
    const functions = [
      'web',
      ...registered('onHub'),
      ...registered('onHttp'),
      ...registered('onTimer'),
    ];
    expect(functions.length).toBeGreaterThan(20);
    const levels = at(host, 'logging.logLevel') as Record<string, string>;
    const kept = Object.keys(levels).filter((category) => category.endsWith('.User'));
    expect(kept.sort()).toEqual(functions.map((name) => `Function.${name}.User`).sort());
    expect(new Set(kept.map((category) => levels[category]))).toEqual(new Set(['Information']));
  });

  test('leaves the path of the page and of the API to the functions', () => {
    expect(at(host, 'extensions.http.routePrefix')).toBe('');
  });
});

const CRITERION = 'properties.criteria.allOf.0';
/** The timer's name until version 0.1.0: its runs stay in the workspace for 30 days. */
const RETIRED_TIMER = ['tidy'];

function alertOf(name: string) {
  const alerts = resourcesOf(readSnapshot('scale'), 'Microsoft.Insights/scheduledQueryRules');
  const alert = alerts.find((one) => one.name.startsWith(`${name}-`));
  if (!alert) throw new Error(`there is no alert ${name}`);
  return alert.json;
}

/** The functions that the app registers in this way. */
function registered(by: 'onHub' | 'onHttp' | 'onTimer'): string[] {
  const calls = readFileSync('functions/app.ts', 'utf8').matchAll(
    new RegExp(`^${by}\\(\\s*'([^']+)'`, 'gm'),
  );
  return [...calls].map(([, name = '']) => name);
}

/** The functions that a query names. */
function namesIn(query: string): string[] {
  const [, list = ''] = /Name in~ \(([^)]*)\)/.exec(query) ?? [];
  return [...list.matchAll(/'([^']+)'/g)].map(([, name = '']) => name);
}

test('S8, row 7: an alert misses the line of the timer after 10 minutes', async () => {
  const alert = alertOf('chat-timer');
  expect(at(alert, 'properties.windowSize')).toBe('PT10M');
  const criterion = at(alert, CRITERION) ?? null;
  expect(criterion).toMatchObject({ operator: 'LessThan', threshold: 1, timeAggregation: 'Count' });
  const [, beginning = '?'] =
    /AppTraces \| where Message startswith '([^']+)'\)/.exec(String(at(criterion, 'query'))) ?? [];
  const lines: string[] = [];
  await answerTimer(
    'cleanup',
    cleanUpRooms,
    openTestChat(),
  )(openContext((line) => lines.push(line)));
  expect(lines.filter((line) => line.startsWith(beginning))).toHaveLength(1);
});

test('row 5: the daily cap of the log raises an alert, by an event that the cap does not stop', () => {
  const alert = alertOf('chat-log-cap');
  expect(at(alert, CRITERION) ?? null).toMatchObject({ operator: 'GreaterThan', threshold: 0 });
  const query = String(at(alert, CRITERION.concat('.query')));
  expect(query).toMatch(
    /_LogOperation \| where Category =~ 'Ingestion' and Detail contains 'OverQuota'/,
  );
  expect(String(at(alert, 'properties.scopes.0'))).toContain('outputs.workspaceId');
});

describe('row 6: an upstream that is refused raises an alert', () => {
  test('by the sentence of the service', () => {
    const query = String(at(alertOf('chat-upstream'), CRITERION.concat('.query')));
    const [, list = ''] = /has_any \(([^)]+)\)/.exec(query) ?? [];
    const words = [...list.matchAll(/'([^']+)'/g)].map(([, word = '']) => word.toLowerCase());
    const reported =
      "Unexpected status code invoking 'https://x/runtime/webhooks/signalr?code=k'. StatusCode: 401.";
    const found = words.filter((word) => reported.toLowerCase().includes(word));
    // Any of them is enough if another one is not what the service writes.
    expect(found.length).toBeGreaterThanOrEqual(2);
    expect(words).toContain('upstream');
  });

  test('by the metrics of errors, of the service and of its callers', () => {
    const metrics = resourcesOf(readSnapshot('scale'), 'Microsoft.Insights/metricAlerts').map(
      ({ json }) => at(json, 'properties.criteria.allOf.0') ?? null,
    );
    const ofErrors = metrics.filter((one) => /Errors$/.test(String(at(one, 'metricName'))));
    expect(ofErrors.map((one) => [at(one, 'metricName'), at(one, 'threshold')])).toEqual([
      ['SystemErrors', 5],
      ['UserErrors', 50],
    ]);
    // The only aggregation that the reference of the metrics lists for them.
    for (const one of ofErrors) expect(at(one, 'timeAggregation')).toBe('Maximum');
  });
});

describe('the alert on calls that fail', () => {
  const alertQuery = () => String(at(alertOf('chat-upstream'), CRITERION.concat('.query')));
  const healthyQuery = () => readFileSync('infra/queries/healthy.kql', 'utf8');
  /** The parts of a `call` line that a query looks for. */
  const wordsIn = (query: string) =>
    [...query.matchAll(/startswith ['"]call \{['"] and Message contains '([^']+)'/g)].map(
      ([, word = '']) => word,
    );

  test('S8: looks for the functions that upstream requests trigger, and for the timer', () => {
    const functions = [...registered('onHub'), ...registered('onTimer')];
    expect(functions.length).toBeGreaterThan(4);
    expect(namesIn(alertQuery()).sort()).toEqual([...functions, ...RETIRED_TIMER].sort());
  });

  test('S8: and the query for health count rooms whose cleanup failed, by both names of the line', () => {
    const timer = readFileSync('functions/timer/timer-function.ts', 'utf8');
    expect(timer).toContain('`cleanup-failed $');
    for (const query of [alertQuery(), healthyQuery()]) {
      for (const word of ['cleanup-failed', 'tidy-failed']) {
        expect(query).toMatch(new RegExp(`startswith ['"]${word} \\{['"]`));
      }
    }
  });

  test('and the query for health count refusals without storage, although the invocation succeeds', async () => {
    const chat = openTestChat();
    const call = await chat.call('c1', { userId: 'g-a', name: 'A', room: 'lobby' }, 'hi', 'id1');
    chat.rooms.submit = () => {
      throw new ChatError('unavailable', 'unable to change the room; storage failed. Try again.');
    };
    const { about } = await message(call, chat);
    const written = JSON.stringify(about).slice(1, -1);
    for (const query of [alertQuery(), healthyQuery()]) expect(wordsIn(query)).toContain(written);
  });

  test('row 5: and the query for health count the HTTP answers that say so, of reads as well', async () => {
    const lines: string[] = [];
    const context = openContext((line) => lines.push(line));
    const failing = async () => {
      throw new ChatError('unavailable', 'unable to read the room; storage failed. Try again.');
    };
    await answerHttp('history', { method: 'GET' }, failing, openTestChat())(toRequest({}), context);
    const [line = ''] = lines.filter((one) => one.startsWith('call {'));
    for (const query of [alertQuery(), healthyQuery()]) {
      const found = wordsIn(query).filter((word) => line.includes(word));
      expect(found).toEqual(['"status":503']);
    }
  });
});
