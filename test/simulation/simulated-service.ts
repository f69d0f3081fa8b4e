// SignalR Service: connections, groups, upstream events, frames to clients. It promises little: events and frames arrive
// usually once, sometimes twice, late or never, and in any order.

import type { Events } from '../../functions/protocol.ts';
import type { Action } from '../../functions/service/bindings.ts';
import type { Scheduler } from './scheduler.ts';
import type { SimulatedNetwork } from './simulated-network.ts';
import type { Simulation } from './simulation.ts';

/** The client's end of a connection. */
export interface Endpoint {
  readonly network: SimulatedNetwork;
  receive(target: string, argument: unknown): void;
  /** The client has noticed the end. */
  closed(reason: string | undefined): void;
}

/** What clients invoke. */
export type Target = 'send' | 'edit' | 'remove' | 'react' | 'ban' | 'close';

export interface Upstream {
  readonly event: 'connected' | 'disconnected' | Target;
  readonly connectionId: string;
  /** The ticket from negotiate. */
  readonly ticket: string;
  readonly arguments: readonly unknown[];
}

export interface Connection {
  readonly id: string;
  readonly ticket: string;
  readonly endpoint: Endpoint;
  readonly groups: Set<string>;
  /** Whether it is open at the service. */
  isOpen: boolean;
  /** Whether it is open at the client. Later frames are dropped. */
  isOpenAtClient: boolean;
  /** Arrival of the last frame that keeps the order. */
  lastFrameAt: number;
  /** Frames that arrived while the network was cut. */
  stalled: (() => void)[];
}

/** Either end notices a silent network after its keep-alive limit. */
const PING_LIMIT_MS = 30_000;

export class SimulatedService {
  readonly connections = new Map<string, Connection>();
  broadcasts = 0;
  readonly #simulation: Simulation;
  readonly #upstream: (event: Upstream) => Promise<unknown>;
  #lastId = 0;

  constructor(simulation: Simulation, upstream: (event: Upstream) => Promise<unknown>) {
    this.#simulation = simulation;
    this.#upstream = upstream;
  }

  get open(): Connection[] {
    return [...this.connections.values()].filter(({ isOpen }) => isOpen);
  }

  has(connectionId: string): boolean {
    return this.connections.get(connectionId)?.isOpen === true;
  }

  connect(ticket: string, endpoint: Endpoint): Connection {
    this.#lastId += 1;
    const connection: Connection = {
      id: `c${this.#lastId}`,
      ticket,
      endpoint,
      groups: new Set(),
      isOpen: true,
      isOpenAtClient: true,
      lastFrameAt: 0,
      stalled: [],
    };
    this.connections.set(connection.id, connection);
    this.#postConnectionEvent('connected', connection);
    return connection;
  }

  /** The client ends it. Without a network the service notices by the silence. */
  leave(connection: Connection): void {
    connection.isOpenAtClient = false;
    if (connection.endpoint.network.isCut) this.#closeWhenSilent(connection);
    else this.#after(connection, 'goodbye', () => this.#close(connection));
  }

  /** The service ends it. Returns whether it existed. */
  end(connectionId: string, reason?: string): boolean {
    const connection = this.connections.get(connectionId);
    if (!connection?.isOpen) return false;
    this.#close(connection);
    this.#inOrder(connection, 'close', () => this.#sendClosed(connection, reason));
    return true;
  }

