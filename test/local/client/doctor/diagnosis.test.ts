import { describe, expect, test } from '@jest/globals';
import { judgeClock, judgeConnect, judgeTimer } from '../../../../local/client/doctor/diagnosis.ts';
import { ok } from '../../../../local/client/doctor/hops.ts';
import { judgeUpstream } from '../../../../local/client/doctor/upstream-diagnosis.ts';

const NOW = 1_795_474_262_000;
const MINUTE = 60_000;

const health = {
  storage: 'ok',
  signalR: 'ok',
  now: NOW,
  upstreamAt: undefined,
  refused: [],
  cleanupAt: undefined,
  hasTimes: true,
};
const silent = { isWelcome: false, ended: undefined, since: NOW, health, webhookStatus: 500 };

describe('an upstream without a welcome', () => {
  test.each([
    ['no_signature', 'AzureSignalRConnectionString'],
    ['wrong_signature', 'AccessKey'],
    ['no_token', 'az ad sp create'],
    ['bad_token', 'CHAT_UPSTREAM_TENANT'],
    ['wrong_issuer', 'CHAT_UPSTREAM_TENANT'],
    ['wrong_audience', 'CHAT_UPSTREAM_AUDIENCE'],
    ['wrong_identity', 'CHAT_UPSTREAM_OBJECT_ID'],
    ['a_reason_of_the_future', 'the log'],
  ])('that was refused because of %s has a cure', (reason, setting) => {
    const refused = [{ reason, at: NOW - MINUTE / 2 }];
    expect(judgeUpstream({ ...silent, health: { ...health, refused } })).toMatchObject({
      state: 'broken',
      found: expect.stringContaining(reason),
      cure: expect.stringContaining(setting),
    });
  });

  test('has the reason that no stranger can cause, and none from before', () => {
    const refused = [
      { reason: 'no_token', at: NOW },
      { reason: 'wrong_identity', at: NOW },
    ];
    expect(judgeUpstream({ ...silent, health: { ...health, refused } })).toMatchObject({
      found: expect.stringContaining('wrong_identity'),
    });
    const before = [{ reason: 'wrong_identity', at: NOW - 2 * MINUTE }];
    expect(judgeUpstream({ ...silent, health: { ...health, refused: before } })).toMatchObject({
      found: expect.stringContaining('none ever came'),
    });
  });

  test.each([
    [NOW - MINUTE / 2, 'ok', 'events reach the functions'],
    [NOW - 5 * MINUTE, 'broken', 'the last one came 5 min before'],
  ])('after an event at %d is %s', (upstreamAt, state, found) => {
    expect(judgeUpstream({ ...silent, health: { ...health, upstreamAt } })).toMatchObject({
      state,
      found: expect.stringContaining(found),
    });
  });

  test('has the sentence with which the app ended the connection', () => {
    const ended = 'unable to join the room; storage failed. Try again.';
    expect(judgeUpstream({ ...silent, ended })).toEqual({
      state: 'broken',
      found: 'unable to join the room; storage failed',
      cure: 'Try again.',
    });
  });

  test('of a chat that says no times is silent, without a time', () => {
    expect(judgeUpstream({ ...silent, health: undefined, webhookStatus: undefined })).toMatchObject(
      { found: 'connected, and no welcome comes' },
    );
  });
});

describe('a service that does not connect', () => {
  const seen = { text: '', location: null, asksForSignIn: false, clockOffset: undefined };
  test.each([
    [403, '', 'ClientConnection'],
    [404, '', 'Check Endpoint in AzureSignalRConnectionString'],
    [503, '', 'the health of the SignalR Service'],
    [429, 'Connection count reaches limit; 20.', 'Wait until somebody has gone'],
    [
      500,
      'Azure SignalR Service is not connected to your server, please try again later.',
      'Serverless',
    ],
    [200, '', 'connectivity log'],
  ])('and answers %d %j has a cure', (status, text, cure) => {
    const facts = {
      host: 'x',
      negotiated: { ...seen, status, text },
      failure: 'no',
      isPolling: false,
    };
    expect(judgeConnect(facts, ok(''), NOW)).toMatchObject({
      state: 'broken',
      cure: expect.stringContaining(cure),
    });
  });
});

test.each([
  [5 * MINUTE, 'ok'],
  [-5 * MINUTE, 'ok'],
  [5 * MINUTE + 1, 'broken'],
  [-5 * MINUTE - 1, 'broken'],
])('clocks that are %d ms apart are %s', (ms, state) => {
  expect(judgeClock(7 + ms, 7)).toMatchObject({ state });
  expect(judgeClock(undefined, 7)).toMatchObject({ state: 'skipped' });
});

test.each([
  [NOW - 10 * MINUTE, 'ok'],
  [NOW - 10 * MINUTE - 1, 'broken'],
  [undefined, 'skipped'],
])('row 7: a timer whose last run ended at %s is %s', (cleanupAt, state) => {
  expect(judgeTimer({ ...health, cleanupAt })).toMatchObject({ state });
  expect(judgeTimer({ ...health, cleanupAt, hasTimes: false })).toMatchObject({ state: 'skipped' });
});
