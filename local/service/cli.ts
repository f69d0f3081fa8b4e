// The command `signalr-emulator`: starts the service, prints where it is and what it does, stops it.

import { HELP, parseCommand } from './command-line.ts';
import { type Service, startService } from './server.ts';

/** Runs the command until a signal, or the end of the process that started it, stops it. */
async function run(args: readonly string[]): Promise<void> {
  const options = parseCommand(args);
  if (options === 'help') {
    console.log(HELP);
    return;
  }
  const service = await startService({ ...options, log });
  console.log(service.connectionString);
  const templates = typeof options.upstream === 'string' ? [] : (options.upstream ?? []);
  if (templates.length === 0) log('no upstream is configured: events are skipped. Use --upstream.');
  // Without its query, where a function key may be.
  for (const { urlTemplate } of templates) log(`upstream ${urlTemplate.replace(/\?.*$/s, '?…')}`);
  stopOnSignals(service);
  process.send?.({
    ready: true,
    port: service.port,
    connectionString: service.connectionString,
  });
}

function stopOnSignals(service: Service): void {
  // Whoever read our output is gone; there is still a stop to be done.
  process.stdout.on('error', () => {});
  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    void service.stop().then(() => process.exit(0));
  };
  process.on('SIGINT', () => {
    // The second time somebody is in a hurry.
    if (isStopping) process.exit(130);
    stop();
  });
  // A parent that got the same Ctrl+C may well send these on top of it.
  process.on('SIGTERM', stop);
  process.on('disconnect', stop);
}

function log(line: string): void {
  console.log(`${new Date().toISOString().slice(11, 23)} ${line}`);
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return 'unable to listen; the port is taken. Stop what listens there, or choose another --port, 0 for any.';
  }
  if (code === 'EADDRNOTAVAIL') {
    return 'unable to listen; this machine has no such address. Choose another --ip.';
  }
  if (code === 'EACCES') {
    return 'unable to listen; this port needs more rights. Choose a --port above 1023.';
  }
  return error.message;
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
