// What each event costs, in this chat and in faithful restatements of what others do (bench/designs/): what storage, the service
// and the log are charged with. And how far each number online is off when events are lost, doubled or out of order.
//
// All designs run in this process, on a clock of their own and a table in memory that answers as slowly as Table Storage. So the
// numbers are the same on any machine.
//
//   npm run bench -- cost [--online 1,10,100,1000]
//
// `idle` is one event alone, with what follows within half a minute. `busy` is an event of a hundred in one second.

import {
  type Cost,
  type CostOf,
  type Design,
  Meter,
  NOTHING,
  type Room,
} from './designs/design.ts';
import { ANCESTOR, COUNTER, QUICKSTART } from './designs/others.ts';
import { OURS } from './designs/ours.ts';
import { readOptions } from './options.ts';

const values = readOptions({ online: { type: 'string', default: '1,10,100,1000' } });
const ONLINE = values.online.split(',').map(Number);
const DESIGNS: readonly Design[] = [OURS, ANCESTOR, COUNTER, QUICKSTART];
/** How long storage takes for a request. */
const REQUEST_MS = 12;
const BUSY_EVENTS = 100;
/** A person may not send more in a second. */
const MOST_BY_ONE = 20;
const AFTER_MS = 30_000;
const TEXT = 'A line of an ordinary length, as people write it.';

/** Prices: infra/README.md, "What it costs". */
const USD_PER_MILLION = { entities: 0.036, billed: 1 } as const;

interface Event {
  readonly name: string;
  /** How many of them may come within a second in a room with so many people. */
  readonly most: (online: number) => number;
  /** Undefined if the design has no such thing. */
  readonly run: (room: Room, n: number, online: number) => Promise<void> | undefined;
}

const byOneOf = (n: number, online: number) => `c${n % online}`;
const ofAll = (online: number) => online * MOST_BY_ONE;

const EVENTS: readonly Event[] = [
  {
    name: 'connect',
    most: () => BUSY_EVENTS,
    run: (room, n) => {
      room.service.add(`new-${n}`);
      return room.connect(`new-${n}`);
    },
  },
  {
    name: 'message',
    most: ofAll,
    run: (room, n, online) => room.message(byOneOf(n, online), TEXT, `m-${n}`),
  },
  { name: 'typing', most: ofAll, run: (room, n, online) => room.typing?.(byOneOf(n, online)) },
  { name: 'reaction', most: (online) => online, run: (room, n) => room.react?.(`c${n}`) },
  { name: 'edit', most: () => MOST_BY_ONE, run: (room) => room.edit?.('c0') },
  {
    name: 'disconnect',
    most: (online) => online,
    run: (room, n) => {
      room.service.delete(`c${n}`);
      return room.disconnect(`c${n}`);
    },
  },
];

/** The cost of one event. Undefined if the design has no such event. */
async function measure(design: Design, event: Event, online: number, count: number) {
  const meter = new Meter();
  const room = await design.open(meter);
  for (let n = 0; n < online; n += 1) room.service.add(`c${n}`);
  const joining = [...room.service].map((connectionId) => room.connect(connectionId));
  await room.clock.advance(AFTER_MS);
  await Promise.all(joining);
  // What a room does only once: its place on the list of rooms, and on the schedule of the cleanup.
  await room.message('c0', TEXT, 'first');
  await room.clock.advance(AFTER_MS);
  room.charge?.();
  const before = meter.cost;
  meter.duringRequest = () => room.clock.sleep(REQUEST_MS);
  const running: Promise<void>[] = [];
  for (let n = 0; n < count; n += 1) {
    const done = event.run(room, n, online);
    if (!done) return undefined;
    running.push(done);
    await room.clock.advance(1_000 / count);
  }
  await room.clock.advance(AFTER_MS);
  await Promise.all(running);
  room.charge?.();
  return shareOf(meter.cost, before, count);
}

function shareOf(after: Cost, before: Cost, count: number): Cost {
  const names = Object.keys(NOTHING) as CostOf[];
  const shares = names.map((name) => [name, (after[name] - before[name]) / count]);
  return Object.fromEntries(shares) as unknown as Cost;
}

const COLUMNS: readonly (readonly [title: string, of: CostOf])[] = [
  ['requests', 'requests'],
  ['entities', 'entities'],
  ['bytes', 'bytes'],
  ['REST calls', 'restCalls'],
  ['billed', 'billed'],
  ['log bytes', 'logBytes'],
];

