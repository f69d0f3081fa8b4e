// The emulator as a function: its options, its errors, and what it returns.

import { afterEach, expect, test } from '@jest/globals';
import { HttpTransportType } from '@microsoft/signalr';
import { EMULATOR_KEY } from '../../../local/access-token.ts';
import { startEmulator } from '../../../local/service/emulator.ts';
import type { EmulatorOptions } from '../../../local/service/options.ts';
import type { Emulator } from '../../../local/service/server.ts';
import { collect, rest, startClient, stopClient } from './hub-client.ts';
import { startRecordingUpstream } from './recording-upstream.ts';

let running: Emulator[] = [];
const start = async (options?: EmulatorOptions) => {
  const emulator = await startEmulator(options);
  running.push(emulator);
  return emulator;
};
afterEach(async () => {
  await Promise.all(running.map((emulator) => emulator.stop()));
  running = [];
});

test('without options it listens at a free port of this machine, and counts what goes through', async () => {
  const emulator = await start();
  expect(emulator.endpoint).toBe(`http://localhost:${emulator.port}`);
  expect(emulator.connectionString).toBe(
    `Endpoint=http://localhost;Port=${emulator.port};AccessKey=${EMULATOR_KEY};Version=1.0;`,
  );
  const client = await startClient(emulator);
  const news = collect(client, 'news');
  await rest(emulator, 'POST', '/api/hubs/chat/:send', {
    body: { target: 'news', arguments: ['hi'] },
  });
  expect(await news.until(1)).toEqual([['hi']]);
  expect(emulator.counts).toMatchObject({
    connections: 1,
    outboundMessages: 1,
    hubs: { chat: { connections: 1 } },
  });
  await stopClient(client);
});

test('an option that is undefined counts as not given', async () => {
  const { port } = await start({ ip: undefined, units: undefined } as unknown as EmulatorOptions);
  expect(port).toBeGreaterThan(0);
});

test('it may be stopped twice, and its port is free after it', async () => {
  const { port, stop } = await start({ port: 0, ip: '127.0.0.1' });
  await Promise.all([stop(), stop()]);
  expect((await start({ port, ip: '127.0.0.1' })).port).toBe(port);
});

test('while it disconnects all clients it admits no more, and the app still calls it over REST', async () => {
  const upstream = await startRecordingUpstream();
  const emulator = await start({ upstream: upstream.url });
  const { port } = emulator;
  try {
    const transports = [
      HttpTransportType.WebSockets,
      HttpTransportType.ServerSentEvents,
      HttpTransportType.LongPolling,
    ];
    const clients = await Promise.all(
      transports.map((transport) => startClient(emulator, { transport })),
    );
    const closed = Promise.all(
      clients.map((client) => new Promise((resolve) => client.onclose(resolve))),
    );
    const answers: unknown[] = [];
    upstream.answer = async ({ event }) => {
      if (event !== 'disconnected') return {};
      const body = { target: 'news', arguments: ['somebody has left'] };
      const sent = await rest(emulator, 'POST', '/api/hubs/chat/:send', { body });
      const late = await startClient(emulator).catch(String);
      answers.push([sent.status, late]);
      return {};
    };
    await Promise.all([emulator.disconnectAll(), emulator.disconnectAll()]);
    const refused = [202, expect.stringContaining("Status code '503'")];
    expect(answers).toEqual([refused, refused, refused]);
    await closed;
    await emulator.stop();
    await expect(fetch(`http://127.0.0.1:${port}/api/v1/health`)).rejects.toThrow('fetch failed');
  } finally {
    await upstream.stop();
  }
});

const template = { urlTemplate: 'http://a.test/{hub}' };

test.each<[string, unknown]>([
  ['every option', { port: 0, ip: '127.0.0.1', keys: ['a', 'b'], tokenHosts: ['[::1]'] }],
  ['one URL', { upstream: 'http://a.test/' }],
  ['templates with patterns', { upstream: [{ ...template, hubPattern: 'chat,news' }] }],
  ['templates without patterns', { upstream: [template] }],
  ['some faults', { faults: { lost: 0.5, concurrent: true } }],
  ['some times and limits', { times: { pingMs: 50 }, limits: { restBodyBytes: 10 } }],
  ['a size', { units: 'free', compat: true, inspect: true }],
  ['functions', { now: () => 0, monotonicNow: () => 0, log: () => {} }],
])('%s: taken', async (_, options) => {
  expect((await start(options as EmulatorOptions)).port).toBeGreaterThan(0);
});

