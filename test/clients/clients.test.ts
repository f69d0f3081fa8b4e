// The clients that people bring, as their makers publish them: several major versions for .NET and for JavaScript, on every
// transport with every protocol. Only `npm run test:soak` and `.ci/run` run this, because it fetches the clients.

import { execFile, execFileSync, spawn } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { decode, encode } from '@msgpack/msgpack';
import { startEmulator } from '../../local/service/emulator.ts';
import { withLength } from '../../local/service/hub-protocol/messagepack-hub-protocol.ts';
import type { Emulator } from '../../local/service/server.ts';
import { connectionInfo, rest } from '../local/service/hub-client.ts';
import {
  type Answer,
  jsonCompletion,
  type RecordedEvent,
  type RecordingUpstream,
  startRecordingUpstream,
} from '../local/service/recording-upstream.ts';
import { type ClientWire, openClientWire } from '../support/client-wire.ts';

// A first run fetches packages.
jest.setTimeout(300_000);

const DOTNET = ['8.0.34', '10.0.15', '11.0.0'];
const JAVASCRIPT = ['6', '8', '10'];
const STEPS = [
  'connected',
  'called and heard',
  'reconnected',
  'called and heard again',
  'closed',
] as const;
const TEXT_AND_BINARY = ['WebSockets', 'LongPolling'];
const run = promisify(execFile);
const here = (path: string) => join(import.meta.dirname, path);
const built = (path: string) => join(import.meta.dirname, '../../dist/clients', path);

let upstream: RecordingUpstream;
let emulator: Emulator;
let wire: ClientWire;
beforeAll(async () => {
  upstream = await startRecordingUpstream();
  upstream.answer = (event) => (event.event === 'say' ? say(event) : {});
  emulator = await startEmulator({ ip: '127.0.0.1', upstream: upstream.url });
  wire = await openClientWire(emulator.port);
});
afterAll(async () => {
  await wire?.stop();
  await emulator?.stop();
  await upstream?.stop();
});

/** Sends the text to the caller as a message, and answers the call with it. */
async function say(event: RecordedEvent): Promise<Answer> {
  const isBinary = event.headers['content-type'] === 'application/x-msgpack';
  const { invocationId, text } = isBinary ? binaryCall(event.body) : textCall(event.body);
  const path = `/api/hubs/clients/connections/${event.connectionId}/:send`;
  await rest(emulator, 'POST', path, { body: { target: 'said', arguments: [text] } });
  if (!isBinary) return jsonCompletion(event, text);
  return { body: withLength(encode([3, {}, invocationId, 3, text])) };
}

function textCall(body: Buffer) {
  const call = JSON.parse(body.toString()) as { invocationId: string; arguments: string[] };
  return { invocationId: call.invocationId, text: call.arguments[0] };
}

function binaryCall(body: Buffer) {
  const [, , invocationId, , [text]] = decode(body) as [1, object, string, string, string[]];
  return { invocationId, text };
}

interface Result {
  readonly name: string;
  readonly steps: readonly string[];
  readonly error: string | null;
}

/** The results of a program that runs the steps, and says when the network is to be cut. */
async function results(
  command: string,
  args: readonly string[],
  last: readonly string[],
): Promise<Result[]> {
  const { url, token } = await connectionInfo(emulator, { hub: 'clients' });
  const child = spawn(
    command,
    [...args, url.replace(`http://127.0.0.1:${emulator.port}`, wire.endpoint), token, ...last],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const found: Result[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as Result | { ready: 'cut' };
    if ('ready' in said) expect(wire.cut(() => true)).toBeGreaterThan(0);
    else found.push(said);
  }
  return found;
}

/** All steps for each protocol on each transport that carries it. */
function allSteps(texts: readonly string[]): Result[] {
  const pairs = [
    ...TEXT_AND_BINARY.flatMap((transport) =>
      [...texts, 'messagepack'].map((protocol) => `${transport} ${protocol}`),
    ),
    ...texts.map((protocol) => `ServerSentEvents ${protocol}`),
  ];
  return pairs.sort().map((name) => ({ name, steps: STEPS, error: null }));
}

const byName = (one: Result, other: Result) => (one.name < other.name ? -1 : 1);

describe('17: the JavaScript client', () => {
  beforeAll(async () => {
    await mkdir(built('javascript'), { recursive: true });
    await cp(here('javascript'), built('javascript'), { recursive: true });
    // By the lock file, and again only after it has changed.
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
    await run('npm', ['install', ...options], { cwd: built('javascript') });
  });

  test.each(JAVASCRIPT)(
    '%s negotiates, connects, calls, hears, reconnects and closes on all transports',
    async (major) => {
      const found = await results(process.execPath, [built('javascript/clients.mjs')], [major]);
      expect(found.sort(byName)).toEqual(allSteps(['json']));
    },
  );
});

/** Undefined without an SDK. Its version has to be the newest client's framework, or a later one. */
const sdk = (() => {
  try {
    return execFileSync('dotnet', ['--version'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
})();

if (sdk === undefined && !process.env.CI) {
  test.skip('17: the .NET client: left out, because there is no .NET SDK (dotnet) here', () => {});
} else {
  describe('17: the .NET client', () => {
    beforeAll(async () => {
      if (sdk === undefined) {
        throw new Error(
          'unable to run the .NET clients; there is no .NET SDK. Install one, version 10 or newer, so that `dotnet --version` answers.',
        );
      }
      const options = ['--configuration', 'Release', '--nologo', '-v', 'q'];
      const env = { ...process.env, DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1' };
      await Promise.all(
        DOTNET.map((version) => {
          // No process of a build remains.
          const own = ['--disable-build-servers', `-p:ClientVersion=${version}`];
          const args = ['build', here('dotnet/clients.csproj'), ...options, ...own];
          return run('dotnet', args, { env });
        }),
      );
    });

    test.each(DOTNET)(
      '%s negotiates, connects, calls, hears, reconnects and closes on all transports',
      async (version) => {
        const path = built(`dotnet-${version}/bin/clients/release/clients.dll`);
        const found = await results('dotnet', [path], []);
        expect(found.sort(byName)).toEqual(allSteps(['json', 'newtonsoft']));
      },
    );
  });
}
