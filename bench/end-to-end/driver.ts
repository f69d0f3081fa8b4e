// All clients of all servers in one process with one clock. In each round every server has a turn, in changing order, so that a
// busy moment of the machine does not hit one of them alone. While one has its turn, the others are idle.

import { atATime } from '../../functions/at-a-time.ts';
import { takeOrders } from '../load/take-orders.ts';
import { type CopyCounts, Receipts, roundMs, turnsOf } from './receipts.ts';
import { type Client, type Rival, type RivalAddress, type RivalName, toRival } from './rivals.ts';

export type DriverOrder =
  | { readonly kind: 'meet'; readonly addresses: readonly RivalAddress[] }
  /** So many clients are connected to each server afterwards. */
  | { readonly kind: 'gather'; readonly clients: number }
  /** So many messages alone, and then as many in groups of `atOnce`, each by another client. */
  | { readonly kind: 'measure'; readonly messages: number; readonly atOnce: number }
  /** One client of each server misses some messages and comes back. */
  | { readonly kind: 'miss'; readonly messages: number }
  /** The clients that a crash has disconnected come back. */
  | { readonly kind: 'comeBack' };

export interface Measured {
  readonly name: RivalName;
  /** From `send` to the last receipt, ms. */
  readonly aloneMs: readonly number[];
  /** The same, of messages that are sent at the same time. Empty with fewer clients. */
  readonly atOnceMs: readonly number[];
  readonly counts: CopyCounts;
}

export interface Missed {
  readonly name: RivalName;
  /** Messages that the client got afterwards, of those that it had missed. */
  readonly got: number;
  readonly online: number;
}

export interface CameBack {
  readonly name: RivalName;
  readonly online: number;
  /** Whether the server still has what was said before. */
  readonly hasHistory: boolean;
}

/** Of a message. Copies that take longer are counted as lost. */
const PATIENCE_MS = 10_000;
/** After the last message, so that a doubled copy has arrived. */
const SETTLE_MS = 500;
/** What a server does behind the last receipt, such as its answer to the sender, takes no time from the next one. */
const AFTER_TURN_MS = 5;
const CONNECTING_AT_A_TIME = 50;
/** Until the server's number online is the number of clients. */
const COUNTED_MS = 60_000;
/** After a crash the number may never become right. */
const RECOUNTED_MS = 5_000;
const PING_EVERY_MS = 10_000;

/** One server with its clients. */
class Crowd {
  readonly address: RivalAddress;
  readonly rival: Rival;
  readonly clients: Client[] = [];
  receipts = new Receipts(0);
  #sent = 0;
  #onComplete = new Map<number, () => void>();

  constructor(address: RivalAddress) {
    this.address = address;
    this.rival = toRival(address);
  }

  async gather(size: number): Promise<void> {
    for (const client of this.clients.splice(size)) client.cut();
    const missing = Array.from(
      { length: size - this.clients.length },
      (_, n) => this.clients.length + n,
    );
    await atATime(CONNECTING_AT_A_TIME, missing, async (index) => {
      this.clients[index] = await this.#open(index);
    });
    const online = await this.countUntil(size, COUNTED_MS);
    if (online !== size) {
      throw new Error(
        `unable to measure ${this.rival.name}; ${online} are online instead of ${size}. Run it alone.`,
      );
    }
  }

  /** Its number online, when it is right or the time is over. */
  async countUntil(size: number, timeLimitMs: number): Promise<number> {
    const end = performance.now() + timeLimitMs;
    for (;;) {
      const online = await this.rival.online();
      if (online === size || performance.now() >= end) return online;
      await pause(50);
    }
  }

  async reopen(): Promise<void> {
    const gone = [...this.clients.keys()].filter((index) => !this.clients[index]?.isOpen);
    await atATime(CONNECTING_AT_A_TIME, gone, async (index) => {
      this.clients[index] = await this.#open(index);
    });
  }

