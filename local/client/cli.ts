// The command `serverless-chat`: publishes into a chat, watches it, keeps order in it; over HTTP, from anywhere.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChatError } from '../../functions/protocol.ts';
import { type Command, HELP, Misunderstood, parseCommandLine } from './command-line.ts';
import { moderate } from './moderate.ts';
import { toJsonLine, toLine } from './print.ts';
import { publish } from './publish.ts';
import { tail } from './tail.ts';

const INTERRUPTED = 130;

async function run(command: Command): Promise<void> {
  switch (command.kind) {
    case 'publish':
      return await publishInput(command);
    case 'tail':
      return await tail(command, {
        show: (message) => {
          const colours = process.stdout.isTTY ?? false;
          console.log(command.json ? toJsonLine(message) : toLine(message, colours));
        },
        tell,
        signal: onFirstInterrupt(),
      });
    default:
      return await moderate(command, print);
  }
}

/** What was read before Ctrl+C is published, too. */
async function publishInput(command: Extract<Command, { kind: 'publish' }>): Promise<void> {
  const startedAt = performance.now();
  const signal = onFirstInterrupt();
  const count = await publish(command, {
    input: readInput(signal),
    // 72 bits: two runs never share one.
    runId: randomBytes(9).toString('base64url'),
    tell,
    sleep: (ms) => sleep(ms),
    now: Date.now,
    random: Math.random,
  });
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  console.log(
    `published ${count} ${count === 1 ? 'line' : 'lines'} to ${command.room} in ${seconds} s`,
  );
  if (signal.aborted) process.exitCode = INTERRUPTED;
}

async function* readInput(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const stop = () => void process.stdin.destroy();
  signal.addEventListener('abort', stop);
  try {
    yield* process.stdin;
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The first Ctrl+C asks for an orderly end, the second one for an end at once. */
function onFirstInterrupt(): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller.signal;
}

/** Waits for a slow reader. */
async function print(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
}

/** Beside the output, which may be going into a file. */
function tell(line: string): void {
  console.error(`serverless-chat: ${line}`);
}

// Whoever read our output has had enough, as `head` has.
process.stdout.on('error', () => process.exit(0));
try {
  const command = parseCommandLine(process.argv.slice(2), process.env);
  if (command) await run(command);
  else console.log(HELP);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  console.error(message);
  process.exitCode = error instanceof Misunderstood || error instanceof ChatError ? 2 : 1;
}
