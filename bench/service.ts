// The emulator compared with a plain `ws` broadcast loop, Socket.IO 4, and, if a .NET SDK is installed, ASP.NET Core SignalR.
// Server and load generator are separate processes, each pinned to a core if the machine allows it.
//
//   npm run bench -- service [--clients 100,500,1000,2000] [--targets ws,emulator] [--repeat 1] [--seconds 2.5] [--base COMMIT]
//
// --base runs the emulator of that commit in turns with the others.

import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildBase } from './base-build.ts';
import { median } from './median.ts';
import { readOptions } from './options.ts';
import { buildAspnet } from './service/build-aspnet.ts';
import type { LoadOrder, LoadReport } from './service/load.ts';
import { ASPNET_PROJECT, emulatorOf, isBuilt, TARGETS, type Target } from './service/target.ts';

const LOAD = fileURLToPath(new URL('./service/load.ts', import.meta.url));
/** Messages in flight by number of clients. More clients mean more deliveries per message. */
const WINDOWS = new Map([
  [100, 64],
  [500, 32],
  [1_000, 16],
  [2_000, 8],
]);
const QUIET_MS = 3_000;

const values = readOptions({
  clients: { type: 'string', default: '100,500,1000,2000' },
  targets: { type: 'string' },
  repeat: { type: 'string', default: '1' },
  seconds: { type: 'string', default: '2.5' },
  base: { type: 'string' },
});
const sizes = values.clients.split(',').map(Number);
const names = values.targets?.split(',');
const wanted = TARGETS.filter(({ name }) => names?.includes(name) ?? true);
const canPin = run('taskset', ['-c', '0', 'true']);

if (wanted.some(({ name }) => name === 'aspnet') && !buildAspnet(ASPNET_PROJECT)) {
  console.log('aspnet is left out: there is no .NET SDK here, or it does not build.');
}
const base = values.base === undefined ? undefined : await buildBase(values.base);
process.on('exit', () => base?.remove());
const targets = [
  ...wanted.filter((target) => isBuilt(target)),
  ...(base ? [emulatorOf(base.root)] : []),
];
console.log(
  `Load of the machine before: ${loadavg()[0]?.toFixed(2)}. Server and generator ${canPin ? 'each have a core' : 'share all cores'}.\n`,
);

const reports = new Map<string, LoadReport[]>();
for (const clients of sizes) {
  // Each round runs all targets, so other load of the machine affects all of them.
  for (let round = 0; round < Number(values.repeat); round += 1) {
    for (const target of targets) {
      const report = await measure(target, clients);
      reports.set(key(target, clients), [...(reports.get(key(target, clients)) ?? []), report]);
      console.error(
        `${target.name}, ${clients} clients: ${Math.round(report.deliveriesPerSecond)}/s, generator ${report.generatorLoad.toFixed(2)}, others ${report.otherLoad.toFixed(2)}`,
      );
    }
  }
}
print(
  'delivered messages a second at saturation',
  ({ deliveriesPerSecond }) => deliveriesPerSecond,
  0,
);
print('the same, × of ws', ({ deliveriesPerSecond }) => deliveriesPerSecond, 2, true);
print('server CPU µs a delivery at saturation', ({ cpuUs }) => cpuUs, 2);
print('server CPU µs a delivery at 10 messages a second', ({ quietCpuUs }) => quietCpuUs, 1);
print('ms from due to delivered at 10 messages a second, p50', ({ p50Ms }) => p50Ms, 1);
print('the same, p99', ({ p99Ms }) => p99Ms, 1);
print('ms until all clients are connected', ({ connectMs }) => connectMs, 0);
print('the same, × of ws', ({ connectMs }) => connectMs, 2, true);
print('server CPU µs to connect a client', ({ connectCpuUs }) => connectCpuUs, 0);
print('the same, × of ws', ({ connectCpuUs }) => connectCpuUs, 2, true);
print('KiB a connection', ({ kibPerConnection }) => kibPerConnection, 1);
print(
  'share of a core that the generator used at saturation',
  ({ generatorLoad }) => generatorLoad,
  2,
);
print('share of a core that other programs used at saturation', ({ otherLoad }) => otherLoad, 2);

async function measure(target: Target, clients: number): Promise<LoadReport> {
  const [command, ...args] = target.command;
  const server = spawn(...pinned('0', command, args), { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const port = await portOf(server);
    const order: LoadOrder = {
      target,
      port,
      serverPid: server.pid ?? 0,
      clients,
      window: WINDOWS.get(clients) ?? 16,
      quietMs: QUIET_MS,
      saturationMs: Number(values.seconds) * 1_000,
    };
    return await generate(order);
  } finally {
    server.kill('SIGKILL');
    await once(server, 'exit');
  }
}

async function generate(order: LoadOrder): Promise<LoadReport> {
  const [execPath, execArgv] = pinned('1', process.execPath, ['--import', 'tsx']);
  const load = fork(LOAD, [JSON.stringify(order)], {
    execPath,
    execArgv: [...execArgv],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const failed = once(load, 'exit').then(([code]) => {
    throw new Error(`unable to measure ${order.target.name}; the generator ended with ${code}.`);
  });
  const [report] = await Promise.race([once(load, 'message'), failed]);
  failed.catch(() => {});
  return report as LoadReport;
}

async function portOf(server: ChildProcess): Promise<number> {
  if (!server.stdout) throw new Error('unable to read the port; there is no output.');
  const lines = createInterface({ input: server.stdout });
  for await (const line of lines) {
    const port = /^port (\d+)$/.exec(line)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error('unable to read the port; the server ended first.');
}

function pinned(core: string, command: string, args: readonly string[]): [string, string[]] {
  return canPin ? ['taskset', ['-c', core, command, ...args]] : [command, [...args]];
}

function run(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, [...args], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function print(
  title: string,
  value: (report: LoadReport) => number,
  digits: number,
  isRatio = false,
): void {
  const rows = targets.map((target) => [
    target.name,
    ...sizes.map((clients) => {
      const own = medianOf(target, clients, value);
      const base = isRatio ? baseOf(clients, value) : 1;
      return (own / base).toFixed(digits);
    }),
  ]);
  const table = [['', ...sizes.map((clients) => `C=${clients}`)], ...rows];
  console.log(
    `${title}\n\n${table.map((row) => row.map((cell, index) => (index === 0 ? cell.padEnd(18) : cell.padStart(12))).join('')).join('\n')}\n`,
  );
}

function baseOf(clients: number, value: (report: LoadReport) => number): number {
  const [base] = targets.filter(({ name }) => name === 'ws');
  return base ? medianOf(base, clients, value) : Number.NaN;
}

function medianOf(target: Target, clients: number, value: (report: LoadReport) => number): number {
  return median((reports.get(key(target, clients)) ?? []).map(value));
}

function key(target: Target, clients: number): string {
  return `${target.name} ${clients}`;
}
