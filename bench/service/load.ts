// The load generator, in its own process: connects clients to one server, sends, counts every delivery, and reports to
// its parent.
//
//   connect all, 128 at a time ▸ wait for quiet ▸ 10 messages a second ▸ saturation, with a fixed number in flight

import type { Socket } from 'node:net';
import { EMULATOR_KEY, signAccessToken } from '../../local/access-token.ts';
import { openClient } from './load-client.ts';
import { Poster } from './poster.ts';
import type { Target } from './target.ts';
import { busyMs, usageOf } from './usage.ts';

export interface LoadOrder {
  readonly target: Target;
  readonly port: number;
  readonly serverPid: number;
  readonly clients: number;
  /** Messages in flight at saturation. */
  readonly window: number;
  readonly quietMs: number;
  readonly saturationMs: number;
}

export interface LoadReport {
  /** Time until all clients had completed their handshake. */
  readonly connectMs: number;
  /** Processor time of the server for one of these connections. Other programs change it less than they change the time. */
  readonly connectCpuUs: number;
  readonly kibPerConnection: number;
  /** At 10 messages a second: from the time at which a message was due to each arrival. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly quietCpuUs: number;
  readonly deliveriesPerSecond: number;
  /** Processor time of the server per delivery at saturation. */
  readonly cpuUs: number;
  /** Cores that this generator used at saturation. Near 1, the generator was the limit. */
  readonly generatorLoad: number;
  /** Cores that other programs used at saturation. */
  readonly otherLoad: number;
}

const CONNECTING_AT_A_TIME = 128;
const QUIET_INTERVAL_MS = 100;
const POSTERS_WHEN_QUIET = 4;
/** A message in flight for longer than this is lost. */
const PATIENCE_MS = 20_000;

class Load {
  readonly #order: LoadOrder;
  readonly #sockets: Socket[] = [];
  /** Deliveries per client. Unequal numbers at the end mean lost or duplicate messages. */
  readonly #received: Uint32Array;
  /** Missing copies by message. */
  readonly #missing: number[] = [];
  readonly #done: (() => void)[] = [];
  #onArrival: (number: number) => void = () => {};
  deliveries = 0;

  constructor(order: LoadOrder) {
    this.#order = order;
    this.#received = new Uint32Array(order.clients);
  }

  async connect(tokens: readonly string[]): Promise<void> {
    const { clients, port, target } = this.#order;
    let next = 0;
    const worker = async () => {
      while (next < clients) {
        const index = next;
        next += 1;
        const access = { port, target, token: tokens[index] ?? '' };
        this.#sockets.push(await openClient(access, (number) => this.#arrived(index, number)));
      }
    };
    await Promise.all(Array.from({ length: CONNECTING_AT_A_TIME }, worker));
  }

  /** Posts the next message. Resolves when every client has it and the server has answered. */
  async send(poster: Poster): Promise<void> {
    const number = this.#missing.push(this.#order.clients) - 1;
    const arrived = new Promise<void>((resolve) => {
      this.#done[number] = resolve;
    });
    await Promise.all([arrived, poster.post(number)]);
  }

  onArrival(listen: (number: number) => void): void {
    this.#onArrival = listen;
  }

  get sent(): number {
    return this.#missing.length;
  }

