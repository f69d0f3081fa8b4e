// One client: handshake, messages, keep-alive, close. Its transport calls it, and it calls its hub and its upstream.
//
//   handshaking ── handshake ok ──▶ open ── goodbye, timeout, error, REST close ──▶ ended
//
// `connected` and `disconnected` go upstream only for a connection that was open.

import { toHandshakeMs } from '../access/claims.ts';
import { compatDisconnected } from '../compat.ts';
import type { HubCounter } from '../counts.ts';
import {
  type EncodedMessage,
  encodeBytes,
  encodeMessage,
  type OutgoingMessage,
  PING,
} from '../hub-protocol/encoded-message.ts';
import {
  encodeHandshakeError,
  HANDSHAKE_OK,
  MAX_HANDSHAKE_BYTES,
  parseHandshake,
} from '../hub-protocol/handshake.ts';
import {
  type ClientMessage,
  type HubProtocol,
  type Invocation,
  ProtocolError,
} from '../hub-protocol/hub-protocol.ts';
import { copyIfSmall, InboundBuffer } from '../hub-protocol/inbound-buffer.ts';
import { frameRecord } from '../hub-protocol/json-hub-protocol.ts';
import type { Log } from '../log.ts';
import { quote } from '../quote.ts';
import type { Transport, TransportEvents } from '../transports/transport.ts';
import type { EventSink } from '../upstream/delivery.ts';
import { EventPoster } from '../upstream/event-poster.ts';
import { isBrokenCompletion, toCompletion } from '../upstream/upstream-answer.ts';
import { type ConnectionFacts, toConnectionHeaders } from '../upstream/upstream-headers.ts';
import { type ClientResult, ClientResults } from './client-results.ts';
import type { ConnectionContext } from './connection-context.ts';
import type { HubConnection } from './hub.ts';
import { KeepAlive } from './keep-alive.ts';

/** The hub of a connection, as far as the connection uses it. */
export interface OwnHub {
  /** For the log. */
  readonly name: string;
  readonly counter: HubCounter;
  add(connection: ClientConnection, now: number): void;
  remove(connection: ClientConnection): void;
}

/** How the service ends a connection. */
export interface CloseMessage {
  /** The argument of the client's `onclose`. */
  readonly error?: string | undefined;
  readonly allowReconnect: boolean;
}

/** The client's error for any protocol violation. Details go to the upstream only. */
const CLOSED_WITH_ERROR = 'Connection closed with an error.';
const PING_TIMEOUT = 'Connection ping timeout';
const NO_STREAMS =
  'unable to start a stream; a serverless hub takes invocations only. Use invoke or send.';

/** A connection from its open transport to its last upstream event. */
export class ClientConnection implements HubConnection, TransportEvents {
  readonly id: string;
  readonly userId: string | undefined;
  /** Settles when the connection is over, including its `disconnected` event. */
  readonly finished: Promise<void>;

  readonly #live: OwnHub;
  readonly #context: ConnectionContext;
  readonly #transport: Transport;
  readonly #poster: EventPoster;
  readonly #inbound = new InboundBuffer();
  readonly #events: EventSink;
  readonly #onEnded: () => void;
  readonly #handshakeMs: number;
  readonly #messageBytes: number;
  #finish: () => void = () => {};
  #state: 'handshaking' | 'open' | 'ended' = 'handshaking';
  #protocol: HubProtocol | undefined;
  #saidGoodbye = false;
  #hasPinged = false;
  /** Made on first use. */
  #results: ClientResults | undefined;

  readonly #keepAlive: KeepAlive;

  /** @param onEnded called when the client is gone, possibly long before the answer to `disconnected` */
  constructor(
    facts: ConnectionFacts,
    transport: Transport,
    live: OwnHub,
    context: ConnectionContext,
    onEnded: () => void = () => {},
  ) {
    this.id = facts.id;
    this.userId = facts.userId;
    this.#transport = transport;
    this.#live = live;
    this.#context = context;
    this.#onEnded = onEnded;
    this.#handshakeMs = toHandshakeMs(facts.claims, context.times.handshakeMs);
    const { messageBytes, webSocketMessageBytes } = context.limits;
    this.#messageBytes = transport.name === 'WebSockets' ? webSocketMessageBytes : messageBytes;
    const { sender, events } = context.deliver((isFull) =>
      isFull ? transport.pause() : transport.resume(),
    );
    this.#poster = new EventPoster(
      () => toConnectionHeaders(facts, context.accessKeys),
      live,
      { sender, monotonicNow: context.monotonicNow },
      (text, level) => this.#log(text, level),
    );
    this.#events = events;
    this.#keepAlive = new KeepAlive(context.monotonicNow());
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** Undefined before the handshake. */
  get protocolName(): HubProtocol['name'] | undefined {
    return this.#protocol?.name;
  }

