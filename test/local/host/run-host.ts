// Starts the embedded host like a user: the command, in its own Node process.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const HOST = join(ROOT, 'local/host/cli.ts');

export interface RunningHost {
  readonly url: string;
  /** Everything that the host has written so far. */
  output(): string;
  /** Resolves when a line with the text appears. */
  sees(text: string): Promise<void>;
  /** Stops the host, and resolves to its exit code. */
  stop(): Promise<number | null>;
  /** Resolves to the exit code when the host ends by itself. */
  readonly exited: Promise<number | null>;
  /** Says that all parts of the stack are ready. */
  begin(): void;
  /** Closes the IPC channel, like a parent process that dies. */
  disconnect(): void;
}

interface RunOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const running = new Set<RunningHost>();

/** For `afterEach` or `afterAll`: stops every host, also after a failed test. */
export async function stopHosts(): Promise<void> {
  await Promise.all([...running].map((host) => host.stop()));
}

export function fixture(name: string): string {
  return join(ROOT, 'test/local/host/fixtures', name);
}

/** Rejects with the command's output if it ends before it is ready. */
export async function runHost(appDir: string, options: RunOptions = {}): Promise<RunningHost> {
  const child = startCommand(appDir, options);
  const output = collect(child);
  const exited = ended(child);
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { url: string }).url));
    void exited.then((code) => reject(new Error(`exit ${code}\n${output.text()}`)));
  });
  const host: RunningHost = {
    url,
    output: output.text,
    sees: output.sees,
    exited,
    begin: () => void child.send({ begin: true, hasPage: true }),
    disconnect: () => child.disconnect(),
    stop() {
      child.kill('SIGTERM');
      return exited;
    },
  };
  running.add(host);
  void exited.then(() => running.delete(host));
  return host;
}

/** For starts that fail: the exit code, and the text on standard error. */
export async function runToEnd(
  appDir: string,
  options: RunOptions = {},
): Promise<{ code: number | null; complaint: string }> {
  const child = startCommand(appDir, options);
  let complaint = '';
  child.stderr?.on('data', (data) => {
    complaint += data;
  });
  child.stdout?.resume();
  child.once('message', () => child.kill('SIGTERM'));
  return { code: await ended(child), complaint };
}

/** An app of the given files in a temporary folder, which `remove` deletes. */
export async function makeApp(
  files: Readonly<Record<string, string>>,
): Promise<{ dir: string; remove(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'host-app-'));
  await symlink(join(ROOT, 'node_modules'), join(dir, 'node_modules'), 'junction');
  const all = { 'host.json': '{"version":"2.0"}', 'package.json': '{"main":"app.cjs"}', ...files };
  for (const [name, text] of Object.entries(all)) await writeFile(join(dir, name), text);
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

function startCommand(appDir: string, { args = [], env = {} }: RunOptions): ChildProcess {
  const inherited = { PATH: process.env.PATH, HOME: process.env.HOME };
  return fork(join(ROOT, 'local/launch.mjs'), [HOST, '--app-dir', appDir, '--port', '0', ...args], {
    cwd: ROOT,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

/** After the parent has disconnected, the event `close` never comes. So this waits for the exit and for each stream. */
async function ended(child: ChildProcess): Promise<number | null> {
  const streams = [child.stdout, child.stderr].map((stream) => stream && once(stream, 'close'));
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await Promise.all(streams);
  return code;
}

function collect(child: ChildProcess) {
  let text = '';
  const waiting = new Set<() => void>();
  const add = (data: Buffer) => {
    text += data.toString();
    for (const check of waiting) check();
  };
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  return {
    text: () => text,
    sees: (wanted: string) =>
      new Promise<void>((resolve) => {
        const check = () => {
          if (!text.includes(wanted)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}