  /** Throws unless every client got every message exactly once. */
  check(): void {
    const wrong = this.#received.findIndex((count) => count !== this.sent);
    if (wrong >= 0) {
      throw new Error(`client ${wrong} got ${this.#received[wrong]} of ${this.sent} messages`);
    }
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #arrived(client: number, number: number): void {
    this.deliveries += 1;
    this.#received[client] = (this.#received[client] ?? 0) + 1;
    this.#onArrival(number);
    const missing = (this.#missing[number] ?? 0) - 1;
    this.#missing[number] = missing;
    if (missing === 0) this.#done[number]?.();
  }
}

async function run(order: LoadOrder): Promise<LoadReport> {
  const { clients, port, target, serverPid } = order;
  const tokens = await Promise.all(
    Array.from({ length: clients }, (_, index) =>
      signAccessToken(
        EMULATOR_KEY,
        'http://127.0.0.1/client/?hub=chat',
        { 'asrs.s.uid': `u${index}` },
        Date.now(),
      ),
    ),
  );
  const audience = 'http://127.0.0.1/api/hubs/chat/:send';
  const restToken = await signAccessToken(EMULATOR_KEY, audience, {}, Date.now());
  const newPoster = () => new Poster(port, target, restToken);

  const load = new Load(order);
  const idle = usageOf(serverPid);
  const startedAt = performance.now();
  await load.connect(tokens);
  const connectMs = performance.now() - startedAt;
  const connectCpuMs = usageOf(serverPid).cpuMs - idle.cpuMs;
  await pause(1_000);
  const settled = usageOf(serverPid);

  const posters = Array.from({ length: order.window }, newPoster);
  const quiet = await runQuiet(load, posters.slice(0, POSTERS_WHEN_QUIET), order);
  const busy = await runSaturated(load, posters, order);
  load.check();
  for (const poster of posters) poster.close();
  load.close();
  return {
    connectMs,
    connectCpuUs: (connectCpuMs * 1_000) / clients,
    kibPerConnection: (settled.residentKib - idle.residentKib) / clients,
    ...quiet,
    ...busy,
  };
}

/** An open loop: sends each message when it is due, regardless of what has arrived. */
async function runQuiet(load: Load, posters: readonly Poster[], order: LoadOrder) {
  const latencies: number[] = [];
  const due = new Map<number, number>();
  load.onArrival((number) => latencies.push(performance.now() - (due.get(number) ?? 0)));
  const before = usageOf(order.serverPid);
  const deliveriesBefore = load.deliveries;
  const under: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let index = 0; index * QUIET_INTERVAL_MS < order.quietMs; index += 1) {
    const dueAt = startedAt + index * QUIET_INTERVAL_MS;
    await pause(Math.max(0, dueAt - performance.now()));
    due.set(load.sent, dueAt);
    const poster = posters[index % posters.length];
    if (poster) under.push(load.send(poster));
  }
  await Promise.all(under);
  load.onArrival(() => {});
  latencies.sort((one, other) => one - other);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0;
  const cpuMs = usageOf(order.serverPid).cpuMs - before.cpuMs;
  return {
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    quietCpuUs: (cpuMs * 1_000) / (load.deliveries - deliveriesBefore),
  };
}

/** A closed loop: sends the next message as soon as every client has the one before. */
async function runSaturated(load: Load, posters: readonly Poster[], order: LoadOrder) {
  const phase = async (ms: number) => {
    const until = performance.now() + ms;
    await Promise.all(
      posters.map(async (poster) => {
        while (performance.now() < until) await load.send(poster);
      }),
    );
  };
  // Warm-up: the server's code is compiled and its buffers grow.
  await phase(order.saturationMs / 4);
  const server = usageOf(order.serverPid);
  const own = usageOf(process.pid);
  const all = busyMs();
  const deliveriesBefore = load.deliveries;
  const startedAt = performance.now();
  await phase(order.saturationMs);
  const tookMs = performance.now() - startedAt;
  const deliveries = load.deliveries - deliveriesBefore;
  const serverMs = usageOf(order.serverPid).cpuMs - server.cpuMs;
  const ownMs = usageOf(process.pid).cpuMs - own.cpuMs;
  return {
    deliveriesPerSecond: (deliveries * 1_000) / tookMs,
    cpuUs: (serverMs * 1_000) / deliveries,
    generatorLoad: ownMs / tookMs,
    otherLoad: Math.max(0, busyMs() - all - serverMs - ownMs) / tookMs,
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const order = JSON.parse(process.argv[2] ?? '{}') as LoadOrder;
const giveUp = setTimeout(
  () => {
    console.error('unable to finish; messages are missing. Look at the server.');
    process.exit(1);
  },
  order.quietMs + order.saturationMs + PATIENCE_MS,
);
process.send?.(await run(order));
clearTimeout(giveUp);
process.disconnect?.();