  /** For the inspector. */
  describe(): object {
    const { id, userId } = this;
    return { id, userId, protocol: this.protocolName, transport: this.#transport.name };
  }

  // ---- from the hub and the REST API

  /** Returns the number of billed messages. 0 if the connection is not open. */
  send(message: OutgoingMessage): number {
    if (this.#state !== 'open' || !this.#protocol) return 0;
    const encoded = message.in(this.#protocol);
    this.#write(encoded);
    return encoded.billed;
  }

  /** Invokes a target on the client, and resolves with its completion. */
  invoke(invocation: Invocation): Promise<ClientResult> {
    const protocol = this.#protocol;
    if (this.#state !== 'open' || !protocol) return Promise.resolve('gone');
    this.#results ??= new ClientResults();
    return this.#results.ask((invocationId) => {
      this.#answer(encodeMessage({ ...invocation, invocationId }, protocol));
    }, this.#context.times.clientResultMs);
  }

  /** Only sends the close message. A client that ignores it stays connected, as with the official emulator. */
  askToLeave(message: CloseMessage): void {
    if (this.#state !== 'open' || !this.#protocol) return;
    this.#write(encodeMessage({ kind: 'close', ...message }, this.#protocol));
  }

  /** Ends the connection from our side, and drops the client's waiting messages. */
  close(message: CloseMessage, disconnectedError?: string): void {
    this.#end(message, disconnectedError, true);
  }

  /** Keep-alive and timeouts. Called about every second. */
  tick(now: number): void {
    const { times, compat } = this.#context;
    const keepAlive = this.#keepAlive;
    // While we do not read, silence of the client means nothing.
    if (this.#events.isFull) keepAlive.received();
    keepAlive.tick(now);
    if (this.#state === 'handshaking' && keepAlive.ofOurs(now) >= this.#handshakeMs) {
      this.#refuseHandshake('Handshake was canceled.');
    }
    if (this.#state !== 'open') return;
    // The official emulator, as ASP.NET Core, starts to wait for a client with the client's first ping.
    const mayTimeOut = !compat || this.#hasPinged;
    if (keepAlive.ofTheirs(now) >= times.clientTimeoutMs && mayTimeOut) {
      this.#end({ error: PING_TIMEOUT, allowReconnect: true }, PING_TIMEOUT, false);
    } else if (keepAlive.ofOurs(now) >= times.pingMs) {
      this.send(PING);
    }
  }

  // ---- from the transport

  received(chunk: Buffer): void {
    if (this.#state === 'ended' || this.#saidGoodbye) return;
    try {
      this.#inbound.append(chunk);
      if (this.#state === 'handshaking') this.#readHandshake();
      this.#readMessages();
    } catch (error) {
      this.#reject(error);
    }
  }

  tooSlow(): void {
    this.#log('cut off, too slow', 'warn');
    this.#ended('The client is too slow.', true);
  }

  ended(error: string | undefined): void {
    this.#ended(error, false);
  }

  // ---- messages of the client

  #readHandshake(): void {
    const record = this.#inbound.take(frameRecord, MAX_HANDSHAKE_BYTES);
    if (!record) return;
    const handshake = parseHandshake(record);
    if (!handshake.ok) {
      this.#refuseHandshake(handshake.error);
      return;
    }
    const { protocol } = handshake;
    if (protocol.transferFormat === 'Binary' && !this.#transport.carriesBinary) {
      // ASP.NET Core's text.
      this.#refuseHandshake(
        `Cannot use the '${protocol.name}' protocol on the current transport. The transport does not support 'Binary' transfer format.`,
      );
      return;
    }
    this.#protocol = protocol;
    this.#state = 'open';
    this.#keepAlive.received();
    this.#write(encodeBytes(HANDSHAKE_OK, protocol.transferFormat, false));
    // Before the answer to `connected`, because its function adds the connection to groups.
    this.#live.add(this, this.#context.monotonicNow());
    this.#log(`connected (${protocol.name} over ${this.#transport.name})`);
    const body = Buffer.from('{"type":10}');
    this.#events.push({
      bytes: 0,
      run: async () => {
        await this.#poster.post('connections', 'connected', 'application/json', body);
      },
    });
  }

  #readMessages(): void {
    while (this.#state === 'open' && this.#protocol && !this.#saidGoodbye) {
      const payload = this.#inbound.take(this.#protocol.frame, this.#messageBytes);
      if (!payload) return;
      // Only whole messages count, as in ASP.NET Core: a proxy may answer WebSocket pings for a client that hangs.
      this.#keepAlive.received();
      if (payload.length >= this.#context.limits.messageBytes) this.#warnOfSize(payload.length);
      this.#handle(this.#protocol.parse(payload), this.#protocol);
    }
  }

  #handle(message: ClientMessage, protocol: HubProtocol): void {
    switch (message.kind) {
      case 'invocation': {
        if (message.hasStreams && !this.#context.compat) {
          this.#refuseStreams(message.target, message.invocationId, protocol);
          return;
        }
        const waiting = { ...message, payload: copyIfSmall(message.payload) };
        this.#events.push({
          bytes: waiting.payload.length,
          run: () => this.#invoke(waiting, protocol),
        });
        return;
      }
      case 'streamInvocation':
        if (!this.#context.compat) this.#answerNoStreams(message.invocationId, protocol);
        return;
      case 'completion':
        this.#results?.answer(message.invocationId, message.answer);
        return;
      case 'close':
        this.#saidGoodbye = true;
        return;
      case 'ping':
        this.#hasPinged = true;
        return;
      case 'ignored':
        return;
    }
  }

  /** The function would run without the stream's items, and the client would believe that it had them. */
  #refuseStreams(target: string, invocationId: string | undefined, protocol: HubProtocol): void {
    // A send awaits no answer, so the log is the only place for it.
    this.#log(`refused ${quote(target)}: it has a stream, and a serverless hub has none`, 'warn');
    if (invocationId !== undefined) this.#answerNoStreams(invocationId, protocol);
  }

  #answerNoStreams(invocationId: string, protocol: HubProtocol): void {
    this.#answer(encodeMessage({ kind: 'completion', invocationId, error: NO_STREAMS }, protocol));
  }

