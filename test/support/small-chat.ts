// The chat in this process: the emulator, our functions on the embedded host's bindings, and a table in memory. A test breaks
// one part of it. Smaller than a stack of processes, so twenty broken chats start within seconds.

import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { HttpResponseInit } from '@azure/functions';
import { createLocalJWKSet } from 'jose';
import { ActivityRecord } from '../../functions/activity.ts';
import type { Deps } from '../../functions/deps.ts';
import { openHealth } from '../../functions/http/health.ts';
import { answerHttp, type HttpHandler } from '../../functions/http/http-function.ts';
import { members } from '../../functions/http/members.ts';
import { negotiate } from '../../functions/http/negotiate.ts';
import { connected } from '../../functions/hub/connected.ts';
import { disconnected } from '../../functions/hub/disconnected.ts';
import { answerHub } from '../../functions/hub/hub-function.ts';
import { message } from '../../functions/hub/message.ts';
import { openUpstreamCheck } from '../../functions/identity/upstream-auth.ts';
import type { Table } from '../../functions/room/table.ts';
import { connectionInfo, HUB, signalR } from '../../functions/service/bindings.ts';
import { SignalRRest } from '../../functions/service/signalr-rest.ts';
import { readSettings, SIGNALR_SETTING, type UpstreamSettings } from '../../functions/settings.ts';
import { EMULATOR_KEY, toConnectionString } from '../../local/access-token.ts';
import {
  createHttpServer,
  type HostRequest,
  type HostResponse,
} from '../../local/host/http/http-server.ts';
import {
  createConnectionInfo,
  parseConnectionInfoInput,
} from '../../local/host/signalr/signalr-input.ts';
import { parseSignalROutput, sendOutput } from '../../local/host/signalr/signalr-output.ts';
import { createServiceClient, type ServiceCall } from '../../local/host/signalr/signalr-rest.ts';
import { createDispatcher, parseSignalRTrigger } from '../../local/host/signalr/signalr-trigger.ts';
import { fromRpcTypedData, toRpcJson } from '../../local/host/worker/rpc.ts';
import { startEmulator } from '../../local/service/emulator.ts';
import type { EmulatorOptions } from '../../local/service/options.ts';
import type { Emulator } from '../../local/service/server.ts';
import { openContext, openTestChat, toRequest } from './chat.ts';
import { MemoryTable } from './memory-table.ts';

/** What is broken. Everything else is as it should be. */
export interface Broken {
  /** Options of the emulator. */
  readonly service?: EmulatorOptions;
  /** Changes emulator or table once they run. `webhook` is the upstream URL. */
  readonly change?: (service: Emulator, table: Table, webhook: string) => unknown;
  readonly table?: Table;
  /** Parts of the connection string of the functions, and of the one that the host's bindings use. */
  readonly functionsUse?: string;
  readonly bindingsUse?: string;
  /** How far the clock of host and functions is from the true time, ms. */
  readonly clockMs?: number;
  /** Answers in place of the chat. */
  readonly answer?: (method: string, path: string) => HostResponse | undefined;
  /** What the functions expect of an upstream request, and the token that it brings. */
  readonly upstream?: UpstreamSettings & {
    readonly keysOf: Parameters<typeof openUpstreamCheck>[1];
  };
  readonly bearer?: string;
  /** What becomes of a call of the output binding. */
  readonly output?: (call: ServiceCall) => 'sent' | 'lost' | 'refused';
  /** The extension returns null for the answer of a function. */
  readonly isExtensionOld?: boolean;
}

export interface SmallChat {
  readonly url: string;
  stop(): Promise<void>;
}

const PAGE = readFileSync('web/index.html', 'utf8');
const MEMBERS = /^\/api\/rooms\/([^/]+)\/members$/;

