// The command: `node local/launch.mjs local/host/cli.ts [--app-dir .] [--port 7071] [--address 127.0.0.1] [--enableAuth] …`.
// Host and app share one process, as worker and app do on Azure: an uncaught exception in the app ends it.

import { close as closeInspector } from 'node:inspector';
import { onHangUp } from '../hang-up.ts';
import { readTerminal } from '../terminal.ts';
import { parseCommandLine } from './command-line.ts';
import type { Begin } from './held-calls.ts';
import { type Host, startHost } from './host.ts';
import { toRouteTemplate } from './http/http-functions.ts';
import { createLineLog, paint } from './log.ts';
import { createOutput } from './output.ts';
import { HOST_VERSION } from './worker/core-api.ts';
import { toError } from './worker/invoke.ts';

const hasColours = readTerminal(process, process.env).output?.hasColours ?? false;
const { write, flush } = createOutput((text) => void process.stdout.write(text));
process.on('exit', flush);
const log = createLineLog(write, hasColours, () => Date.now());

/** The list that `func start` prints: HTTP functions with methods and URL, then the others with their trigger. */
function describe({ functions, routePrefix, url }: Host): string {
  const colour = (code: string, text: string) => (hasColours ? paint(code, text) : text);
  const lines = ['', colour('33', 'Functions:'), ''];
  for (const { name, trigger } of functions) {
    if (trigger.type !== 'httpTrigger') continue;
    const target = `[${trigger.methods.join(',')}] ${url}/${toRouteTemplate(routePrefix, trigger)}`;
    lines.push(`\t${colour('33', `${name}:`)} ${colour('32', target)}`, '');
  }
  for (const { name, trigger } of functions) {
    if (trigger.type !== 'httpTrigger')
      lines.push(`\t${colour('33', `${name}: ${trigger.type}`)}`, '');
  }
  const disabled = functions.filter((fn) => fn.isDisabled).map((fn) => fn.name);
  if (disabled.length > 0) lines.push(`\t${colour('33', `Disabled: ${disabled.join(', ')}`)}`, '');
  return `${lines.join('\n')}\n`;
}

function fail(error: unknown): never {
  process.stderr.write(`${toError(error).message}\n`);
  process.exit(1);
}

function stopOnRequest(host: Host): void {
  let isStopping = false;
  const stop = (exitCode: number) => {
    // The second request to stop does not wait.
    if (isStopping) process.exit(1);
    isStopping = true;
    host.stop().then(() => {
      // With a debugger attached, Node would wait at its exit until the debugger detaches.
      closeInspector();
      process.exit(exitCode);
    }, fail);
  };
  process.on('SIGINT', () => stop(0));
  process.on('SIGTERM', () => stop(0));
  // The parent process ended or closed the channel.
  process.on('disconnect', () => stop(0));
  onHangUp(() => stop(0));
}

/** What the parent process says. */
function readBegin(): Begin {
  const received = (has: (message: object) => boolean) =>
    new Promise<void>((resolve) => {
      process.on('message', (message) => {
        if (typeof message === 'object' && message !== null && has(message)) resolve();
      });
    });
  return {
    parts: received((message) => 'begin' in message && message.begin === true),
    page: received((message) => 'hasPage' in message && message.hasPage === true),
  };
}

/** As on Azure, relative paths in the app start from the app's folder. */
function enterFolder(appDir: string): void {
  try {
    process.chdir(appDir);
  } catch {
    throw new Error(
      `unable to start the Functions host; there is no folder ${appDir}. Name the function app's with --app-dir.`,
    );
  }
}

async function main(): Promise<void> {
  const startedAt = performance.now();
  const options = parseCommandLine(process.argv.slice(2));
  write(
    `Serverless chat: embedded Azure Functions host (imitates ${HOST_VERSION}), Node ${process.version}\n`,
  );

  process.on('uncaughtException', (error) => {
    log('error', 'Worker', `Worker uncaught exception: ${toError(error).stack}`);
    process.exit(1);
  });
  enterFolder(options.appDir);
  const begin = options.isHeld ? readBegin() : undefined;
  const host = await startHost({ ...options, appDir: '.', log, ...(begin && { begin }) });
  stopOnRequest(host);
  write(describe(host));
  write(`Started in ${Math.round(performance.now() - startedAt)} ms: ${host.url}\n`);
  process.send?.({ ready: true, port: host.port, url: host.url });
}

main().catch(fail);
