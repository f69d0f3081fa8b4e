// The load generator, in its own process: fills rooms with people, sends messages at a fixed rate, counts every copy that
// arrives, and cuts all connections at once.

import type { History } from '../../functions/protocol.ts';
import { ask, type ChatSocket, drain, enter, type Person } from './chat-socket.ts';
import { takeOrders } from './take-orders.ts';

export type Order =
  | { readonly kind: 'fill'; readonly url: string; readonly people: number; readonly rooms: number }
  /** `rate` is messages per second in all rooms together. */
  | { readonly kind: 'talk'; readonly rate: number; readonly ms: number }
  /** `others` are in the first room beside its people, and no storm cuts them off. */
  | { readonly kind: 'storm'; readonly others?: number }
  | { readonly kind: 'leave' };

export interface TalkResult {
  readonly sent: number;
  /** Copies that had not arrived at the end of the wait. */
  readonly missing: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface StormResult {
  /** Time from the cut to the last welcome. */
  readonly welcomedMs: number;
  /** Time until the last person had the history. */
  readonly caughtUpMs: number;
  /** Time until the last person had the list of members. */
  readonly rosterMs: number;
  /** Time until every room had the exact number online. */
  readonly countedMs: number;
}

const ENTERING_AT_A_TIME = 50;
const PING_EVERY_MS = 10_000;
/** Copies that take longer are counted as lost. */
const LAST_COPIES_MS = 10_000;
/** The longest pause of the page before its first attempt to reconnect. */
const FIRST_RETRY_MS = 1_000;

interface Seat {
  readonly person: Person;
  socket: ChatSocket;
}

let url = '';
let rooms: string[] = [];
let perRoom = 0;
let seats: Seat[] = [];
let others = 0;
let ended = 0;
/** The time at which each message was due, by its number. */
const due: number[] = [];
let histogram = new Uint32Array(60_001);
let copies = 0;

function arrived(number: number): void {
  const at = due[number];
  if (at === undefined) return;
  copies += 1;
  const ms = Math.min(histogram.length - 1, Math.round(performance.now() - at));
  histogram[ms] = (histogram[ms] ?? 0) + 1;
}

async function fill(people: number, roomCount: number): Promise<number> {
  rooms = Array.from({ length: roomCount }, (_, n) => `load-${roomCount}-${n}`);
  perRoom = people / roomCount;
  const startedAt = performance.now();
  const persons = Array.from({ length: people }, (_, n): Person => {
    const room = rooms[n % roomCount] ?? '';
    const onEnd = () => (ended += 1);
    return { url, room, name: `P${n}`, onNumber: arrived, onEnd };
  });
  seats = [];
  await atATime(ENTERING_AT_A_TIME, persons, async (person) => {
    seats.push({ person, socket: await persist(() => enter(person)) });
  });
  await until(countIsRight);
  return performance.now() - startedAt;
}

/** An open loop: sends each message when it is due, regardless of what has arrived. */
async function talk(rate: number, ms: number): Promise<TalkResult> {
  histogram = new Uint32Array(histogram.length);
  copies = 0;
  const total = Math.round((rate * ms) / 1_000);
  const startedAt = performance.now();
  for (let sent = 0; sent < total; ) {
    const now = performance.now();
    for (; sent < total && startedAt + (sent * 1_000) / rate <= now; sent += 1) {
      const number = due.push(startedAt + (sent * 1_000) / rate) - 1;
      seats[number % seats.length]?.socket.say(number);
    }
    await pause(2);
  }
  const wanted = total * perRoom;
  const end = performance.now() + LAST_COPIES_MS;
  while (copies < wanted && performance.now() < end) await pause(5);
  const at = (share: number) => {
    // A missing copy counts as later than every copy that arrived.
    let left = wanted * share;
    const found = histogram.findIndex((count) => {
      left -= count;
      return left <= 0;
    });
    return found < 0 ? Number.POSITIVE_INFINITY : found;
  };
  return {
    sent: total,
    missing: wanted - copies,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: histogram.findLastIndex((count) => count > 0),
  };
}

/** Cuts all connections at once. Each person reconnects within a second, then fetches history and members, as the page does. */
async function storm(): Promise<StormResult> {
  const startedAt = performance.now();
  const took = () => performance.now() - startedAt;
  for (const { socket } of seats) socket.cut();
  let [caughtUpMs, rosterMs] = [0, 0];
  const rests: Promise<unknown>[] = [];
  const entering = seats.map(async (seat) => {
    await pause(Math.random() * FIRST_RETRY_MS);
    seat.socket = await persist(() => enter(seat.person));
    const base = `${url}/api/rooms/${seat.person.room}`;
    const history = persist(() => drain(`${base}/messages?limit=200`));
    const members = persist(() => drain(`${base}/members`));
    rests.push(
      history.then(() => {
        caughtUpMs = took();
      }),
      members.then(() => {
        rosterMs = took();
      }),
    );
  });
  await Promise.all(entering);
  const welcomedMs = took();
  // Only now: people who were cut off count until the service notices the end of their connections.
  await until(countIsRight);
  const countedMs = took();
  await Promise.all(rests);
  return { welcomedMs, caughtUpMs, rosterMs, countedMs };
}

async function persist<T>(attempt: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (failures === 10) throw error;
      await pause(Math.random() * FIRST_RETRY_MS * 2 ** Math.min(failures, 5));
    }
  }
}

async function countIsRight(): Promise<boolean> {
  const heads = await Promise.all(
    rooms.map((room) => ask<History>('GET', `${url}/api/rooms/${room}/messages?limit=1`)),
  );
  return heads.every(({ online }, n) => online === perRoom + (n === 0 ? others : 0));
}

async function until(claim: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 120_000;
  while (!(await claim())) {
    if (performance.now() > end)
      throw new Error('unable to go on; the count stays wrong. Look why.');
    await pause(250);
  }
}

async function atATime<Item>(
  most: number,
  items: readonly Item[],
  run: (item: Item) => Promise<void>,
): Promise<void> {
  const entries = items.values();
  const work = async () => {
    for (const item of entries) await run(item);
  };
  await Promise.all(Array.from({ length: most }, work));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function obey(order: Order): Promise<unknown> {
  switch (order.kind) {
    case 'fill':
      url = order.url;
      return fill(order.people, order.rooms);
    case 'talk': {
      const talked = await talk(order.rate, order.ms);
      if (ended > 0) throw new Error(`unable to go on; ${ended} connections ended. Look why.`);
      return talked;
    }
    case 'storm':
      others = order.others ?? 0;
      return storm();
    case 'leave':
      for (const { socket } of seats) socket.cut();
      seats = [];
      return undefined;
  }
}

setInterval(() => {
  for (const { socket } of seats) socket.ping();
}, PING_EVERY_MS).unref();
takeOrders(obey);