export async function startSmallChat(fault: Broken = {}): Promise<SmallChat> {
  const table = fault.table ?? new MemoryTable();
  const service = await startEmulator({ ip: '127.0.0.1', ...fault.service });
  const address = toConnectionString('http://127.0.0.1', service.port, EMULATOR_KEY);
  const environment = (change = '') => ({
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    // The last part of a name counts in both readers.
    [SIGNALR_SETTING]: replaceParts(address, change),
  });
  const now = () => Date.now() + (fault.clockMs ?? 0);
  const deps = openDeps(table, readSettings(environment(fault.functionsUse)), now, fault);
  const host = openBindings(deps, environment(fault.bindingsUse), now, fault);

  const handle = async (request: HostRequest): Promise<HostResponse> => {
    const { method, path } = request;
    const other = fault.answer?.(method, path);
    if (other) return other;
    const room = MEMBERS.exec(path)?.[1];
    if (path === '/') return { status: 200, body: PAGE };
    if (path === '/main.js') return { status: 200, body: '' };
    if (path === '/api/health') return host.answer(request, 'health', health);
    if (path === '/api/negotiate') return host.answer(request, 'negotiate', negotiate);
    if (room) return host.answer(request, 'members', members, { room });
    return path === '/runtime/webhooks/signalr' ? host.dispatch(request) : { status: 404 };
  };
  const health = openHealth();
  const { server } = createHttpServer(handle, () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const webhook = `${url}/runtime/webhooks/signalr`;
  service.setUpstream(webhook);
  await fault.change?.(service, table, webhook);
  return {
    url,
    stop: async () => {
      await service.stop();
      host.stop();
      server.close();
      server.closeAllConnections();
    },
  };
}

/** `Key=value` parts of a connection string. Those of `change` replace the others, and an empty value removes one. */
function replaceParts(text: string, change: string): string {
  const parts = new Map(
    `${text};${change}`
      .split(';')
      .filter((part) => part.includes('='))
      .map((part): [string, string] => {
        const at = part.indexOf('=');
        return [part.slice(0, at), part.slice(at + 1)];
      }),
  );
  return [...parts]
    .filter(([, value]) => value !== '')
    .map((part) => part.join('='))
    .join(';');
}

function openDeps(
  table: Table,
  settings: ReturnType<typeof readSettings>,
  now: () => number,
  { upstream }: Broken,
): Deps {
  const monotonicNow = () => performance.now();
  const activity = new ActivityRecord({ table, now, monotonicNow });
  return {
    ...openTestChat(table),
    now,
    activity,
    service: new SignalRRest(settings.signalR, now),
    verifyUpstream: openUpstreamCheck(
      upstream ?? settings.upstream,
      upstream?.keysOf ?? (() => createLocalJWKSet({ keys: [] })),
      now,
      (reason) => activity.upstreamRefused(reason),
    ),
  };
}

/** The part of the Functions host between requests and functions. */
function openBindings(
  deps: Deps,
  settings: Readonly<Record<string, string>>,
  now: () => number,
  { upstream, bearer, output, isExtensionOld }: Broken,
) {
  const binding = { type: 'signalR', hubName: HUB, connectionStringSetting: SIGNALR_SETTING };
  const client = createServiceClient(now);
  const context = () => ({ data: {}, functionName: 'test', now: now() });
  const send = async (items: unknown) => {
    if (items === undefined) return;
    await sendOutput(
      parseSignalROutput('signalR', binding, settings),
      items,
      context(),
      async (connection, hub, call) => {
        const fate = output?.(call) ?? 'sent';
        if (fate === 'refused') throw new Error('unable to call the SignalR Service; 403.');
        if (fate === 'sent') await client.call(connection, hub, call);
      },
    );
  };
  const target = (
    name: string,
    category: 'connections' | 'messages',
    handler: Parameters<typeof answerHub>[1],
  ) => {
    const trigger = parseSignalRTrigger(name, { ...binding, category, event: name }, settings);
    return {
      functionName: name,
      // Without a key the extension checks nothing.
      trigger: upstream
        ? { ...trigger, connection: { kind: 'identity', setting: SIGNALR_SETTING } as const }
        : trigger,
      run: async (call: { trigger: Parameters<typeof fromRpcTypedData>[0] }) => {
        const invocation = openContext();
        const result = await answerHub(
          name,
          handler,
          deps,
        )(fromRpcTypedData(call.trigger), invocation);
        await send(invocation.extraOutputs.get(signalR));
        return { http: undefined, returnValue: isExtensionOld ? null : toRpcJson(result) };
      },
    };
  };
  let dispatcher: ReturnType<typeof createDispatcher> | undefined;
  return {
    async answer(
      { method, url, headers }: HostRequest,
      name: string,
      handler: HttpHandler,
      params: Record<string, string> = {},
    ): Promise<HostResponse> {
      const invocation = openContext();
      if (name === 'negotiate') {
        try {
          const input = parseConnectionInfoInput('connectionInfo', binding, settings);
          const info = await createConnectionInfo(input, context());
          invocation.extraInputs.set(connectionInfo, info);
        } catch {
          return { status: 500 };
        }
      }
      const request = toRequest({
        method,
        query: url.search,
        params,
        headers: Object.fromEntries(headers),
      });
      const to = { method: name === 'negotiate' ? 'POST' : 'GET' } as const;
      return toHostResponse(await answerHttp(name, to, handler, deps)(request, invocation));
    },
    dispatch(request: HostRequest): Promise<HostResponse> {
      dispatcher ??= createDispatcher([
        target('connected', 'connections', connected),
        target('disconnected', 'connections', disconnected),
        target('send', 'messages', message),
      ]);
      const more = bearer === undefined ? [] : ['Authorization', `Bearer ${bearer}`];
      return dispatcher({ ...request, rawHeaders: [...request.rawHeaders, ...more] });
    },
    stop: () => client.close(),
  };
}

function toHostResponse({ status = 200, headers, jsonBody, body }: HttpResponseInit): HostResponse {
  const text = jsonBody === undefined ? body : JSON.stringify(jsonBody);
  return {
    status,
    headers: [...new Headers(headers as Record<string, string>)],
    ...(typeof text === 'string' || text instanceof Uint8Array ? { body: text } : {}),
  };
}
