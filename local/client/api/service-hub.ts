// A connection to the service. The SignalR client waits without a limit for a WebSocket to open, and its stop waits for it, too.

import {
  type HttpTransportType,
  type HubConnection,
  HubConnectionBuilder,
  LogLevel,
} from '@microsoft/signalr';
import type { ConnectionInfo } from '../../../functions/protocol.ts';
import type { Fetch } from './fetch.ts';
import { HubHttpClient } from './hub-http-client.ts';
import type { Network, NodeSocket, NodeWebSocket } from './network.ts';

/** The `readyState` of a WebSocket that has not opened yet. */
const CONNECTING = 0;

export interface ServiceHub {
  readonly hub: HubConnection;
  /** At any time, also while it connects. Never rejects. */
  readonly stop: () => Promise<void>;
}

/** Does not connect yet. */
export async function makeServiceHub(
  { url, accessToken }: ConnectionInfo,
  transport: HttpTransportType,
  fetch: Fetch,
  { WebSocket }: Pick<Network, 'WebSocket'>,
): Promise<ServiceHub> {
  const sockets: NodeSocket[] = [];
  const options = {
    accessTokenFactory: () => accessToken,
    transport,
    httpClient: new HubHttpClient(fetch),
    // The client's types do not have it.
    WebSocket: noting(WebSocket ?? (await import('ws')).WebSocket, sockets),
  };
  const hub = new HubConnectionBuilder()
    .withUrl(url, options)
    .configureLogging(LogLevel.None)
    .build();
  return {
    hub,
    stop: async () => {
      for (const socket of sockets) if (socket.readyState === CONNECTING) socket.close();
      await hub.stop().catch(() => {});
    },
  };
}

/** The same constructor, which adds each new socket to the list. */
function noting(Base: NodeWebSocket, sockets: NodeSocket[]): NodeWebSocket {
  return class extends Base {
    constructor(...args: ConstructorParameters<NodeWebSocket>) {
      super(...args);
      sockets.push(this);
    }
  };
}
