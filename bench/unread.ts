// What it costs to learn of new lines in other rooms, and how soon it happens. Each of many people is in one room and watches
// others. First each room gets one line after a silence, then one that mentions a person in another room, then a line every
// second for a minute. Counted at the emulator.
//
//   npm run bench -- unread [--people 1000] [--rooms 100] [--each 10] [--seconds 60]

import { setTimeout as sleep } from 'node:timers/promises';
import { build } from '../local/build/build.ts';
import { type Stack, startStack } from '../local/stack/stack.ts';
import { type ChatSocket, enter, WATCHING } from './load/chat-socket.ts';
import { countsOf, restCallsIn, until } from './load/counts.ts';
import { readOptions } from './options.ts';

const values = readOptions({
  people: { type: 'string', default: '1000' },
  rooms: { type: 'string', default: '100' },
  each: { type: 'string', default: '10' },
  seconds: { type: 'string', default: '60' },
});
const PEOPLE = Number(values.people);
const ROOMS = Number(values.rooms);
/** The rooms of a person: the one that it is in, and those that it watches. */
const EACH = Number(values.each);
const SECONDS = Number(values.seconds);
/** Below the 15 s after which a silent client would count as lost. */
const PING_MS = 5_000;
const ENTER_AT_A_TIME = 32;
/** For broadcasts of presence, and for notes that are on their way. */
const QUIET_MS = 7_000;

/** What arrived at all people. */
const seen = { watching: 0, copies: 0, acks: 0, notes: 0 };
/** By room: when its line was sent, ms. */
const sentAt = new Map<string, number>();
const delays: number[] = [];
let said = 0;

await build({ forProduction: true });
const stack = await startStack();
interface Member {
  readonly socket: ChatSocket;
  readonly room: string;
  readonly watched: readonly string[];
}
const people: Member[] = [];
const pings = setInterval(() => people.forEach(({ socket }) => void socket.ping()), PING_MS);
try {
  await fill(stack);
  await sleep(QUIET_MS);
  const startedAt = performance.now();
  const before = await countsOf(stack);
  for (const { socket, watched } of people) socket.watch(watched);
  await until(() => seen.watching === PEOPLE, 'every page to watch');
  const ms = performance.now() - startedAt;
  await sleep(1_000);
  const watching = await countsOf(stack);
  console.log(
    `${PEOPLE} people in ${ROOMS} rooms, who watch ${EACH - 1} others each: ${(watching.upstream.watch ?? 0) - (before.upstream.watch ?? 0)} calls, all at once, are answered within ${Math.round(ms)} ms. They cost ${restCallsIn(watching) - restCallsIn(before)} REST calls and ${watching.billedMessages - before.billedMessages} billed messages.\n`,
  );
  print(['', 'lines', 'billed for lines', 'billed for notes', 'notes a page', 'REST calls']);
  await measure('each room says one line', async () =>
    speakers().forEach((speaker) => void sayOne(speaker)),
  );
  const afterLine = delaysOf('A note');
  delays.length = 0;
  await measure('each room mentions a person elsewhere', async () =>
    speakers().forEach((speaker) => void sayOne(speaker, [strangerTo(speaker.room)])),
  );
  const afterMention = delaysOf('A note of a mention or of its line');
  await measure(`a line every second for ${SECONDS} s`, async () => {
    for (let second = 1; second <= SECONDS; second += 1) {
      const next = sleep(1_000);
      speakers().forEach((speaker) => void sayOne(speaker));
      await next;
    }
    // The note of the last line follows after a pause.
    await sleep(60_000);
  });
  console.log(`\n${afterLine}\n${afterMention}`);
} finally {
  clearInterval(pings);
  for (const { socket } of people) socket.cut();
  await stack.stop();
}

async function fill({ url }: Stack): Promise<void> {
  const numbers = Array.from({ length: PEOPLE }, (_, n) => n);
  const work = async () => {
    for (let n = numbers.shift(); n !== undefined; n = numbers.shift()) {
      const [room = '', ...watched] = roomsOf(n);
      const socket = await enter({
        url,
        room,
        name: `Guest ${n}`,
        onNumber: () => {
          seen.copies += 1;
        },
        onAck: (number) => {
          if (number === WATCHING) seen.watching += 1;
          else seen.acks += 1;
        },
        onUnread: (noted) => {
          seen.notes += 1;
          const at = sentAt.get(noted);
          if (at !== undefined) delays.push(performance.now() - at);
        },
        onEnd: () => {},
      });
      people.push({ socket, room, watched });
    }
  };
  await Promise.all(Array.from({ length: ENTER_AT_A_TIME }, work));
}

/** The rooms of a person, evenly spread. The first one is the person's own. */
function roomsOf(n: number): string[] {
  const step = Math.max(1, Math.floor(ROOMS / EACH));
  return Array.from({ length: EACH }, (_, k) => `room-${(n + k * step) % ROOMS}`);
}

/** One person of each room. */
function speakers(): readonly Member[] {
  return [...new Map(people.map((person) => [person.room, person])).values()];
}

/** Somebody in another room, who does not watch this one. */
function strangerTo(room: string): string {
  const stranger = people.find((one) => one.room !== room && !one.watched.includes(room));
  return (stranger ?? people[0])?.socket.userId ?? '';
}

function delaysOf(what: string): string {
  delays.sort((one, other) => one - other);
  const at = (share: number) => Math.round(delays[Math.floor(share * (delays.length - 1))] ?? 0);
  return `${what} arrives after ${at(0.5)} ms (p50), ${at(0.95)} ms (p95), ${at(1)} ms (the last).`;
}

function sayOne({ socket, room }: Member, mentions?: readonly string[]): void {
  said += 1;
  sentAt.set(room, performance.now());
  socket.say(said, mentions);
}

async function measure(what: string, talk: () => Promise<void>): Promise<void> {
  const linesBefore = said;
  const { notes, copies, acks } = { ...seen };
  const before = await countsOf(stack);
  await talk();
  await sleep(QUIET_MS);
  const lines = said - linesBefore;
  const forNotes = seen.notes - notes;
  const after = await countsOf(stack);
  const billed = after.billedMessages - before.billedMessages;
  const calls = restCallsIn(after) - restCallsIn(before);
  print([what, lines, billed - forNotes, forNotes, (forNotes / PEOPLE).toFixed(1), calls]);
  if (seen.acks - acks < lines || seen.copies - copies < lines) {
    throw new Error('unable to measure; lines are missing. Run it alone.');
  }
}

function print(cells: readonly (string | number)[]): void {
  console.log(cells.map((cell, n) => String(cell).padEnd(n === 0 ? 40 : 18)).join(''));
}