  /** The network of a client went away. */
  cut(network: SimulatedNetwork): void {
    for (const connection of this.#over(network)) {
      this.#closeWhenSilent(connection);
      const limit = this.#simulation.scheduler.between(PING_LIMIT_MS / 2, PING_LIMIT_MS);
      this.#after(connection, 'client receives nothing', limit, () => {
        if (network.isCut) this.#sendClosed(connection, undefined);
      });
    }
  }

  /** It is back: pending frames arrive, and clients without a connection notice. */
  restore(network: SimulatedNetwork): void {
    for (const connection of this.#over(network)) {
      const { stalled } = connection;
      connection.stalled = [];
      if (connection.isOpen) for (const arrive of stalled) arrive();
      else this.#after(connection, 'reset', () => this.#sendClosed(connection, undefined));
    }
  }

  /** One REST call for one action of the output binding. */
  perform(action: Action): void {
    if ('action' in action) {
      // Joining a dead connection to a group looks like a success to the function.
      const connection = this.connections.get(action.connectionId);
      if (connection?.isOpen) connection.groups.add(action.groupName);
      return;
    }
    const { target, arguments: args } = action;
    if (target === 'events') this.#simulation.ledger.reads.checkEvents(args[0] as Events);
    if ('connectionId' in action) {
      const connection = this.connections.get(action.connectionId);
      if (connection?.isOpen) this.#send(connection, target, args[0]);
      return;
    }
    // No connection has a user id.
    if ('userId' in action) return;
    this.broadcasts += 1;
    for (const connection of this.connections.values()) {
      const isMember = connection.isOpen && connection.groups.has(action.groupName);
      if (isMember) this.#send(connection, target, args[0]);
    }
  }

  /** A client's invocation. Never settles if event or answer get lost. */
  invoke(connection: Connection, target: Target, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#after(connection, 'invocation', () => {
        if (!connection.isOpen || connection.endpoint.network.isCut) return;
        this.#post(target, connection, args, (answer) => {
          const { completionLost } = this.#simulation.faults;
          this.#frame(connection, 'completion', completionLost, () => {
            answer.then(resolve, reject);
          });
        });
      });
    });
  }

  #postConnectionEvent(event: 'connected' | 'disconnected', connection: Connection): void {
    const { scheduler, faults } = this.#simulation;
    const isDropped = event === 'connected' && scheduler.chance(faults.refusedDropped);
    this.#post(event, connection, [], (answer) => {
      if (event === 'disconnected') {
        answer.then(
          () => this.#simulation.ledger.reportGone(connection.id),
          () => {},
        );
      }
      // Nobody waits for the answer to an event of this kind.
      answer.catch(() => {
        if (isDropped) this.#drop(connection);
      });
    });
  }

  #post(
    event: Upstream['event'],
    connection: Connection,
    args: readonly unknown[],
    answered: (answer: Promise<unknown>) => void,
  ): void {
    const { scheduler, faults } = this.#simulation;
    const { id: connectionId, ticket } = connection;
    const copies = copiesOf(scheduler, faults.eventLost, faults.eventDoubled);
    if (copies === 0) scheduler.note(`${event} lost`);
    for (let copy = 0; copy < copies; copy += 1) {
      const isLate = scheduler.chance(faults.eventLate);
      const delay = isLate ? scheduler.between(20, 12_000) : this.#latency();
      scheduler.after(delay, `${event} of ${connectionId}`, () => {
        const answer = this.#upstream({ event, connectionId, ticket, arguments: args });
        const settled = () => answered(answer);
        answer.then(settled, settled);
      });
    }
  }

  #close(connection: Connection): void {
    if (!connection.isOpen) return;
    connection.isOpen = false;
    connection.groups.clear();
    this.#postConnectionEvent('disconnected', connection);
  }

  /** The service refuses to have it any longer: an end that nobody reports to the functions. */
  #drop(connection: Connection): void {
    if (!connection.isOpen) return;
    connection.isOpen = false;
    connection.groups.clear();
    this.#inOrder(connection, 'drop', () => this.#sendClosed(connection, undefined));
  }

  #closeWhenSilent(connection: Connection): void {
    const limit = this.#simulation.scheduler.between(PING_LIMIT_MS / 6, PING_LIMIT_MS);
    this.#after(connection, 'service receives nothing', limit, () => {
      if (connection.endpoint.network.isCut || !connection.isOpenAtClient) this.#close(connection);
    });
  }

  #sendClosed(connection: Connection, reason: string | undefined): void {
    if (!connection.isOpenAtClient) return;
    connection.isOpenAtClient = false;
    connection.endpoint.closed(reason);
    // The client gave up, although its connection was only silent.
    if (connection.isOpen) this.#closeWhenSilent(connection);
  }

  #send(connection: Connection, target: string, argument: unknown): void {
    this.#frame(connection, target, this.#simulation.faults.frameLost, () =>
      connection.endpoint.receive(target, argument),
    );
  }

  #frame(connection: Connection, label: string, lost: number, give: () => void): void {
    const { scheduler, faults } = this.#simulation;
    const copies = copiesOf(scheduler, lost, faults.frameDoubled);
    if (copies === 0) scheduler.note(`${label} frame lost`);
    for (let copy = 0; copy < copies; copy += 1) {
      if (scheduler.chance(faults.frameLate)) {
        const ms = scheduler.between(20, 4_000);
        this.#after(connection, label, ms, () => this.#arrive(connection, give));
      } else this.#inOrder(connection, label, give);
    }
  }

  #inOrder(connection: Connection, label: string, give: () => void): void {
    const { now } = this.#simulation.scheduler;
    connection.lastFrameAt = Math.max(now + this.#latency(), connection.lastFrameAt);
    const ms = connection.lastFrameAt - now;
    this.#after(connection, label, ms, () => this.#arrive(connection, give));
  }

  #arrive(connection: Connection, give: () => void): void {
    if (!connection.isOpenAtClient) return;
    if (connection.endpoint.network.isCut) connection.stalled.push(give);
    else give();
  }

  #over(network: SimulatedNetwork): Connection[] {
    return [...this.connections.values()].filter(({ endpoint, isOpen, isOpenAtClient }) => {
      return endpoint.network === network && (isOpen || isOpenAtClient);
    });
  }

  #after(connection: Connection, label: string, ...rest: [number, () => void] | [() => void]) {
    const [ms, run] = rest.length === 2 ? rest : [this.#latency(), rest[0]];
    this.#simulation.scheduler.after(ms, `${connection.id}: ${label}`, run);
  }

  #latency(): number {
    return this.#simulation.scheduler.between(0.5, 8);
  }
}

function copiesOf(scheduler: Scheduler, lost: number, doubled: number): number {
  if (scheduler.chance(lost)) return 0;
  return scheduler.chance(doubled) ? 2 : 1;
}
