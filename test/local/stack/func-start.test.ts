// When `func start` is ready and when it has failed, on a fake clock. The lines are from the real host.

import { describe, expect, test } from '@jest/globals';
import type { Bundles } from '../../../local/stack/func-bundle.ts';
import { toHealth } from '../../../local/stack/func-health.ts';
import { FuncStart, type Health, LIMITS, type Verdict } from '../../../local/stack/func-start.ts';

const BUNDLES: Bundles = {
  range: '[4.23.0, 5.0.0)',
  folder: '/home/ada/bundles',
  inRange: '4.38.0',
  newest: '4.38.0',
};
const AT = '[2026-11-28T07:00:00.000Z] ';
const OK: Health = { kind: 'ok' };
const STARTING: Health = { kind: 'starting' };
const MISSING: Health = { kind: 'missing', status: 404 };

const newStart = (bundles: Partial<Bundles> = {}) =>
  new FuncStart({ bundles: { ...BUNDLES, ...bundles }, node: 'v21.7.3' }, 0);

/** The sentence of a failure. */
function sentenceOf(verdict: Verdict | undefined): string {
  if (verdict?.kind !== 'failed') throw new Error(`no failure: ${JSON.stringify(verdict)}`);
  expect(verdict.sentence).toMatch(/^unable to [^\n]+; [^\n]+\.$/);
  return verdict.sentence;
}

describe('a start of func is ready', () => {
  test('at the second good answer of /api/health', () => {
    const start = newStart();
    expect(start.onHealth({ kind: 'silent' }, 100)).toBeUndefined();
    expect(start.onHealth(STARTING, 1_000)).toBeUndefined();
    expect(start.onHealth({ kind: 'unwell', reason: 'cold' }, 4_000)).toBeUndefined();
    expect(start.onHealth(OK, 4_100)).toBeUndefined();
    expect(start.onHealth(OK, 4_200)).toEqual({ kind: 'ready' });
  });

  test('after a passing error of the host', () => {
    const start = newStart();
    start.onLine(`${AT}A host error has occurred during startup operation 'x'.`, 1_000);
    start.onLine(`${AT}Azure.Core: Connection refused (127.0.0.1:10002).`, 1_000);
    expect(start.onHealth(STARTING, 2_000)).toBeUndefined();
    expect(start.onHealth(OK, 5_000)).toBeUndefined();
    expect(start.onHealth(OK, 5_100)).toEqual({ kind: 'ready' });
  });
});

