#!/usr/bin/env node
// Behaves like `func start` of Core Tools in all that the stack depends on: it listens before it works, stays up when nothing
// works, ignores SIGTERM, and writes its errors to stdout between other lines.
// Source: runs of azure-functions-host 4.1037 with the Node worker 3.9.1 and this app, and the source of Core Tools at 3ee97a6,
// because Core Tools need a download. The lines are those without --verbose.
//
// FAKE_FUNC is a JSON object that describes this start. Every member is optional.

import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const {
  /** Measured: 3.8 to 4.1 s. */
  coldStartMs = 4_000,
  /** The wait for the extension's system key, ms. Measured: 25 s without an answer of the host. */
  blobPatienceMs = 25_000,
  hasNetwork = true,
  /** Core Tools of 2026 search for the bundle themselves, and end without one. Older ones leave that to the host. */
  isOld = false,
  /** The Node worker refuses other versions. */
  takesNode = true,
  /** The answer of `/api/health`. */
  health = { status: 'ok', storage: 'ok', signalR: 'ok' },
  /** Ignores every signal. */
  isDeaf = false,
} = JSON.parse(process.env.FAKE_FUNC ?? '{}');

const { env } = process;
const { values } = parseArgs({ options: { port: { type: 'string' } }, strict: false });
const port = Number(values.port ?? 7_071);
for (const [name, value] of Object.entries(readLocalSettings())) env[name] ??= value;
/** Set when requests get other answers than 503. */
let routes;

const say = (text, stream = process.stdout) => stream.write(`${text}\n`);
const log = (text) => say(`[${new Date().toISOString()}] ${text}`);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

say('\nAzure Functions Core Tools\nCore Tools Version:       4.0.0 (64-bit)\n');
process.on('SIGTERM', () => undefined);
process.on('SIGINT', () => {
  if (isDeaf) return;
  log('Application is shutting down...');
  setTimeout(() => {
    worker?.kill('SIGKILL');
    process.exit(0);
  }, 100);
});

let worker;
const bundle = findBundle(env.CONTAINER_NAME || env.DOTNET_RUNNING_IN_CONTAINER === 'true');
if (!bundle && !hasNetwork && !isOld) {
  const { id } = readHostJson();
  say(
    `Unable to download extension bundle '${id}' and no cached version available. Bundles must be pre-cached before you can run offline.`,
    process.stderr,
  );
  process.exit(1);
}
createServer(answer)
  .on('error', () => {
    say(`Port ${port} is unavailable. Close the process using that port.`, process.stderr);
    process.exit(1);
  })
  .listen(port, '127.0.0.1', start);

async function start() {
  if (!bundle && !hasNetwork) {
    await sleep(coldStartMs / 4);
    log('Error building configuration in an external startup class.');
    log(
      'Error building configuration in an external startup class. System.Net.Http: Resource temporarily unavailable ' +
        '(functionscdn.azureedge.net:443). System.Net.Sockets: Resource temporarily unavailable.',
    );
    log(
      "A host error has occurred during startup operation 'dd8e0a31-624f-4e1e-949c-1bb243b20ba5'.",
    );
    return;
  }
  worker = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1_000)'], { stdio: 'ignore' });
  await sleep(coldStartMs);
  const mistake = takesNode ? loadApp() : undefined;
  if (!takesNode) {
    log(
      'Exceeded language worker restart retry count for runtime:node. Shutting down and proactively recycling the Functions Host to recover',
    );
  }
  if (!takesNode || mistake !== undefined) {
    if (mistake !== undefined) {
      log(`Worker was unable to load entry point "dist/functions/app.cjs": ${mistake}`);
    }
    log('No job functions found. Try making your job classes and methods public.');
    routes = {};
    return;
  }
  if (!(await waitForBlobs())) {
    for (const name of ['connected', 'disconnected', 'message', 'typing']) {
      log(`Function 'Functions.${name}' failed indexing and will be disabled.`);
      log(
        `The '${name}' function is in error: Microsoft.Azure.WebJobs.Host: Error indexing method 'Functions.${name}'. ` +
          "Microsoft.Azure.WebJobs.Extensions.SignalRService: SignalR trigger is disabled due to 'AzureWebJobsStorage' connection string is not set or invalid. " +
          'System.AggregateException: Retry failed after 6 tries.',
      );
    }
  }
  routes = {
    '/api/health': [health.status === 'ok' ? 200 : 503, health],
    // Not the page, but the facts that the tests need.
    '/': [200, { args: process.argv.slice(2), env: { ...env } }],
  };
  say('\nFunctions:\n');
}

function answer(request, response) {
  if (!routes) {
    response.writeHead(503).end('Function host is not running.');
    return;
  }
  const [status, body] = routes[request.url] ?? [request.url === '/' ? 204 : 404];
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** The app's own error, if it does not load. Without a host it registers nothing. */
function loadApp() {
  console.warn = () => undefined;
  try {
    createRequire(import.meta.url)(join(process.cwd(), 'dist/functions/app.cjs'));
    return undefined;
  } catch (error) {
    return error.message;
  }
}

function readLocalSettings() {
  if (!existsSync('local.settings.json')) return {};
  return JSON.parse(readFileSync('local.settings.json', 'utf8')).Values;
}

function readHostJson() {
  return JSON.parse(readFileSync('host.json', 'utf8')).extensionBundle;
}

/** A bundle version in the range of host.json. */
function findBundle(looksLikeAzure) {
  const { id, version } = readHostJson();
  const folder = looksLikeAzure ? 'data' : '.azure-functions-core-tools';
  const least = /[\d.*]+/.exec(version)[0].replace('*', '0').split('.').map(Number);
  try {
    return readdirSync(join(homedir(), folder, 'Functions', 'ExtensionBundles', id)).find(
      (name) => {
        const parts = name.split('.').map(Number);
        return parts[0] === least[0] && parts[1] >= (least[1] ?? 0);
      },
    );
  } catch {
    return undefined;
  }
}

/** The host retries without end to store its key. */
async function waitForBlobs() {
  const endpoint =
    /BlobEndpoint=([^;]+)/.exec(env.AzureWebJobsStorage ?? '')?.[1] ?? 'http://127.0.0.1:10000';
  const { hostname, port: blobPort } = new URL(endpoint);
  const end = Date.now() + blobPatienceMs;
  for (;;) {
    if (await isListening(hostname, Number(blobPort))) return true;
    if (Date.now() > end) return false;
    await sleep(50);
  }
}

function isListening(host, blobPort) {
  return new Promise((resolve) => {
    const socket = connect({ host, port: blobPort });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
