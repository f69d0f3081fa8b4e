// A person in a room, with the official client. It queues what arrives, so that nothing is missed.

import {
  HttpTransportType,
  type HubConnection,
  HubConnectionBuilder,
  type IHttpConnectionOptions,
  LogLevel,
} from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';
import { WebSocket } from 'ws';
import {
  type Events,
  type SendResult,
  type Typing,
  toArgument,
  type Welcome,
} from '../../functions/protocol.ts';
import { eventually } from './eventually.ts';

export interface ChatClient {
  readonly hub: HubConnection;
  readonly welcomes: Welcome[];
  readonly events: Events[];
  readonly typing: Typing[];
  /** Why the connection ended. Undefined while it is open. */
  readonly ends: (Error | undefined)[];
  send(text: unknown, id: unknown): Promise<SendResult>;
  /** The numbers of all messages received, in the order of arrival. */
  seqs(): number[];
  /** The count of the newest frame. */
  online(): number | undefined;
  /** Breaks the connection without a goodbye, as a lost network does. */
  cut(): void;
  stop(): Promise<void>;
}

export interface JoinOptions {
  readonly protocol?: 'json' | 'messagepack';
  readonly reconnects?: boolean;
}

/** Resolves with the welcome. */
export async function joinRoom(
  url: string,
  room: string,
  name: string,
  { protocol = 'json', reconnects = false }: JoinOptions = {},
): Promise<ChatClient> {
  const sockets: WebSocket[] = [];
  class NotedWebSocket extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args);
      sockets.push(this);
    }
  }
  // The client accepts another WebSocket class by an option that its types lack.
  const options = {
    transport: HttpTransportType.WebSockets,
    WebSocket: NotedWebSocket,
  } as IHttpConnectionOptions;
  const query = new URLSearchParams({ room, name });
  const builder = new HubConnectionBuilder()
    .withUrl(`${url}/api?${query}`, options)
    .configureLogging(LogLevel.None);
  if (protocol === 'messagepack') builder.withHubProtocol(new MessagePackHubProtocol());
  if (reconnects) builder.withAutomaticReconnect([0, 50, 100, 200, 400]);
  const hub = builder.build();

  const welcomes: Welcome[] = [];
  const events: Events[] = [];
  const typing: Typing[] = [];
  const ends: (Error | undefined)[] = [];
  hub.on('welcome', (welcome: Welcome) => welcomes.push(welcome));
  hub.on('events', (frame: Events) => events.push(frame));
  hub.on('typing', (note: Typing) => typing.push(note));
  hub.onclose((error) => ends.push(error));
  hub.onreconnecting((error) => ends.push(error));
  await hub.start();
  await eventually(() => welcomes.length > 0, `a welcome for ${name}`, 60_000);
  return {
    hub,
    welcomes,
    events,
    typing,
    ends,
    send: (text, id) => hub.invoke('send', asArgument(text), asArgument(id)),
    seqs: () => events.flatMap(({ messages }) => messages.map(({ seq }) => seq)),
    online: () => newest(events)?.online,
    cut: () => sockets.at(-1)?.terminate(),
    stop: () => hub.stop(),
  };
}

function asArgument(value: unknown): unknown {
  return typeof value === 'string' ? toArgument(value) : value;
}

function newest(events: readonly Events[]): Events | undefined {
  return events.reduce<Events | undefined>(
    (latest, frame) => (latest && latest.revision > frame.revision ? latest : frame),
    undefined,
  );
}

/** Runs over all items, with limited concurrency. */
export async function atATime<Item, Result>(
  most: number,
  items: readonly Item[],
  run: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const entries = items.entries();
  const work = async () => {
    for (const [index, item] of entries) results[index] = await run(item, index);
  };
  await Promise.all(Array.from({ length: most }, work));
  return results;
}
