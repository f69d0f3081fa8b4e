// How the clients of each server connect, speak, come back and ask. They are plain sockets of one kind, so that their own time is
// the same for all.

import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { History } from '../../functions/protocol.ts';
import { ask, enter } from '../load/chat-socket.ts';
import { clientFrame } from '../service/frames.ts';
import { type Access, openClient } from '../service/load-client.ts';

export type RivalName = 'this chat' | 'ws' | 'signalr' | 'socket.io';

export interface RivalAddress {
  readonly name: RivalName;
  /** e.g. `http://127.0.0.1:7071` */
  readonly url: string;
}

export interface Client {
  /** Says a text with this number. */
  say(number: number): void;
  ping(): void;
  /** Destroys the socket, as a lost network does. */
  cut(): void;
  readonly isOpen: boolean;
}

export interface Rival {
  readonly name: RivalName;
  /** @param onNumber gets the number of each message that arrives, once per copy */
  open(index: number, onNumber: (number: number) => void): Promise<Client>;
  /** How many are online, as the server says. */
  online(): Promise<number>;
  /** The numbers of the messages that were stored since the last call, in their order. Undefined if it stores none. */
  newlyStored(): Promise<number[] | undefined>;
  /** A client that goes away. It has received the message that `tellIt` sends, and returns with the numbers that it has missed. */
  leave(tellIt: () => Promise<void>): Promise<() => Promise<number[]>>;
}

/** For how long a client that is back waits for what it has missed. */
const MISSED_MS = 1_000;
const ROOM = 'end-to-end';

export function toRival({ name, url }: RivalAddress): Rival {
  switch (name) {
    case 'this chat':
      return thisChat(url);
    case 'ws':
      return plainSocket(url);
    case 'signalr':
      return signalR(url);
    case 'socket.io':
      return socketIo(url);
  }
}

function thisChat(url: string): Rival {
  let stored = 0;
  const history = (after: number, limit: number) =>
    ask<History>('GET', `${url}/api/rooms/${ROOM}/messages?after=${after}&limit=${limit}`);
  const rival: Rival = {
    name: 'this chat',
    open: async (index, onNumber) => {
      let isOpen = true;
      const onEnd = () => {
        isOpen = false;
      };
      const socket = await enter({ url, room: ROOM, name: `P${index}`, onNumber, onEnd });
      return {
        ...socket,
        get isOpen() {
          return isOpen;
        },
      };
    },
    online: async () => (await history(stored, 1)).online,
    newlyStored: async () => {
      const numbers: number[] = [];
      for (;;) {
        const { messages, seq } = await history(stored, 200);
        numbers.push(...messages.map(({ text }) => numberIn(text)));
        stored = messages.at(-1)?.seq ?? seq;
        if (stored >= seq) return numbers;
      }
    },
    leave: (tellIt) => leaveAndAsk(rival, tellIt),
  };
  return rival;
}

function plainSocket(url: string): Rival {
  const port = portOf(url);
  const rival: Rival = {
    name: 'ws',
    open: (_, onNumber) =>
      openPlain({ port, target: { kind: 'ws', protocol: 'json' }, token: '' }, onNumber, {
        toFrame: (number) => JSON.stringify({ text: textOf(number) }),
      }),
    online: () => ask<number>('GET', `${url}/`),
    newlyStored: async () => undefined,
    leave: async (tellIt) => {
      const client = await rival.open(0, () => {});
      await tellIt();
      client.cut();
      return async () => {
        const missed: number[] = [];
        const back = await rival.open(0, (number) => missed.push(number));
        await pause(MISSED_MS);
        back.cut();
        return missed;
      };
    },
  };
  return rival;
}

interface Said {
  readonly key: string;
  readonly text: string;
}

function signalR(url: string): Rival {
  const port = portOf(url);
  let stored = '';
  const rival: Rival = {
    name: 'signalr',
    open: (_, onNumber) =>
      openPlain({ port, target: { kind: 'signalr', protocol: 'json' }, token: '' }, onNumber, {
        toFrame: (number) =>
          `${JSON.stringify({ type: 1, invocationId: `${number}`, target: 'Send', arguments: [textOf(number)] })}\x1e`,
        ping: '{"type":6}\x1e',
      }),
    online: () => ask<number>('GET', `${url}/online`),
    newlyStored: async () => {
      const query = stored === '' ? '' : `?after=${stored}`;
      const said = await ask<readonly Said[]>('GET', `${url}/history${query}`);
      stored = said.at(-1)?.key ?? stored;
      return said.map(({ text }) => numberIn(text));
    },
    leave: (tellIt) => leaveAndAsk(rival, tellIt),
  };
  return rival;
}

function socketIo(url: string): Rival {
  const port = portOf(url);
  return {
    name: 'socket.io',
    open: (_, onNumber) =>
      openPlain({ port, target: { kind: 'socket.io', protocol: 'json' }, token: '' }, onNumber, {
        toFrame: (number) => `42${number}${JSON.stringify(['send', textOf(number)])}`,
        // The answer to the server's ping. It counts without a question, too.
        ping: '3',
      }),
    online: () => ask<number>('GET', `${url}/`),
    newlyStored: async () => undefined,
    leave: async (tellIt) => {
      const first = await openSession(port, {});
      await tellIt();
      // It has no place to resume from before that message is there.
      while (first.offset === '') await pause(10);
      first.socket.terminate();
      return async () => {
        const { pid, offset } = first;
        const back = await openSession(port, { pid, offset });
        await pause(MISSED_MS);
        back.socket.terminate();
        return back.numbers;
      };
    },
  };
}

/** Stored messages can be asked for. */
async function leaveAndAsk(rival: Rival, tellIt: () => Promise<void>) {
  const client = await rival.open(0, () => {});
  await tellIt();
  await rival.newlyStored();
  client.cut();
  return async () => {
    const back = await rival.open(0, () => {});
    const missed = (await rival.newlyStored()) ?? [];
    back.cut();
    return missed;
  };
}

interface Words {
  readonly toFrame: (number: number) => string;
  readonly ping?: string;
}

async function openPlain(
  access: Access,
  onNumber: (number: number) => void,
  { toFrame, ping }: Words,
): Promise<Client> {
  const socket: Socket = await openClient(access, onNumber);
  return {
    say: (number) => socket.write(clientFrame(toFrame(number))),
    ping: () => {
      if (ping !== undefined) socket.write(clientFrame(ping));
    },
    cut: () => void socket.resetAndDestroy(),
    get isOpen() {
      return !socket.destroyed;
    },
  };
}

interface Session {
  readonly socket: WebSocket;
  readonly numbers: number[];
  /** Of the session, which a later connection may resume. */
  pid: string;
  /** Of the last event. */
  offset: string;
}

/** A Socket.IO client that knows how to resume: https://socket.io/docs/v4/connection-state-recovery. */
function openSession(port: number, auth: object): Promise<Session> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
  const session: Session = { socket, numbers: [], pid: '', offset: '' };
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (data) => {
      const text = String(data);
      if (text.startsWith('0')) socket.send(`40${JSON.stringify(auth)}`);
      if (text.startsWith('40')) {
        session.pid = JSON.parse(text.slice(2)).pid;
        resolve(session);
      }
      if (text.startsWith('42')) {
        const [, said, offset] = JSON.parse(text.slice(2)) as [string, string, string];
        session.numbers.push(numberIn(said));
        session.offset = offset;
      }
    });
  });
}

/** As `ChatSocket.say` has it. */
function textOf(number: number): string {
  return `#${number}#`;
}

function numberIn(text: string): number {
  return Number(/#(\d+)#/.exec(text)?.[1]);
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
