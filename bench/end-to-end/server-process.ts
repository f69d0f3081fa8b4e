// A server of the comparison as a process that can crash and start again on its port.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A started .NET program on a busy machine. */
const START_MS = 60_000;

export class ServerProcess {
  readonly #toCommand: (port: number) => readonly [string, ...string[]];
  #child: ChildProcess | undefined;
  #port = 0;

  /** @param toCommand the command that starts it on this port, or any port for 0 */
  constructor(toCommand: (port: number) => readonly [string, ...string[]]) {
    this.#toCommand = toCommand;
  }

  /** e.g. `http://127.0.0.1:7071` */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Resolves when it listens. Its standard input stays open as long as this process lives, and it ends with it. */
  async start(): Promise<void> {
    const [command, ...args] = this.#toCommand(this.#port);
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    const timer = setTimeout(() => child.kill('SIGKILL'), START_MS);
    for await (const line of createInterface({ input: child.stdout })) {
      const port = /^port (\d+)$/.exec(line)?.[1];
      if (port === undefined) continue;
      clearTimeout(timer);
      this.#port = Number(port);
      return;
    }
    throw new Error(`unable to start ${command} ${args[0] ?? ''}; it ended first. See above.`);
  }

  async crash(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}
