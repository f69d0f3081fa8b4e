// The command `signalr-emulator`: starts the service, prints its address and its log, stops it.

import { existsSync } from 'node:fs';
import { isBlockedPort } from '../blocked-ports.ts';
import { onHangUp } from '../hang-up.ts';
import { type Command, parseCommand, type SettingsSource, toHelp } from './command-line.ts';
import { startEmulator } from './emulator.ts';
import { fromLevel, type Log } from './log.ts';
import type { Emulator } from './server.ts';
import { readSettings, settingsIn, watchSettings, writeFirstSettings } from './settings-file.ts';
import { toTemplates, type UpstreamTemplate } from './upstream/upstream-settings.ts';
import { keepYoungGenerationSmall } from './young-generation.ts';

/**
 * Runs the command until a signal, or until the process that started it ends. A failure is one line on stderr and exit code 1.
 *
 * @param program what the user typed before the arguments
 */
export async function runCommand(args: readonly string[], program: string): Promise<void> {
  try {
    await run(parseCommand(args), program);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

async function run(command: Command, program: string): Promise<void> {
  switch (command.kind) {
    case 'help':
      console.log(toHelp(program));
      return;
    case 'start':
      return await start(command);
    case 'upstream init':
      return await initUpstream(settingsIn(command.folder));
    case 'upstream list':
      return listUpstream(readSettings(command.settings), console.log);
  }
}

async function start({
  options,
  settings,
  logLevel,
}: Extract<Command, { kind: 'start' }>): Promise<void> {
  const log = fromLevel(logLevel, (line) =>
    console.log(`${new Date().toISOString().slice(11, 23)} ${line}`),
  );
  keepYoungGenerationSmall();
  const upstream = settings ? readSettings(settings) : toTemplates(options.upstream ?? []);
  const service = await startEmulator({ ...options, upstream, log });
  if (isBlockedPort(service.port)) {
    log(
      `browsers and Node send no request to port ${service.port}: choose another for them`,
      'warn',
    );
  }
  console.log(service.connectionString);
  if (options.inspect) console.log(`Look on at ${service.endpoint}/emulator/`);
  listUpstream(upstream, log);
  const unwatch = settings ? follow(settings, service, log) : () => {};
  stopOnSignals(service, unwatch, log);
  process.on('message', (message) => {
    if (isDrain(message))
      void service.disconnectAll().then(() => process.send?.({ drained: true }));
  });
  process.send?.({
    ready: true,
    port: service.port,
    connectionString: service.connectionString,
  });
}

/** Gives each new version of the settings to the service. A broken version changes nothing. */
function follow(settings: SettingsSource, service: Emulator, log: Log): () => void {
  return watchSettings(settings, () => {
    try {
      const upstream = readSettings(settings);
      service.setUpstream(upstream);
      log('the upstream settings have changed');
      listUpstream(upstream, log);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log(`the upstream settings stay as they were: ${reason}`, 'warn');
    }
  });
}

async function initUpstream(path: string): Promise<void> {
  if (existsSync(path) && !(await mayReplace(path))) {
    throw new Error(
      `unable to write ${path}; it is there already. Answer y to replace it, or choose another --output.`,
    );
  }
  await writeFirstSettings(path);
  console.log(`${path} sends all events to http://localhost:7071/runtime/webhooks/signalr.`);
}

/** Asks at a terminal. Without one the answer is no. */
async function mayReplace(path: string): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const closed = new Promise<string>((resolve) => terminal.on('close', () => resolve('')));
  const answer = await Promise.race([terminal.question(`Replace ${path}? N/y `), closed]);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

function listUpstream(templates: readonly UpstreamTemplate[], print: (line: string) => void): void {
  if (templates.length === 0) {
    print('no upstream is configured: events are skipped. Use --upstream or upstream init.');
  }
  for (const { urlTemplate, hubPattern, categoryPattern, eventPattern } of templates) {
    const patterns = `hub ${hubPattern}, category ${categoryPattern}, event ${eventPattern}`;
    // Without its query, which may hold a function key.
    print(`upstream ${urlTemplate.replace(/\?.*$/s, '?…')} for ${patterns}`);
  }
}

/** The parent process is about to stop the app, and later this process. */
function isDrain(message: unknown): boolean {
  return (
    typeof message === 'object' && message !== null && 'drain' in message && message.drain === true
  );
}

function stopOnSignals(service: Emulator, unwatch: () => void, log: Log): void {
  // The reader of our output is gone. The service still has to stop in order.
  process.stdout.on('error', () => {});
  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    unwatch();
    const { outboundMessages, billedMessages } = service.counts;
    log(`${outboundMessages} messages went out, ${billedMessages} as the service bills them`);
    void service.stop().then(() => process.exit(0));
  };
  process.on('SIGINT', () => {
    // A second signal ends the process at once.
    if (isStopping) process.exit(130);
    stop();
  });
  // A parent that got the same Ctrl+C may also send these signals.
  process.on('SIGTERM', stop);
  process.on('disconnect', stop);
  onHangUp(stop);
}
