// Faults that the doctor finds, each in a chat of its own. Six chats are examined at once: a silent hop takes its time, and with
// all of them at once a busy machine takes longer than the doctor waits.

import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WebSocketServer } from 'ws';
import { atATime } from '../../../../functions/at-a-time.ts';
import { TableUnavailable } from '../../../../functions/room/table.ts';
import type { NodeWebSocket } from '../../../../local/client/api/network.ts';
import type { CommandContext } from '../../../../local/client/context.ts';
import { HOPS, type Row } from '../../../../local/client/doctor/hops.ts';
import { runCommandLine } from '../../../../local/client/main.ts';
import { systemClock } from '../../../../local/client/system-clock.ts';
import { openOutput } from '../../../../local/client/terminal/output.ts';
import { NO_STATUS } from '../../../../local/client/terminal/progress.ts';
import { inputOf } from '../../../support/command-line.ts';
import { openEntra } from '../../../support/entra.ts';
import { MemoryTable } from '../../../support/memory-table.ts';
import { type Broken, startSmallChat } from '../../../support/small-chat.ts';
import { RefusedWebSocket, SilentWebSocket } from '../../../support/web-sockets.ts';

/** Instead of half a minute for something that never comes. */
const PATIENCE_MS = 3_000;

interface Fault {
  readonly broken: Broken | (() => Promise<Broken>);
  /** Everything after this hop may be broken, too. */
  readonly hop: Row['hop'];
  readonly found: string;
  readonly cure: string;
  /** The hops that are fine all the same, among others. */
  readonly fine?: readonly Row['hop'][];
  readonly WebSocket?: NodeWebSocket;
  readonly token?: string;
}

/** Storage that fails every request in this way. */
function failingTable(facts: { statusCode?: number; code?: string }): MemoryTable {
  const table = new MemoryTable();
  const fail = async () => {
    const error = Object.assign(new Error('no'), { name: 'RestError', ...facts });
    throw facts.statusCode === 403 ? error : new TableUnavailable(error);
  };
  return Object.assign(table, { get: fail, list: fail, commit: fail });
}

/** A port at which nothing listens: it was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The rows of the document, without the marks of code in what the doctor says. */
const TROUBLES = readFileSync(
  join(import.meta.dirname, '../../../../docs/troubleshooting.md'),
  'utf8',
)
  .split('\n')
  .map((line) => line.replaceAll(/`(?=npm run package)|(?<=npm run package)`/g, ''));

const servers: Server[] = [];