  /** One message of each of these clients. Resolves with their numbers when everybody has all of them, or it took too long. */
  async say(senders: readonly number[]): Promise<number[]> {
    const numbers = senders.map(() => this.#sent++);
    const complete = Promise.all(
      numbers.map(
        (number) => new Promise<void>((resolve) => this.#onComplete.set(number, resolve)),
      ),
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS);
    });
    for (const [at, sender] of senders.entries()) {
      const number = numbers[at] ?? 0;
      this.receipts.sent(number, performance.now());
      this.clients[sender]?.say(number);
    }
    await Promise.race([complete, late]);
    clearTimeout(timer);
    return numbers;
  }

  #open(index: number): Promise<Client> {
    return this.rival.open(index, (number) => {
      if (!this.receipts.arrived(index, number, performance.now())) return;
      this.#onComplete.get(number)?.();
      this.#onComplete.delete(number);
    });
  }
}

let crowds: Crowd[] = [];

/** In each round all servers have a turn. Resolves with the numbers of each server's messages. */
async function takeTurns(rounds: number, sending: number): Promise<Map<Crowd, number[]>> {
  const said = new Map(crowds.map((crowd) => [crowd, [] as number[]]));
  const clients = crowds[0]?.clients.length ?? 0;
  for (let round = 0; round < rounds; round += 1) {
    const next = pause(roundMs(sending, clients));
    const senders = Array.from({ length: sending }, (_, n) => (round * sending + n) % clients);
    for (const crowd of turnsOf(crowds, round)) {
      said.get(crowd)?.push(...(await crowd.say(senders)));
      await pause(AFTER_TURN_MS);
    }
    await next;
  }
  return said;
}

async function measure(messages: number, atOnce: number): Promise<Measured[]> {
  const clients = crowds[0]?.clients.length ?? 0;
  for (const crowd of crowds) {
    crowd.receipts = new Receipts(clients);
    await crowd.rival.newlyStored();
  }
  const alone = await takeTurns(messages, 1);
  const together =
    clients < atOnce ? undefined : await takeTurns(Math.ceil(messages / atOnce), atOnce);
  await pause(SETTLE_MS);
  return Promise.all(
    crowds.map(async (crowd) => ({
      name: crowd.rival.name,
      aloneMs: crowd.receipts.latencies(alone.get(crowd) ?? []),
      atOnceMs: crowd.receipts.latencies(together?.get(crowd) ?? []),
      counts: crowd.receipts.count(await crowd.rival.newlyStored()),
    })),
  );
}

async function miss(messages: number): Promise<Missed[]> {
  const missed: Missed[] = [];
  for (const crowd of crowds) {
    const { rival, clients } = crowd;
    crowd.receipts = new Receipts(clients.length);
    const comeBack = await rival.leave(async () => void (await crowd.say([0])));
    const numbers = await crowd.say(
      Array.from({ length: messages }, (_, n) => (n + 1) % clients.length),
    );
    const got = await comeBack();
    const online = await crowd.countUntil(clients.length, RECOUNTED_MS);
    missed.push({
      name: rival.name,
      got: numbers.filter((number) => got.includes(number)).length,
      online,
    });
  }
  return missed;
}

async function comeBack(): Promise<CameBack[]> {
  return Promise.all(
    crowds.map(async (crowd) => {
      await crowd.reopen();
      const online = await crowd.countUntil(crowd.clients.length, RECOUNTED_MS);
      // Asks for everything, as a client that has seen nothing yet.
      const stored = await toRival(crowd.address).newlyStored();
      return { name: crowd.rival.name, online, hasHistory: (stored?.length ?? 0) > 0 };
    }),
  );
}

async function obey(order: DriverOrder): Promise<unknown> {
  switch (order.kind) {
    case 'meet':
      crowds = order.addresses.map((address) => new Crowd(address));
      return undefined;
    case 'gather':
      for (const crowd of crowds) await crowd.gather(order.clients);
      return undefined;
    case 'measure':
      return measure(order.messages, order.atOnce);
    case 'miss':
      return miss(order.messages);
    case 'comeBack':
      return comeBack();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

setInterval(() => {
  for (const { clients } of crowds) for (const client of clients) client.ping();
}, PING_EVERY_MS).unref();
takeOrders(obey);
