// What is compared: ways to keep who is connected and to reach everybody, and the meter that counts what each of them costs.

import { BILLING_STEP_BYTES } from '../../functions/room/frames.ts';
import type { Operation, Range, Table } from '../../functions/room/table.ts';
import type { Clock } from '../../test/support/clock.ts';
import { MemoryTable } from '../../test/support/memory-table.ts';

/** What Azure charges for, and what a process waits for. */
export interface Cost {
  /** Requests to storage: a transaction is one. */
  readonly requests: number;
  /** Rows that these wrote or read. The dearer reading of the price list bills each. */
  readonly entities: number;
  /** Size of those rows as JSON. */
  readonly bytes: number;
  /** REST calls to the service. */
  readonly restCalls: number;
  /** Outbound messages: each started 2 KB for each receiver, and each answer. */
  readonly billed: number;
  /** Lines that the functions log. */
  readonly logBytes: number;
}

export const NOTHING: Cost = {
  requests: 0,
  entities: 0,
  bytes: 0,
  restCalls: 0,
  billed: 0,
  logBytes: 0,
};

export type CostOf = keyof Cost;

/** Counts what goes through it. */
export class Meter {
  cost: Cost = NOTHING;
  /** Run while each request to storage is under way. */
  duringRequest: () => Promise<void> = async () => {};
  readonly table: Table;

  constructor(table: Table = new MemoryTable()) {
    const size = (value: unknown) => Buffer.byteLength(JSON.stringify(value) ?? '');
    const request = async <T>(run: () => Promise<T>, entities: (result: T) => number, sent = 0) => {
      await this.duringRequest();
      const result = await run();
      const bytes = sent || size(result);
      this.#add({ requests: 1, entities: Math.max(1, entities(result)), bytes });
      return result;
    };
    this.table = {
      get: (partition, key) =>
        request(
          () => table.get(partition, key),
          () => 1,
        ),
      list: (partition: string, range: Range) =>
        request(
          () => table.list(partition, range),
          (rows) => rows.length,
        ),
      commit: (partition: string, operations: readonly Operation[]) =>
        request(
          () => table.commit(partition, operations),
          () => operations.length,
          size(operations),
        ),
    };
  }

  /** A REST call that sends a message to so many connections, as the hub protocol carries it. */
  send(target: string, args: readonly unknown[], receivers: number): void {
    const size = Buffer.byteLength(JSON.stringify({ type: 1, target, arguments: args }));
    this.#add({ restCalls: 1, billed: Math.ceil(size / BILLING_STEP_BYTES) * receivers });
  }

  /** A REST call that sends nothing, for example to a group. */
  call(): void {
    this.#add({ restCalls: 1 });
  }

  /** The answer to an invocation. It needs no REST call. */
  answer(): void {
    this.#add({ billed: 1 });
  }

  log(line: string): void {
    this.#add({ logBytes: Buffer.byteLength(line) });
  }

  #add(more: Partial<Cost>): void {
    const { cost } = this;
    this.cost = {
      requests: cost.requests + (more.requests ?? 0),
      entities: cost.entities + (more.entities ?? 0),
      bytes: cost.bytes + (more.bytes ?? 0),
      restCalls: cost.restCalls + (more.restCalls ?? 0),
      billed: cost.billed + (more.billed ?? 0),
      logBytes: cost.logBytes + (more.logBytes ?? 0),
    };
  }
}

/** One chat room of a design. Its methods end when the design has done all that the event makes it do. */
export interface Room {
  readonly connect: (connectionId: string) => Promise<void>;
  readonly disconnect: (connectionId: string) => Promise<void>;
  readonly message: (connectionId: string, text: string, id: string) => Promise<void>;
  /** Absent where the design has no such thing. */
  readonly typing?: (connectionId: string) => Promise<void>;
  readonly react?: (connectionId: string) => Promise<void>;
  readonly edit?: (connectionId: string) => Promise<void>;
  /** The connections that the service knows, for anyone who asks it. */
  readonly service: Set<string>;
  /** The number online that the design would show. Undefined if it has none. */
  readonly count: () => Promise<number | undefined>;
  readonly clock: Clock;
  /** Charges for what the design did outside of an event, before the cost is read. */
  readonly charge?: () => void;
  /** What the platform calls each minute. */
  readonly everyMinute?: () => Promise<void>;
}

export interface Design {
  readonly name: string;
  /** What it is a restatement of. */
  readonly about: string;
  readonly open: (meter: Meter) => Promise<Room>;
}
