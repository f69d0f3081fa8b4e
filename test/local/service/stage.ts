// A service and an upstream for each test. Everything that a test opens is closed after it.

import { afterEach, beforeEach } from '@jest/globals';
import type { HubConnection } from '@microsoft/signalr';
import { startEmulator } from '../../../local/service/emulator.ts';
import type { EmulatorOptions } from '../../../local/service/options.ts';
import type { Emulator } from '../../../local/service/server.ts';
import {
  type ClientOptions,
  openRawClient,
  type RawClient,
  startClient,
  stopClient,
} from './hub-client.ts';
import {
  type RecordedEvent,
  type RecordingUpstream,
  startRecordingUpstream,
} from './recording-upstream.ts';

export interface Stage {
  service: Emulator;
  upstream: RecordingUpstream;
  /** A started client. */
  client(options?: ClientOptions): Promise<HubConnection>;
  rawClient(options?: ClientOptions): Promise<RawClient>;
  /** A raw JSON client whose handshake is done. */
  shakenClient(options?: ClientOptions): Promise<RawClient>;
  /** The `disconnected` event of a connection, as JSON. */
  disconnected(connectionId: string | null): Promise<{ type: number; error?: string }>;
  /** Names of the events of one connection so far, in the order of arrival. */
  eventsOf(connectionId: string | null): string[];
  /** Delays answers to the matching events until the returned function is called. */
  hold(fits: (event: RecordedEvent) => boolean): () => void;
}

export const HANDSHAKE = '{"protocol":"json","version":1}\x1e';

export function stageService(options: EmulatorOptions = {}): Stage {
  let opened: (() => Promise<void> | void)[] = [];
  const stage = {
    async client(clientOptions?: ClientOptions) {
      const client = await startClient(stage.service, clientOptions);
      opened.push(() => stopClient(client));
      return client;
    },
    async rawClient(clientOptions?: ClientOptions) {
      const client = await openRawClient(stage.service, clientOptions);
      opened.push(() => client.socket.terminate());
      return client;
    },
    async shakenClient(clientOptions?: ClientOptions) {
      const client = await stage.rawClient(clientOptions);
      client.send(HANDSHAKE);
      await client.next();
      return client;
    },
    async disconnected(connectionId: string | null) {
      const { body } = await stage.upstream.next(
        (event) => event.event === 'disconnected' && event.connectionId === connectionId,
      );
      return JSON.parse(body.toString()) as { type: number; error?: string };
    },
    eventsOf: (connectionId: string | null) =>
      stage.upstream.events
        .filter((event) => event.connectionId === connectionId)
        .map(({ event }) => event),
    hold(fits: (event: RecordedEvent) => boolean) {
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      stage.upstream.answer = async (event) => {
        if (fits(event)) await held;
        return {};
      };
      opened.push(release);
      return release;
    },
  } as Stage;
  beforeEach(async () => {
    opened = [];
    stage.upstream = await startRecordingUpstream();
    stage.service = await startEmulator({
      ip: '127.0.0.1',
      upstream: stage.upstream.url,
      ...options,
    });
  });
  afterEach(async () => {
    for (const close of opened.reverse()) await close();
    await stage.service.stop();
    await stage.upstream.stop();
  });
  return stage;
}
