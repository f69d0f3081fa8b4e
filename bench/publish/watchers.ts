// People who watch a log that is published, in a process of their own: their work must not hold what is measured.

import { type ChatSocket, enter } from '../load/chat-socket.ts';
import { takeOrders } from '../load/take-orders.ts';
import { Arrivals } from './arrivals.ts';

export type WatchersOrder =
  /** `first` is the number of the first line. Answers when all are in the room. */
  | {
      readonly kind: 'watch';
      readonly url: string;
      readonly room: string;
      readonly people: number;
      readonly first: number;
      readonly lines: number;
    }
  /** Answers with {@link Arrived} when all have all lines, or when no more of them come. */
  | { readonly kind: 'report' };

const PING_EVERY_MS = 10_000;
/** After so long without a copy no more of them come. */
const LAST_COPY_MS = 30_000;

const sockets: ChatSocket[] = [];
let arrivals = new Arrivals(0, 0);
let ended = 0;

async function report() {
  let copies = -1;
  for (let idleSince = 0; !arrivals.isComplete; ) {
    if (ended > 0) throw new Error(`unable to go on; ${ended} connections ended. Look why.`);
    if (arrivals.copies !== copies) {
      copies = arrivals.copies;
      idleSince = performance.now();
    }
    if (performance.now() - idleSince > LAST_COPY_MS) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return arrivals.result();
}

async function obey(order: WatchersOrder): Promise<unknown> {
  switch (order.kind) {
    case 'watch': {
      const { url, room, people, first, lines } = order;
      arrivals = new Arrivals(people, lines);
      for (let person = 0; person < people; person += 1) {
        const onNumber = (number: number) =>
          arrivals.arrived(person, number - first, performance.now());
        const onEnd = () => (ended += 1);
        sockets.push(await enter({ url, room, name: `Watch${person}`, onNumber, onEnd }));
      }
      return undefined;
    }
    case 'report':
      return report();
  }
}

setInterval(() => {
  for (const socket of sockets) socket.ping();
}, PING_EVERY_MS).unref();
takeOrders(obey);