const short = (value: number) =>
  value >= 100 || Number.isInteger(value)
    ? Math.round(value).toLocaleString('en')
    : value.toFixed(2);

async function printCosts(): Promise<Map<string, Cost>> {
  const messages = new Map<string, Cost>();
  for (const event of EVENTS) {
    const titles = COLUMNS.map(([title]) => title);
    console.log(`**${event.name}**\n`);
    console.log(`| | online | ${titles.map((title) => `${title}, idle | busy`).join(' | ')} |`);
    console.log(`|---|---:|${titles.map(() => '---:|---:|').join('')}`);
    for (const design of DESIGNS) {
      for (const online of ONLINE) {
        const idle = await measure(design, event, online, 1);
        if (!idle) continue;
        const most = Math.min(BUSY_EVENTS, event.most(online));
        const busy = (await measure(design, event, online, most)) ?? idle;
        const cells = COLUMNS.map(([, of]) => `${short(idle[of])} | ${short(busy[of])}`);
        console.log(`| ${design.name} | ${short(online)} | ${cells.join(' | ')} |`);
        if (event.name === 'message') messages.set(`${design.name} ${online}`, idle);
      }
    }
    console.log('');
  }
  return messages;
}

function printPrices(messages: ReadonlyMap<string, Cost>): void {
  console.log('**A million messages at list prices, USD, each alone: storage + service**\n');
  console.log(`| | ${ONLINE.map((online) => `${short(online)} online`).join(' | ')} |`);
  console.log(`|---|${ONLINE.map(() => '---:|').join('')}`);
  for (const { name } of DESIGNS) {
    const cells = ONLINE.map((online) => {
      const { entities, billed } = messages.get(`${name} ${online}`) ?? NOTHING;
      const storage = entities * USD_PER_MILLION.entities;
      return `${storage.toFixed(2)} + ${short(billed * USD_PER_MILLION.billed)}`;
    });
    console.log(`| ${name} | ${cells.join(' | ')} |`);
  }
  console.log('');
}

type Trouble = readonly [
  title: string,
  /** Which events of a visit come, in order. */
  visit: (n: number) => readonly ('connect' | 'disconnect')[],
];

const VISITS = 100;
/** Of the visits, so many are over at the end. */
const isOver = (n: number) => n % 2 === 0;
const whole = (n: number) =>
  isOver(n) ? (['connect', 'disconnect'] as const) : (['connect'] as const);

const TROUBLES: readonly Trouble[] = [
  ['nothing', whole],
  ['every tenth end is lost', (n) => (n % 20 === 0 ? ['connect'] : whole(n))],
  ['every event comes twice', (n) => whole(n).flatMap((event) => [event, event])],
  [
    'every tenth end overtakes its beginning',
    (n) => (n % 20 === 0 ? ['disconnect', 'connect'] : whole(n)),
  ],
];

/** How far the number online is off, after the events and ten minutes later. */
async function misses(design: Design, visit: Trouble[1]): Promise<string> {
  const room = await design.open(new Meter());
  let right = 0;
  for (let n = 0; n < VISITS; n += 1) {
    const connectionId = `v${n}`;
    room.service.add(connectionId);
    for (const event of visit(n)) {
      await room[event](connectionId).catch(() => {});
    }
    if (isOver(n)) room.service.delete(connectionId);
    else right += 1;
  }
  const off = async () => {
    const count = await room.count();
    if (count === undefined) return 'none';
    return count === right ? 'right' : `${count > right ? '+' : ''}${count - right}`;
  };
  const first = await off();
  for (let minute = 0; minute < 10; minute += 1) {
    await room.clock.advance(60_000);
    await room.everyMinute?.();
  }
  const last = await off();
  return first === last ? first : `${first}, then ${last}`;
}

async function printMisses(): Promise<void> {
  console.log(
    `**How far the number online is off after ${VISITS} visits, half of them over, and ten minutes later**\n`,
  );
  console.log(`| what goes wrong | ${DESIGNS.map(({ name }) => name).join(' | ')} |`);
  console.log(`|---|${DESIGNS.map(() => '---|').join('')}`);
  for (const [title, visit] of TROUBLES) {
    const cells = await Promise.all(DESIGNS.map((design) => misses(design, visit)));
    console.log(`| ${title} | ${cells.join(' | ')} |`);
  }
  console.log('');
}

for (const { name, about } of DESIGNS) console.log(`- ${name}: ${about}`);
console.log('');
printPrices(await printCosts());
await printMisses();