  /** Azure advises against it: with Server-Sent Events or Long Polling the same message would be refused. */
  #warnOfSize(bytes: number): void {
    this.#log(`sent a message of ${bytes} bytes; only a WebSocket carries 1 MB and more`, 'warn');
  }

  async #invoke(
    { target, invocationId, payload }: Extract<ClientMessage, { kind: 'invocation' }>,
    protocol: HubProtocol,
  ): Promise<void> {
    const answer = await this.#poster.post('messages', target, protocol.contentType, payload);
    if (invocationId === undefined || this.#state !== 'open') return;
    if (answer.kind === 'unmatched' && this.#context.compat) return;
    if (isBrokenCompletion(answer, invocationId, protocol)) {
      this.#log(
        `the upstream's answer to ${quote(target)} is no ${protocol.name} completion of this invocation; the client gets it as it is`,
        'warn',
      );
    }
    this.#answer(toCompletion(answer, invocationId, protocol));
  }

  #answer(completion: EncodedMessage): void {
    this.#write(completion);
    this.#live.counter.outbound(1, completion.billed);
  }

  // ---- the end

  #refuseHandshake(error: string): void {
    this.#log(`handshake refused: ${quote(error)}`);
    this.#transport.send(encodeBytes(encodeHandshakeError(error), 'Text', false));
    this.#ended(error, true);
    this.#transport.end();
  }

  /** A protocol violation, or an error of ours. It ends this connection only. */
  #reject(error: unknown): void {
    const text = error instanceof ProtocolError ? error.message : 'Internal server error.';
    if (!(error instanceof ProtocolError)) this.#log(`failed: ${quote(String(error))}`, 'warn');
    if (this.#state === 'handshaking') this.#refuseHandshake(text);
    else this.#end({ error: CLOSED_WITH_ERROR, allowReconnect: true }, text, false);
  }

  #end(message: CloseMessage, error: string | undefined, dropWaiting: boolean): void {
    if (this.#state === 'ended') return;
    if (this.#protocol) this.#write(encodeMessage({ kind: 'close', ...message }, this.#protocol));
    this.#ended(error, dropWaiting);
    this.#transport.end();
  }

  #ended(error: string | undefined, dropWaiting: boolean): void {
    const wasOpen = this.#state === 'open';
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#onEnded();
    this.#inbound.clear();
    this.#results?.giveUp();
    if (!wasOpen) {
      this.#finish();
      return;
    }
    this.#live.remove(this);
    // After a goodbye, a broken transport is not an error.
    const reason = this.#saidGoodbye ? undefined : error;
    this.#log(`disconnected${reason === undefined ? '' : `: ${quote(reason)}`}`);
    const event = this.#context.compat ? compatDisconnected(reason) : { type: 11, error: reason };
    const body = Buffer.from(JSON.stringify(event));
    const run = async () => {
      await this.#poster.post('connections', 'disconnected', 'application/json', body);
      this.#finish();
    };
    this.#events.end({ bytes: 0, run }, dropWaiting);
  }

  // ---- writing to the client

  #write(message: EncodedMessage): void {
    this.#keepAlive.sent();
    this.#transport.send(message);
  }

  #log(text: string, level?: Parameters<Log>[1]): void {
    const user = this.userId === undefined ? '' : ` user ${quote(this.userId)}`;
    this.#context.log(`hub ${this.#live.name} connection ${this.id}${user}: ${text}`, level);
  }
}
