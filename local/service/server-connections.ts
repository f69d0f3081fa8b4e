// /server: app servers connect here in default mode, and the Management SDK in persistent mode. This emulator has neither.
// A refused WebSocket would only be a status in their logs, and they repeat it for ever. So this accepts the WebSocket and
// answers the handshake with an error message, which they log.
// Source: Azure/azure-signalr, Microsoft.Azure.SignalR.Protocols (HandshakeResponseMessage, BinaryMessageFormatter).

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { encode } from '@msgpack/msgpack';
import { WebSocketServer } from 'ws';
import { HttpError } from './http/http-error.ts';
import { withLength } from './hub-protocol/messagepack-hub-protocol.ts';
import type { Log } from './log.ts';

const REASON =
  'unable to take a server connection; this emulator has serverless mode only. For AddAzureSignalR use a service in default mode on Azure, or ' +
  'leave it out on this machine. For the Management SDK use ServiceTransportType.Transient.';
/** Type of a handshake response. Its parts are the error and a map of extensions. */
const HANDSHAKE_RESPONSE = 2;
/** A handshake request is short. */
const MAX_REQUEST_BYTES = 65_536;

/** Whether a path belongs to {@link ServerConnections}. The second name is for ASP.NET SignalR. */
export function isServerPath(path: string): boolean {
  return /^\/(aspnet)?server(\/|$)/.test(path);
}

/** The answer to a request on this path that is no WebSocket upgrade. */
export function noServerConnections(): HttpError {
  return new HttpError(404, 'NotFound', REASON);
}

/** Refuses every server connection with the reason. */
export class ServerConnections {
  readonly #server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    clientTracking: false,
    maxPayload: MAX_REQUEST_BYTES,
  });
  readonly #handshakeMs: number;
  readonly #log: Log;
  #isKnown = false;

  constructor(handshakeMs: number, log: Log) {
    this.#handshakeMs = handshakeMs;
    this.#log = log;
  }

  /** A WebSocket upgrade. */
  refuse(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // An app has several connections and repeats each of them.
    this.#log(REASON, this.#isKnown ? 'debug' : 'warn');
    this.#isKnown = true;
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const timer = setTimeout(() => webSocket.terminate(), this.#handshakeMs).unref();
      webSocket.on('close', () => clearTimeout(timer));
      webSocket.on('error', () => {});
      // The first message is the handshake request. Only its answer counts.
      webSocket.once('message', () => {
        webSocket.send(withLength(encode([HANDSHAKE_RESPONSE, REASON, {}])));
        webSocket.close(1000);
      });
    });
  }
}