test.each<[unknown, string]>([
  [{ prot: 1 }, 'unable to use the option "prot"; there is none of this name. Choose from port, '],
  [{ toString: 1 }, 'unable to use the option "toString"; there is none'],
  [null, 'unable to use the option options; null is no object'],
  [8888, 'unable to use the option options; 8888 is no object'],
  [{ port: '0' }, 'unable to listen at port "0"; a port is a number from 0 to 65535'],
  [{ port: 65_536 }, 'unable to listen at port 65536'],
  [{ port: 1.5 }, 'unable to listen at port 1.5'],
  [{ port: null }, 'unable to listen at port null'],
  [{ ip: 'localhost' }, 'unable to listen at "localhost"; it is no IP address'],
  [{ ip: 1 }, 'unable to listen at 1; it is no IP address'],
  [{ keys: [] }, 'unable to use the access keys; there are one or two'],
  [{ keys: 'a' }, 'unable to use the access keys; there are one or two'],
  [{ keys: ['a', 'b', 'c'] }, 'unable to use the access keys; there are one or two'],
  [{ keys: ['a;b'] }, 'unable to use the access keys; there are one or two'],
  [{ keys: [1] }, 'unable to use the access keys; there are one or two'],
  [{ tokenHosts: 'a' }, 'unable to use the option tokenHosts; "a" is no list'],
  [{ tokenHosts: ['a:80'] }, 'unable to compare tokens with "a:80"; it is no host name'],
  [{ tokenHosts: [1.5] }, 'unable to compare tokens with 1.5; it is no host name'],
  [{ upstream: 'localhost:7071' }, 'it is no absolute http or https URL'],
  [{ upstream: 1 }, 'unable to use the upstream; it is neither a URL nor a list of templates'],
  [{ upstream: [{}] }, 'unable to use the upstream; it is neither a URL nor a list of templates'],
  [{ upstream: [null] }, 'unable to use the upstream; it is neither a URL nor a list'],
  [{ upstream: [{ ...template, hubPattern: 1 }] }, 'unable to use the upstream; it is neither'],
  [{ upstream: [{ urlTemplate: 'a' }] }, 'it is no absolute http or https URL'],
  [{ times: 1 }, 'unable to use the option times; 1 is no object'],
  [{ times: { pingMS: 1 } }, 'unable to use the option times.pingMS; there is none of this name'],
  [{ times: { pingMs: '1' } }, 'unable to use the option times.pingMs; "1" is no number'],
  [{ limits: { restBodyBytes: -1 } }, 'option limits.restBodyBytes; -1 is no number from 0 on'],
  [{ limits: { restBodyBytes: Number.NaN } }, 'option limits.restBodyBytes; null is no number'],
  [{ units: 11 }, 'unable to use 11 units; a resource has 1 to 10 of them'],
  [{ units: '1' }, 'unable to use "1" units; a resource has 1 to 10 of them'],
  [{ faults: 'lost=1' }, 'unable to use the option faults; "lost=1" is no object'],
  [{ faults: { late: 1 } }, 'unable to use the option faults.late; there is none of this name'],
  [{ faults: { lost: 2 } }, 'unable to use the option faults.lost; 2 is no share'],
  [{ faults: { concurrent: 1 } }, 'option faults.concurrent; 1 is neither true nor false'],
  [{ compat: 'yes' }, 'unable to use the option compat; "yes" is neither true nor false'],
  [{ inspect: 1 }, 'unable to use the option inspect; 1 is neither true nor false'],
  [{ now: 1 }, 'unable to use the option now; 1 is no function'],
  [{ monotonicNow: null }, 'unable to use the option monotonicNow; null is no function'],
  [{ log: 'info' }, 'unable to use the option log; "info" is no function'],
])('%j is refused in one line that says what to do', async (options, reason) => {
  const refused = start(options as EmulatorOptions);
  await expect(refused).rejects.toThrow(reason);
  await expect(refused).rejects.toThrow(/^unable to [^\n]+; [^\n]+\. [A-Z][^\n]+\.$/);
});

test('a port that is taken, and an address of another machine, are explained', async () => {
  const { port } = await start();
  await expect(start({ port })).rejects.toThrow(
    'unable to listen; the port is taken. Stop what listens there, or choose another port, 0 for any.',
  );
  await expect(start({ ip: '192.0.2.1' })).rejects.toThrow(
    'unable to listen; this machine has no such address. Choose another ip.',
  );
});

test('a new upstream that is not usable changes nothing', async () => {
  const emulator = await start({ upstream: template.urlTemplate });
  expect(() => emulator.setUpstream('nowhere')).toThrow('it is no absolute http or https URL');
});
