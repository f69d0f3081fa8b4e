// The delivery of one connection's events to the upstream: their order, and their sender.

import { EventQueue, type QueuedEvent } from './event-queue.ts';
import type { UpstreamEvent } from './upstream.ts';
import type { UpstreamAnswer } from './upstream-answer.ts';
import type { EventName } from './upstream-settings.ts';

/** Posts events, see `Upstream`. */
export interface EventSender {
  takes(event: EventName): boolean;
  post(event: UpstreamEvent): Promise<UpstreamAnswer>;
}

/** Runs events in their order, see `EventQueue`. */
export interface EventSink {
  readonly isFull: boolean;
  push(event: QueuedEvent): void;
  end(last: QueuedEvent, dropWaiting: boolean): void;
}

interface Delivery {
  readonly sender: EventSender;
  readonly events: EventSink;
}

/** @param onFull called with true when a connection has to wait, with false when it may continue */
export type Deliver = (onFull: (isFull: boolean) => void) => Delivery;

/** Delivers one event after another, each once. */
export function inOrder(sender: EventSender): Deliver {
  return (onFull) => ({ sender, events: new EventQueue(onFull) });
}