describe('a start of func fails', () => {
  test('with the sentence of the app about a wrong setting', () => {
    const start = newStart();
    const sentence = 'unable to use the setting CHAT_TABLE; it is "1". Give a name of letters.';
    const line = `${AT}Worker was unable to load entry point "dist/functions/app.cjs": ${sentence}`;
    expect(sentenceOf(start.onLine(line, 4_000))).toBe(sentence);
  });

  test.each<[string, string, RegExp]>([
    [
      'the app throws anything else',
      'Worker was unable to load entry point "dist/functions/app.cjs": File does not exist.',
      /^unable to start func; the app cannot be loaded: File does not exist\. .*npm run build/,
    ],
    [
      'there is no blob service (D7)',
      "The 'message' function is in error: Microsoft.Azure.WebJobs.Host: Error indexing method 'Functions.message'. " +
        "Microsoft.Azure.WebJobs.Extensions.SignalRService: SignalR trigger is disabled due to 'AzureWebJobsStorage' connection string is not set or invalid. System.AggregateException",
      /the blob service of AzureWebJobsStorage does not answer.*\. Start Azurite with its blob service/,
    ],
    [
      'the worker refuses its Node',
      '[error] Incompatible Node.js version (v21.7.3). Refer to our documentation',
      /Node worker does not run on Node v21\.7\.3: v21\.7\.3\. Use a Node version/,
    ],
    [
      'the worker does not stay up',
      'Exceeded language worker restart retry count for runtime:node. Shutting down',
      /Node worker does not run on Node v21\.7\.3: Exceeded language worker restart .*22 or 24/,
    ],
  ])('when %s', (_, line, expected) => {
    expect(sentenceOf(newStart().onLine(`${AT}${line}`, 4_000))).toMatch(expected);
  });

  test('when a function is disabled, although /api/health answers', () => {
    const start = newStart();
    const line = `${AT}The 'cleanup' function is in error: At least one binding must be declared.`;
    expect(start.onLine(line, 4_000)).toBeUndefined();
    expect(start.onHealth(OK, 4_000)).toBeUndefined();
    expect(sentenceOf(start.onHealth(OK, 4_100))).toMatch(
      /a function cannot be used: At least one binding must be declared\. /,
    );
  });

  test('with the reason of a disabled function from a later line', () => {
    const start = newStart();
    const vague = `${AT}Function 'Functions.message' failed indexing and will be disabled.`;
    expect(start.onLine(vague, 4_000)).toBeUndefined();
    const reason = `${AT}SignalR trigger is disabled due to 'AzureWebJobsStorage' connection string is not set or invalid.`;
    expect(sentenceOf(start.onLine(reason, 4_000))).toMatch(/the blob service/);
  });

  const SOCKETS = 'System.Net.Sockets: Resource temporarily unavailable.';
  const offline = `${AT}Error building configuration in an external startup class. System.Net.Http: Resource temporarily unavailable (functionscdn.azureedge.net:443). ${SOCKETS}`;

  test.each<[string, Partial<Bundles>, string, RegExp]>([
    [
      'no bundle and no network, old Core Tools',
      { inRange: undefined, newest: undefined },
      offline,
      /there is no extension bundle in \/home\/ada\/bundles, .*functionscdn\.azureedge\.net.*\. Run func bundles download/,
    ],
    [
      'no bundle and no network',
      { inRange: undefined, newest: undefined },
      "Unable to download extension bundle 'Microsoft.Azure.Functions.ExtensionBundle' and no cached version available.",
      /there is no extension bundle in \/home\/ada\/bundles, and none can be downloaded: Unable to download/,
    ],
    [
      'too old a bundle and no network',
      { inRange: undefined, newest: '4.17.0' },
      "Running in offline mode but no cached version of extension bundle 'Microsoft.Azure.Functions.ExtensionBundle' is available.",
      /the extension bundle 4\.17\.0 in \/home\/ada\/bundles is not in the range \[4\.23\.0, 5\.0\.0\) of host\.json/,
    ],
    [
      'half a bundle',
      {},
      `${AT}Unable to find or download extension bundle`,
      /the extension bundle 4\.38\.0 cannot be used: Unable to find or download/,
    ],
    [
      'a bundle without SignalR',
      {},
      `${AT}The 'message' function is in error: The binding type(s) 'signalRTrigger' were not found in the configured extension bundle.`,
      /the extension bundle 4\.38\.0 cannot be used: The binding type/,
    ],
  ])('with %s', (_, bundles, line, expected) => {
    expect(sentenceOf(newStart(bundles).onLine(line, 4_000))).toMatch(expected);
  });

  test('with an error of the host that stays', () => {
    const start = newStart();
    start.onLine(`${AT}A host error has occurred during startup operation 'x'.`, 1_000);
    start.onLine(`${AT}Microsoft.Azure.WebJobs.Script: Bad host.json.`, 1_000);
    expect(start.onHealth(STARTING, 1_000 + LIMITS.hostError)).toBeUndefined();
    expect(sentenceOf(start.onHealth(STARTING, 1_001 + LIMITS.hostError))).toMatch(
      /the host cannot start: Bad host\.json\. /,
    );
  });

  test('with a later final reason, not with an earlier one that may pass', () => {
    const start = newStart();
    start.onLine(`${AT}A host error has occurred during startup operation 'x'.`, 1_000);
    start.onLine(`${AT}Azure.Core: Connection refused.`, 1_000);
    const line = `${AT}Worker was unable to load entry point "app.cjs": No.`;
    expect(sentenceOf(start.onLine(line, 2_000))).toMatch(/the app cannot be loaded: No\. /);
  });

  test.each<[Health, keyof typeof LIMITS, RegExp]>([
    [MISSING, 'missing', /the host runs without the app: it answers GET \/api\/health with 404\. /],
    [STARTING, 'starting', /the host answers 503/],
    [{ kind: 'silent' }, 'silent', /it does not listen/],
    [
      { kind: 'unwell', reason: 'unable to reach storage; it does not answer. Ask again.' },
      'unwell',
      /^unable to reach storage; it does not answer\. Ask again\.$/,
    ],
  ])('when it is %j for too long', (health, limit, expected) => {
    const start = newStart();
    start.onHealth(OK, 0);
    expect(start.onHealth(health, 1_000)).toBeUndefined();
    expect(start.onHealth(health, 1_000 + LIMITS[limit])).toBeUndefined();
    expect(sentenceOf(start.onHealth(health, 1_001 + LIMITS[limit]))).toMatch(expected);
  });

  test('with its last line, when it ends', () => {
    const start = newStart();
    start.onLine('', 100);
    start.onLine(
      '\u001b[31mPort 7071 is unavailable. Close the process using that port.\u001b[0m',
      100,
    );
    start.onLine('', 100);
    expect(sentenceOf(start.onExit('exit code 1'))).toMatch(
      /it ended with exit code 1: Port 7071 is unavailable\. Close the process using that port\. /,
    );
    expect(sentenceOf(newStart().onExit('SIGKILL'))).toMatch(/it ended with SIGKILL\. /);
  });

  test('when Core Tools from npm cannot download their host', () => {
    const start = newStart();
    const line = 'Azure Functions Core Tools binary not found. Running first-time setup...';
    expect(start.onLine(line, 100)).toBeUndefined();
    start.onLine('Error: getaddrinfo ENOTFOUND cdn.example', 200);
    expect(sentenceOf(start.onExit('exit code 1'))).toMatch(/have not downloaded their host\. /);
  });
});

describe('an answer to GET /api/health', () => {
  test.each<[string, number, string, Health]>([
    ['of a well app', 200, '{"status":"ok","storage":"ok","signalR":"ok"}', OK],
    [
      'of an app without storage',
      503,
      '{"status":"unavailable","storage":"unable to x; y. Z.","signalR":"ok"}',
      { kind: 'unwell', reason: 'unable to x; y. Z.' },
    ],
    ['of a starting host', 503, 'Function host is not running.', STARTING],
    ['of a host without functions', 404, '', MISSING],
    ['of a host without functions, on /', 204, '', { kind: 'missing', status: 204 }],
    ['of another program', 200, '<html>', { kind: 'missing', status: 200 }],
    ['of another program, in JSON', 200, '[1]', { kind: 'missing', status: 200 }],
    ['of a failing app', 500, '', { kind: 'missing', status: 500 }],
  ])('%s is understood', (_, status, body, expected) => {
    expect(toHealth(status, body)).toEqual(expected);
  });
});
