// From `send` to the last receipt: this chat on the local stack beside a plain `ws` server, ASP.NET Core SignalR with the same
// storage, and Socket.IO. And what each of them does with a message: lost, doubled, in another order, gone after a reconnect.
//
//   npm run bench -- end-to-end [--clients 1,20,100,1000] [--messages 200]
//
// All clients are in one process with one clock, and the servers have their turns message by message. So a busy machine changes
// the times of all of them, and less their ratios.

import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../local/build/build.ts';
import { ROOT } from '../local/root.ts';
import { startStack } from '../local/stack/stack.ts';
import type { CameBack, DriverOrder, Measured, Missed } from './end-to-end/driver.ts';
import type { RivalName } from './end-to-end/rivals.ts';
import { ServerProcess } from './end-to-end/server-process.ts';
import { toChecks, toSentence, toTimes } from './end-to-end/tables.ts';
import { send } from './load/order.ts';
import { readOptions } from './options.ts';
import { buildAspnet } from './service/build-aspnet.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const DRIVER = here('./end-to-end/driver.ts');
const ASPNET_PROJECT = here('./end-to-end/aspnet/stored.csproj');
const ASPNET_DLL = here('../dist/aspnet/bin/stored/release/stored.dll');
/** With so many clients the servers warm up, and crash. */
const FEW = 20;
const MISSING = 5;
const AT_ONCE = 20;

const values = readOptions({
  clients: { type: 'string', default: '1,20,100,1000' },
  messages: { type: 'string', default: '200' },
});
const sizes = values.clients.split(',').map(Number);
const messages = Number(values.messages);

await build({ forProduction: true });
const hasAspnet = buildAspnet(ASPNET_PROJECT);
const stack = await startStack();
const node = (path: string) => (port: number) =>
  [process.execPath, '--import', 'tsx', here(path), String(port)] as const;
const others: [RivalName, ServerProcess][] = [
  ['ws', new ServerProcess(node('./end-to-end/servers/ws.ts'))],
  ['socket.io', new ServerProcess(node('./end-to-end/servers/socket-io.ts'))],
];
if (hasAspnet) {
  const storage = stack.tableConnectionString ?? '';
  others.push([
    'signalr',
    new ServerProcess((port) => ['dotnet', ASPNET_DLL, String(port), storage]),
  ]);
}
const driver = fork(DRIVER, [], { execArgv: ['--import', 'tsx'] });
try {
  await run(driver);
} finally {
  driver.kill('SIGKILL');
  for (const [, server] of others) await server.crash();
  await stack.stop();
}

async function run(clients: ChildProcess): Promise<void> {
  const tell = <Answer>(order: DriverOrder) => send<Answer, DriverOrder>(clients, order);
  for (const [, server] of others) await server.start();
  const addresses = [
    { name: 'this chat' as const, url: stack.url },
    ...others.map(([name, { url }]) => ({ name, url })),
  ];
  await tell({ kind: 'meet', addresses });

  // Warm-up: V8 and .NET compile the hot paths.
  await tell({ kind: 'gather', clients: FEW });
  await tell<Measured[]>({ kind: 'measure', messages, atOnce: AT_ONCE });
  await tell({ kind: 'gather', clients: 0 });

  const measured = new Map<number, readonly Measured[]>();
  for (const size of sizes) {
    await tell({ kind: 'gather', clients: size });
    measured.set(size, await tell<Measured[]>({ kind: 'measure', messages, atOnce: AT_ONCE }));
    console.error(`${size} clients: measured`);
  }

  await tell({ kind: 'gather', clients: FEW });
  const missed = await tell<Missed[]>({ kind: 'miss', messages: MISSING });
  await stack.restart('host', 'SIGKILL');
  for (const [, server] of others) {
    await server.crash();
    await server.start();
  }
  const cameBack = await tell<CameBack[]>({ kind: 'comeBack' });

  const names = addresses.map(({ name }) => name);
  const results = { names, measured, missing: MISSING, missed, crashed: FEW, cameBack };
  console.log(
    [
      `Load of the machine before: ${loadavg()[0]?.toFixed(2)}. ${messages} messages, one at a time, then ${AT_ONCE} at once. Milliseconds to the last receipt.`,
      toLegend(),
      toTimes(results),
      toSentence(results),
      toChecks(results),
      'Reordered is a copy behind a copy of a message that is later in the stored history, or, where nothing is stored, later at the first client.\n' +
        'A message of this chat has its number in the room, without gaps: a client puts a reordered copy in its place, and asks for a missing one.\n' +
        'A message of signalr has the time of its row: a client cannot know whether an earlier one is still to come.\n' +
        `The crash ends the server's process with ${FEW} clients, and all of them come back.\nHere that is the functions host: the clients' connections belong to the service.`,
    ].join('\n\n'),
  );
}

function toLegend(): string {
  const lines = [
    '- this chat: host, service emulator and Azurite, three processes. Each message is one transaction with its number and the number online, then a broadcast',
    `- ws: a broadcast loop on ws ${versionOf('ws')}, which stores nothing. Its number online is that of its process`,
    `- socket.io: Socket.IO ${versionOf('socket.io')} with its own adapter, in memory, and its connection state recovery of two minutes. Its number online is that of its process`,
  ];
  if (hasAspnet) {
    const version = execFileSync('dotnet', ['--version'], { encoding: 'utf8' }).trim();
    lines.push(
      `- signalr: ASP.NET Core SignalR of the .NET SDK ${version}, with one row for each message and each connection in the same Azurite, written before the broadcast. It counts the rows of connections`,
    );
  } else {
    lines.push(
      '- signalr is left out: there is no .NET SDK here, or its project does not build with its packages',
    );
  }
  return lines.join('\n');
}

function versionOf(name: string): string {
  const manifest = readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
