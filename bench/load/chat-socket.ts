// One person of the load generator: negotiates with the app and with the service, opens the WebSocket, shakes hands and
// waits for the welcome. It uses a plain socket, because a thousand official clients would dominate the measurement.

import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { clientFrame, NumberReader, payloadAt } from '../service/frames.ts';

export interface ChatSocket {
  /** Of the person, from the welcome. */
  readonly userId: string;
  /** Sends a message whose text contains the number. It may mention people by their ids. */
  say(number: number, mentions?: readonly string[]): void;
  /** Watches the rooms from now on. The answer comes to `onAck` as {@link WATCHING}. */
  watch(rooms: readonly string[]): void;
  ping(): void;
  /** Destroys the socket, as a lost network does. */
  cut(): void;
}

export interface Person {
  readonly url: string;
  readonly room: string;
  readonly name: string;
  /** Called with the number of each message that arrives, once per copy. */
  readonly onNumber: (number: number) => void;
  /** Called with the number of each own message that is acknowledged. */
  readonly onAck?: (number: number) => void;
  /** Called with each note about new lines in a room that is watched. */
  readonly onUnread?: (room: string, seq: number) => void;
  /** Called when the connection ends for another reason than `cut`. */
  readonly onEnd: () => void;
}

interface Negotiated {
  readonly url: string;
  readonly accessToken: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const WELCOME = '"target":"welcome"';

/** Resolves with the welcome. */
export async function enter(person: Person): Promise<ChatSocket> {
  const query = new URLSearchParams({ room: person.room, name: person.name });
  const info = await ask<Negotiated>('POST', `${person.url}/api/negotiate?${query}`);
  const service = new URL(info.url);
  const negotiate = new URL(info.url);
  negotiate.pathname += 'negotiate';
  negotiate.searchParams.set('negotiateVersion', '1');
  const { connectionToken } = await ask<{ connectionToken: string }>(
    'POST',
    negotiate.href,
    info.accessToken,
  );
  service.searchParams.set('id', connectionToken);
  return open(service, info.accessToken, person);
}

function open(
  url: URL,
  token: string,
  { onNumber, onAck, onUnread, onEnd }: Person,
): Promise<ChatSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname).setNoDelay(true);
    let isCut = false;
    socket.on('error', () => {});
    socket.on('close', () => {
      reject(new Error('unable to enter; the connection was closed. Look at the service.'));
      if (!isCut) onEnd();
    });
    onceUpgraded(socket, (rest) => {
      socket.write(clientFrame('{"protocol":"json","version":1}\x1e'));
      const reader = new NumberReader(onNumber);
      let head = '';
      const untilWelcome = (bytes: Buffer) => {
        head += bytes.toString('latin1');
        if (!head.includes(WELCOME)) return;
        socket.off('data', untilWelcome);
        resolve({
          userId: /"userId":"([^"]+)"/.exec(head.slice(head.indexOf(WELCOME)))?.[1] ?? '',
          say: (number, mentions) => socket.write(clientFrame(toInvocation(number, mentions))),
          watch: (rooms) => socket.write(clientFrame(toWatch(rooms))),
          ping: () => socket.write(clientFrame('{"type":6}\x1e')),
          cut: () => {
            isCut = true;
            socket.resetAndDestroy();
          },
        });
      };
      socket.on('data', (bytes) => reader.read(bytes)).on('data', untilWelcome);
      if (onAck)
        socket.on(
          'data',
          readMatches(ACK, (number) => onAck(Number(number))),
        );
      if (onUnread) {
        socket.on(
          'data',
          readMatches(UNREAD, (room, seq) => onUnread(room, Number(seq))),
        );
      }
      socket.emit('data', rest);
    });
    socket.write(
      `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    );
  });
}

function onceUpgraded(socket: Socket, then: (rest: Buffer) => void): void {
  let bytes = Buffer.alloc(0);
  const read = (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) return;
    socket.off('data', read);
    if (bytes.toString('latin1', 0, 12).endsWith('101')) then(bytes.subarray(end + 4));
    else socket.destroy();
  };
  socket.on('data', read);
}

const ACK = /"type":3,"invocationId":"(\d+)"/g;
const UNREAD = /"target":"unread","arguments":\[\{"room":"([^"]+)","seq":(\d+)/g;

/** Finds what matches in whole frames, however their bytes are chunked. */
function readMatches(
  pattern: RegExp,
  onMatch: (...groups: [string, string]) => void,
): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const bytes = Buffer.concat([rest, chunk]);
    let at = 0;
    for (let payload = payloadAt(bytes, at); payload; payload = payloadAt(bytes, at)) {
      const text = bytes.toString('latin1', payload.start, payload.end);
      for (const [, one = '', two = ''] of text.matchAll(pattern)) onMatch(one, two);
      at = payload.end;
    }
    rest = bytes.subarray(at);
  };
}

/** The number of the invocation of `watch`. Messages have others. */
export const WATCHING = 0;

function toWatch(rooms: readonly string[]): string {
  return `${JSON.stringify({ type: 1, invocationId: `${WATCHING}`, target: 'watch', arguments: [rooms] })}\x1e`;
}

function toInvocation(number: number, mentions?: readonly string[]): string {
  const text = `#${number}#${mentions ? ' @' : ''}`;
  const rest = mentions ? [{ mentions }] : [];
  return `${JSON.stringify({ type: 1, invocationId: `${number}`, target: 'send', arguments: [text, `n${number}`, ...rest] })}\x1e`;
}

/**
 * Asks for a large answer as a browser does, compressed, and reads it without a look at it: what a thousand pages do with theirs
 * is not the work of one process.
 */
export function drain(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'accept-encoding': 'gzip, deflate, br, zstd' };
    const sent = request(url, { agent, headers }, (answer) => {
      answer.resume().on('end', () => {
        if (answer.statusCode === 200) resolve();
        else reject(new Error(`unable to use ${url}; ${answer.statusCode}. Look why.`));
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

export function ask<T>(method: 'GET' | 'POST', url: string, token?: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const sent = request(url, { method, headers, agent }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve(JSON.parse(text) as T);
        else reject(new Error(`unable to use ${url}; ${answer.statusCode} ${text}. Look why.`));
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}
