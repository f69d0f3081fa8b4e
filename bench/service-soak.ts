// Shows whether the emulator leaks memory. 2,000 clients use it for a minute: broadcasts, groups, upstream invocations, and every
// second some clients that are cut off and reconnect. Memory is read after garbage collections when all clients have
// left: once after a short warm-up round, once after the long round.
//
//   npm run bench -- service-soak [--clients 2000] [--seconds 60]

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { EMULATOR_KEY, signAccessToken } from '../local/access-token.ts';
import { readOptions } from './options.ts';
import { clientFrame } from './service/frames.ts';
import { openClient } from './service/load-client.ts';
import type { Target } from './service/target.ts';

interface Memory {
  readonly heapUsed: number;
  readonly external: number;
  readonly rss: number;
  /** Active libuv handles, such as sockets and timers. */
  readonly handles: number;
  readonly connections: number;
}

const SERVER = fileURLToPath(new URL('./service/servers/soaked.ts', import.meta.url));
const TARGET: Target = { name: 'soak', kind: 'signalr', protocol: 'json', command: ['node'] };
const AT_A_TIME = 64;
const CUT_A_SECOND = 20;
const WARM_UP_SECONDS = 5;
const SAY = clientFrame('{"type":1,"target":"say","arguments":["hi"]}\x1e');
const ASK = clientFrame('{"type":1,"target":"ask","arguments":[],"invocationId":"0"}\x1e');
const PING = clientFrame('{"type":6}\x1e');

const values = readOptions({
  clients: { type: 'string', default: '2000' },
  seconds: { type: 'string', default: '60' },
});
const count = Number(values.clients);

let events = 0;
const upstream = createServer((incoming, answer) => {
  incoming.resume().on('end', () => {
    events += 1;
    answer.end();
  });
});
upstream.listen(0, '127.0.0.1');
await once(upstream, 'listening');
const upstreamUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/`;

const server = fork(SERVER, [upstreamUrl], { execArgv: ['--expose-gc', '--import', 'tsx'] });
const [{ port }] = (await once(server, 'message')) as [{ port: number }];
const agent = new Agent({ keepAlive: true });
const memories: [string, Memory][] = [['started', await memoryOf(server)]];
await round(WARM_UP_SECONDS);
memories.push(['after the short round', await memoryOf(server)]);
const during = await round(Number(values.seconds));
memories.push([`${count} connected`, during], ['after the long round', await memoryOf(server)]);
server.disconnect();
upstream.close();
upstream.closeAllConnections();
agent.destroy();

console.log(`${count} clients, ${values.seconds} s, ${events} events upstream\n`);
console.log(
  ['', 'heap MiB', 'external MiB', 'resident MiB', 'handles', 'connections'].map(cell).join(''),
);
for (const [name, { heapUsed, external, rss, handles, connections }] of memories) {
  const sizes = [heapUsed, external, rss].map((bytes) => (bytes / 2 ** 20).toFixed(1));
  console.log([name, ...sizes, String(handles), String(connections)].map(cell).join(''));
}

/** Connects all clients, sends for the given time, disconnects them. Returns the memory while all were connected. */
async function round(seconds: number): Promise<Memory> {
  const sockets = new Map<number, Socket>();
  const join = async (index: number) => {
    const audience = 'http://127.0.0.1/client/?hub=chat';
    const claims = { 'asrs.s.uid': `u${index % 100}` };
    const token = await signAccessToken(EMULATOR_KEY, audience, claims, Date.now());
    sockets.set(index, await openClient({ port, target: TARGET, token }, () => {}));
  };
  const indexes = Array.from({ length: count }, (_, index) => index);
  const entries = indexes.values();
  await Promise.all(
    Array.from({ length: AT_A_TIME }, async () => {
      for (const index of entries) await join(index);
    }),
  );
  for (let second = 0; second < seconds; second += 1) {
    const until = performance.now() + 1_000;
    await talk(sockets, second);
    for (let cut = 0; cut < CUT_A_SECOND; cut += 1) {
      const index = (second * CUT_A_SECOND + cut) % count;
      sockets.get(index)?.destroy();
      await join(index);
    }
    await pause(Math.max(0, until - performance.now()));
  }
  const memory = await memoryOf(server);
  for (const socket of sockets.values()) socket.destroy();
  await eventuallyEmpty();
  return memory;
}

async function talk(sockets: ReadonlyMap<number, Socket>, second: number): Promise<void> {
  for (const [index, socket] of sockets) {
    if (index % 10 === second % 10) socket.write(PING);
    if (index % 20 === second % 20) socket.write(index % 2 ? SAY : ASK);
  }
  const user = `u${second % 100}`;
  await rest('PUT', `/users/${user}/groups/g${second % 7}`);
  await rest('POST', '/:send');
  await rest('POST', `/groups/g${second % 7}/:send`);
  await rest('POST', `/users/${user}/:send`);
  await rest('DELETE', `/users/${user}/groups/g${(second + 3) % 7}`);
}

async function eventuallyEmpty(): Promise<void> {
  // At most 20 s: if connections remain after that, the result shows them.
  for (let tries = 0; tries < 100; tries += 1) {
    await pause(200);
    if ((await memoryOf(server)).connections === 0) break;
  }
  await pause(2_000);
}

async function rest(method: string, path: string): Promise<void> {
  const url = `http://127.0.0.1:${port}/api/hubs/chat${path}`;
  const token = await signAccessToken(EMULATOR_KEY, url, {}, Date.now());
  const body = '{"target":"news","arguments":["a line of chat, as long as such lines are"]}';
  await new Promise<void>((resolve, reject) => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const call = request(url, { method, headers, agent }, (answer) => {
      answer.resume().on('end', resolve);
    });
    call.on('error', reject);
    call.end(method === 'POST' ? body : undefined);
  });
}

async function memoryOf(child: ChildProcess): Promise<Memory> {
  const answer = once(child, 'message');
  child.send('memory');
  return ((await answer) as [Memory])[0];
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function cell(text: string, index: number): string {
  return index === 0 ? text.padEnd(24) : text.padStart(14);
}
