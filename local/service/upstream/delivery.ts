// How the events of one connection get upstream: in which order, and by whom.

import { EventQueue, type QueuedEvent } from './event-queue.ts';
import type { UpstreamEvent } from './upstream.ts';
import type { UpstreamAnswer } from './upstream-answer.ts';
import type { EventName } from './upstream-settings.ts';

/** Posts events; see `Upstream`. */
export interface EventSender {
  takes(event: EventName): boolean;
  post(event: UpstreamEvent): Promise<UpstreamAnswer>;
}

/** Runs events when their turn has come; see `EventQueue`. */
export interface Events {
  readonly isFull: boolean;
  push(event: QueuedEvent): void;
  end(last: QueuedEvent, dropWaiting: boolean): void;
}

export interface Delivery {
  readonly sender: EventSender;
  readonly events: Events;
}

/** @param onFull called with true when a connection has to wait, with false when it may go on */
export type Deliver = (onFull: (isFull: boolean) => void) => Delivery;

/** One after the other, each once. */
export function inOrder(sender: EventSender): Deliver {
  return (onFull) => ({ sender, events: new EventQueue(onFull) });
}