/** A service in default mode. Source of its sentence: dotnet/aspnetcore, issue 14979. */
async function serviceInDefaultMode(): Promise<number> {
  const server = createServer((_, answer) => {
    const transports = [{ transport: 'WebSockets', transferFormats: ['Text', 'Binary'] }];
    answer.end(
      JSON.stringify({
        negotiateVersion: 1,
        connectionId: 'c',
        connectionToken: 't',
        availableTransports: transports,
      }),
    );
  });
  new WebSocketServer({ server }).on('connection', (socket) => {
    const error =
      "SignalR Service is now in 'Default' service mode. Current mode works as a proxy that routes client traffic to the connected app servers. However app servers are not connected.";
    socket.on('message', () => socket.send(`${JSON.stringify({ error })}\u001e`));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** The functions know the service by its identity, and get a token for another audience. */
async function wrongAudience(): Promise<Broken> {
  const tenant = '11111111-1111-1111-1111-111111111111';
  const objectId = '22222222-2222-2222-2222-222222222222';
  const entra = await openEntra();
  const claims = { iss: `https://sts.windows.net/${tenant}/`, tid: tenant, oid: objectId };
  const sinceThen = Math.ceil((Date.now() - entra.now()) / 1_000);
  return {
    upstream: { kind: 'token', tenant, objectId, audiences: ['chat'], keysOf: () => entra.keys },
    bearer: await entra.sign({ ...claims, aud: 'another' }, { exp: sinceThen + 3_600 }),
  };
}

const notFound = (path: string) => ({
  answer: (_: string, asked: string) => (asked === path ? { status: 404 } : undefined),
});
const isBroadcast = (path: readonly string[]) => path[0] === 'groups' && path.at(-1) === ':send';

const FAULTS: Readonly<Record<string, Fault>> = {
  'the page is missing': {
    broken: notFound('/'),
    hop: 'page',
    found: 'it answers 404',
    cure: 'npm run package',
    fine: ['functions', 'negotiate', 'send', 'hear', 'leave'],
  },
  'the script of the page is missing': {
    broken: notFound('/main.js'),
    hop: 'page',
    found: 'its script is not',
    cure: 'npm run package',
    fine: ['functions', 'hear'],
  },
  'a setting is missing, so no function is loaded': {
    broken: { answer: (_, path) => ({ status: path === '/' ? 204 : 404 }) },
    hop: 'page',
    found: 'it has loaded no functions',
    cure: 'mostly AzureSignalRConnectionString',
  },
  'storage does not answer': {
    broken: { table: failingTable({ code: 'ECONNREFUSED' }) },
    hop: 'storage',
    found: 'unable to reach storage; it does not answer',
    cure: 'check CHAT_STORAGE',
    fine: ['page', 'functions', 'service'],
  },
  'storage does not let the app in': {
    broken: { table: failingTable({ statusCode: 403 }) },
    hop: 'storage',
    found: 'it refuses this app',
    cure: 'the role Storage Table Data Contributor',
    fine: ['page', 'functions', 'service'],
  },
  'the connection string of the host has no key': {
    broken: { bindingsUse: 'AccessKey=' },
    hop: 'negotiate',
    found: '500: the host makes no address and token',
    cure: 'Correct AzureSignalRConnectionString',
    fine: ['page', 'functions', 'storage', 'service'],
  },
  'the platform asks for a sign-in': {
    broken: {
      answer: (_, path) =>
        path === '/api/negotiate'
          ? { status: 401, headers: [['www-authenticate', 'Bearer realm="chat"']] }
          : undefined,
    },
    hop: 'negotiate',
    found: "the platform's own authentication answers 401",
    cure: 'Let App Service Authentication pass requests without a sign-in',
    fine: ['page', 'functions', 'storage', 'service'],
  },
  'the platform sends everybody to a sign-in': {
    broken: {
      answer: () => ({
        status: 302,
        headers: [['location', 'https://login.microsoftonline.com/common/oauth2']],
      }),
    },
    hop: 'page',
    found: "the platform's own authentication answers 302",
    cure: 'App Service Authentication',
  },
  'the service is not where the functions look for it': {
    broken: async () => {
      const change = `Port=${await closedPort()}`;
      return { functionsUse: change, bindingsUse: change };
    },
    hop: 'service',
    found: 'unable to reach SignalR Service; it did not answer',
    cure: 'check AzureSignalRConnectionString',
    fine: ['page', 'functions', 'storage', 'negotiate'],
  },
  'the service is not where clients look for it': {
    broken: async () => ({ bindingsUse: `ClientEndpoint=http://127.0.0.1:${await closedPort()}` }),
    hop: 'connect',
    found: 'cannot be reached',
    cure: 'Check Endpoint and ClientEndpoint in AzureSignalRConnectionString',
    fine: ['storage', 'service', 'negotiate'],
  },
  'the functions have the key of another service': {
    broken: { functionsUse: 'AccessKey=another', bindingsUse: 'AccessKey=another' },
    hop: 'service',
    found: 'it answered 401',
    cure: 'copy the key into AzureSignalRConnectionString again',
    fine: ['storage', 'negotiate', 'clock'],
  },
  'another key signs the tokens of clients': {
    broken: { bindingsUse: 'AccessKey=another' },
    hop: 'connect',
    found: 'refuses the token of the functions (401)',
    cure: 'Copy the AccessKey of this very service into AzureSignalRConnectionString',
    fine: ['clock', 'storage', 'service', 'negotiate'],
  },
  'the clock of the functions is behind': {
    broken: { clockMs: -2 * 60 * 60_000 },
    hop: 'clock',
    found: 's behind the service',
    cure: 'Set the clock of the machine with the functions',
    fine: ['page', 'functions'],
  },
  'the service is in default mode': {
    broken: async () => ({
      bindingsUse: `ClientEndpoint=http://127.0.0.1:${await serviceInDefaultMode()}`,
    }),
    hop: 'connect',
    found: 'its mode is not Serverless',
    cure: 'Set the Service Mode of the SignalR Service to Serverless',
    fine: ['storage', 'service', 'negotiate'],
  },
  'the upstream is silent': {
    broken: { change: (service) => service.setUpstream([]) },
    hop: 'upstream',
    found: 'no event reaches the functions: none ever came',
    cure: 'Check the upstream URL of the SignalR Service',
    fine: ['storage', 'service', 'negotiate', 'connect', 'websockets'],
  },
  'the host asks for the key of the webhook': {
    broken: {
      answer: (_, path) => (path.startsWith('/runtime/') ? { status: 401 } : undefined),
    },
    hop: 'upstream',
    found: 'the host answers 401 at the webhook',
    cure: 'run infra/use-system-key.sh',
    fine: ['connect', 'websockets'],
  },
  'the host has disabled the hub functions': {
    broken: notFound('/runtime/webhooks/signalr'),
    hop: 'upstream',
    found: 'no function behind the webhook',
    cure: 'Check AzureWebJobsStorage',
    fine: ['connect', 'websockets'],
  },
  'the token of the upstream is for another audience': {
    broken: wrongAudience,
    hop: 'upstream',
    found: 'the functions refuse the events of the service (wrong_audience)',
    cure: 'Set CHAT_UPSTREAM_AUDIENCE',
    fine: ['connect', 'websockets'],
  },
  'the app may not send': {
    broken: { output: () => 'refused' },
    hop: 'output',
    found: 'their welcome does not come',
    cure: 'the role SignalR Service Owner',
    fine: ['connect', 'upstream'],
  },
  'a line is accepted, and not broadcast': {
    broken: { output: ({ path }) => (isBroadcast(path) ? 'lost' : 'sent') },
    hop: 'hear',
    found: 'the line is stored, and its broadcast does not come',
    cure: 'Let the SignalR output of the functions reach the same service',
    fine: ['upstream', 'output', 'send', 'leave'],
  },
  'a line is not accepted, because its broadcast fails': {
    broken: { output: ({ path }) => (isBroadcast(path) ? 'refused' : 'sent') },
    hop: 'send',
    found: 'the function message fails',
    cure: 'Look at the failures of the function message',
    fine: ['upstream', 'output', 'leave'],
  },
  'the extension of the host returns no answers': {
    broken: { isExtensionOld: true },
    hop: 'send',
    found: 'the host returns no answers of functions',
    cure: 'Let extensionBundle in host.json ask for 4.23.0',
    fine: ['upstream', 'output', 'leave'],
  },
  'the messages of the day are used up': {
    broken: {
      service: { units: 'free' },
      change: (service) => {
        service.counts.billedMessages += 20_000;
      },
    },
    hop: 'service',
    found: 'the messages of the day are used up until',
    cure: 'use a larger service',
    fine: ['storage', 'negotiate'],
  },
  'WebSockets are blocked': {
    broken: {},
    WebSocket: RefusedWebSocket,
    hop: 'websockets',
    found: 'connected, but only by long polling',
    cure: 'Let the proxies and firewalls between here and 127.0.0.1',
    fine: ['connect', 'upstream', 'output', 'send', 'hear', 'leave'],
  },
  '16.6: WebSockets are not answered': {
    broken: {},
    WebSocket: SilentWebSocket,
    hop: 'websockets',
    found: 'connected, but only by long polling',
    cure: 'Let the proxies and firewalls between here and 127.0.0.1',
    fine: ['connect', 'upstream', 'output', 'send', 'hear', 'leave'],
  },
  'the end of a connection is not reported': {
    broken: {
      change: (service, _, urlTemplate) =>
        service.setUpstream([
          {
            urlTemplate,
            hubPattern: '*',
            categoryPattern: '*',
            eventPattern: 'connected,send,typing',
          },
        ]),
    },
    hop: 'leave',
    found: 'the event disconnected does not reach the functions',
    cure: 'send all events',
    fine: ['upstream', 'send', 'hear'],
  },
  'the timer has died': {
    broken: {
      change: (_, table) =>
        table.commit('.health', [
          { kind: 'put', row: { key: 'cleanup', properties: { at: Date.now() - 11 * 60_000 } } },
        ]),
    },
    hop: 'timer',
    found: 'its last run ended 66',
    cure: 'Restart the app',
    fine: ['page', 'hear', 'leave'],
  },
};

interface Examined {
  readonly code: number;
  readonly rows: readonly Row[];
  readonly report: string;
}

/** Examines a chat by the command line in this process. */
async function examine(
  url: string,
  { WebSocket, token }: Pick<Fault, 'WebSocket' | 'token'> = {},
): Promise<Examined> {
  const reports: string[] = [];
  let stdout = '';
  const never = new AbortController().signal;
  const context: CommandContext = {
    input: inputOf(),
    inputBytes: undefined,
    isTyped: false,
    output: openOutput(
      {
        write: async (bytes) => {
          stdout += Buffer.from(bytes).toString();
        },
      },
      false,
    ),
    report: (sentence) => void reports.push(sentence),
    status: NO_STATUS,
    network: async () => ({ fetch: (to, init) => fetch(to, init), WebSocket }),
    clock: {
      now: systemClock.now,
      sleep: (ms, signal) => systemClock.sleep(Math.min(ms, PATIENCE_MS), signal),
    },
    random: () => 1,
    newRunId: () => 'abcdefghij12',
    interrupts: { first: never, second: never },
  };
  const args = ['doctor', '--json', '--url', url, ...(token ? ['--token', token] : [])];
  const process = { environment: {}, version: async () => '1.2.3' };
  const code = await runCommandLine(args, process, context);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
  return { code, rows, report: reports.join('\n') };
}

async function examineBroken({ broken, ...how }: Fault): Promise<Examined> {
  const chat = await startSmallChat(typeof broken === 'function' ? await broken() : broken);
  try {
    return await examine(chat.url, how);
  } finally {
    await chat.stop();
  }
}

describe('the doctor names the broken hop and its cure', () => {
  const examined = new Map<string, Examined>();
  beforeAll(async () => {
    await atATime(6, Object.entries(FAULTS), async ([name, fault]) => {
      examined.set(name, await examineBroken(fault));
    });
  });
  afterAll(() => Promise.all(servers.map((server) => new Promise((done) => server.close(done)))));

  test.each(Object.entries(FAULTS))('where %s', (name, { hop, found, cure, fine = [] }) => {
    const { code, rows, report } = examined.get(name) as Examined;
    const first = rows.find(({ state }) => state === 'broken');
    expect(first).toMatchObject({
      hop,
      found: expect.stringContaining(found),
      cure: expect.stringContaining(cure),
    });
    expect(report).toContain(`; ${hop}: ${first?.found}. ${first?.cure}`);
    expect(first?.cure).toMatch(/^[A-Z].+\.$/);
    const states = Object.fromEntries(rows.map((row) => [row.hop, row.state]));
    expect(states).toMatchObject(Object.fromEntries(fine.map((one) => [one, 'ok'])));
    expect(code).toBe(1);
  });
});

test.each(Object.entries(FAULTS))('docs/troubleshooting.md has a row for where %s', (_, fault) => {
  const row = TROUBLES.find(
    (line) => line.includes(`| \`${fault.hop}\`: `) && line.includes(toSymptom(fault.found)),
  );
  expect(row).toContain(toSymptom(fault.cure));
});

test('each row of docs/troubleshooting.md that says what the doctor finds has a fault here, or is about the machine', () => {
  const faults = Object.values(FAULTS);
  const known = (line: string) =>
    faults.some(
      ({ hop, found }) => line.includes(`| \`${hop}\`: `) && line.includes(toSymptom(found)),
    );
  const rows = TROUBLES.filter((line) => /^\|[^|]*\| `\w+`: /.test(line));
  expect(rows.length).toBeGreaterThan(20);
  // Further below, and in machine.test.ts.
  const others = /\| `(?:page`: nothing answers|(?:node|settings|port)`: )/;
  expect(rows.filter((line) => !known(line) && !others.test(line))).toEqual([]);
});

/** As the document has it: without the addresses and times of one run, and without the marks of code. */
function toSymptom(text: string): string {
  return text.replace('127.0.0.1', 'the service').replace(/ \d+$/, '');
}

test('the doctor finds nothing broken in a good chat, in the order of the hops, and leaves its room', async () => {
  const table = new MemoryTable();
  const at = Date.now() - 60_000;
  const change = () =>
    table.commit('.health', [{ kind: 'put', row: { key: 'cleanup', properties: { at } } }]);
  const chat = await startSmallChat({ table, change });
  const { code, rows, report } = await examine(chat.url);
  await chat.stop();
  expect({ code, report }).toEqual({ code: 0, report: 'all is well' });
  expect(rows.map(({ hop, state }) => `${hop} ${state}`)).toEqual(HOPS.map((hop) => `${hop} ok`));
  for (const { ms } of rows) expect(ms).toBeGreaterThanOrEqual(0);
  const head = await table.get('doctor-abcdefghij12', 'head');
  expect(head?.properties).toMatchObject({ online: 0, seq: 1 });
});

test('the doctor checks no more than it may where people sign in, and says so', async () => {
  const body =
    '{"error":{"code":"not_signed_in","message":"unable to let you in; there is no token. Sign in."}}';
  const chat = await startSmallChat({
    answer: (_, path) => (path === '/api/negotiate' ? { status: 401, body } : undefined),
  });
  const without = await examine(chat.url);
  const refused = await examine(chat.url, { token: 'expired' });
  await chat.stop();
  expect(without.code).toBe(0);
  expect(without.report).toMatch(/^nothing is broken; not checked: .*negotiate, connect/);
  expect(refused).toMatchObject({
    code: 1,
    report: expect.stringContaining('negotiate: unable to let you in; there is no token. Sign in.'),
  });
});

test('the doctor says where nothing is, and what to try', async () => {
  const { code, report } = await examine(`http://127.0.0.1:${await closedPort()}`);
  expect(code).toBe(1);
  expect(report).toMatch(/; page: nothing answers: connect ECONNREFUSED .*\. Check --url/);
});
