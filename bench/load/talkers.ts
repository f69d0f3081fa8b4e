// People who stay in a room and talk while others come and go, in a process of their own. The times of their messages must not
// hold the work of the load generator, which reads a copy of each message for each of its people.

import { type ChatSocket, enter } from './chat-socket.ts';
import { takeOrders } from './take-orders.ts';

export type TalkersOrder =
  | {
      readonly kind: 'enter';
      readonly url: string;
      readonly room: string;
      readonly people: number;
    }
  /** Answers at once. They talk until `hush`. */
  | { readonly kind: 'talk' }
  /** Answers with the time until its acknowledgement of each message since `talk`, ms. */
  | { readonly kind: 'hush' }
  | { readonly kind: 'leave' };

/** Of one person. Their messages are handled in order, so a faster one would wait for its own. */
const TALK_EVERY_MS = 1_000;
const PING_EVERY_MS = 10_000;
/** An acknowledgement that takes longer fails the measurement. */
const LAST_ACK_MS = 10_000;

let people: ChatSocket[] = [];
let number = 0;
/** The time at which each message was sent, until its acknowledgement. */
const unacked = new Map<number, number>();
let ackedMs: number[] = [];
let talk: NodeJS.Timeout | undefined;
let ended = 0;

function acked(one: number): void {
  const at = unacked.get(one);
  if (at === undefined) return;
  unacked.delete(one);
  ackedMs.push(performance.now() - at);
}

/** One after another, each once a second. */
function sayNext(): void {
  number += 1;
  unacked.set(number, performance.now());
  people[number % people.length]?.say(number);
}

async function hush(): Promise<readonly number[]> {
  clearInterval(talk);
  const end = performance.now() + LAST_ACK_MS;
  while (unacked.size > 0 && performance.now() < end) await pause(5);
  if (unacked.size > 0) throw new Error(`unable to go on; ${unacked.size} messages got no answer.`);
  if (ended > 0) throw new Error(`unable to go on; ${ended} connections ended. Look why.`);
  return ackedMs;
}

async function obey(order: TalkersOrder): Promise<unknown> {
  switch (order.kind) {
    case 'enter': {
      const { url, room } = order;
      for (let n = 0; n < order.people; n += 1) {
        const onEnd = () => (ended += 1);
        const person = { url, room, name: `Stay${n}`, onNumber: () => {}, onAck: acked, onEnd };
        people.push(await enter(person));
      }
      return undefined;
    }
    case 'talk':
      ackedMs = [];
      talk = setInterval(sayNext, TALK_EVERY_MS / people.length);
      return undefined;
    case 'hush':
      return hush();
    case 'leave':
      for (const socket of people) socket.cut();
      people = [];
      return undefined;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

setInterval(() => {
  for (const socket of people) socket.ping();
}, PING_EVERY_MS).unref();
takeOrders(obey);
