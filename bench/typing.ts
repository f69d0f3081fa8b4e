// What a typed line costs: the messages that the service bills for the line, its acknowledgement and its typing notes, and
// the calls that the page makes. One person types in a room where the others only listen. Counted at the emulator, for the
// build of an earlier commit and for this one, in turns. The third pair is the page of that commit on the app of this one:
// a client that sends notes more often than the rule of the room allows.
//
//   npm run bench -- typing [--base db47424] [--online 2,8,20,100,1000] [--seconds 10] [--lines 2]

import { setTimeout as sleep } from 'node:timers/promises';
import { build } from '../local/build/build.ts';
import { ROOT } from '../local/root.ts';
import type { Stack } from '../local/stack/stack.ts';
import { buildBase } from './base-build.ts';
import { type ChatSocket, enter } from './load/chat-socket.ts';
import { type Counts, countsOf, until } from './load/counts.ts';
import { readOptions } from './options.ts';

type Build = Pick<Awaited<ReturnType<typeof buildBase>>, 'root' | 'load'>;

/** The part of the page that is used here. Its own types need a browser's. */
interface Page {
  startChat(deps: object): PageChat;
  chatApi(room: string, fetcher: typeof fetch): unknown;
  openHub(address: object, listener: unknown, fetcher: typeof fetch): unknown;
}

interface PageChat {
  readonly store: {
    readonly state: {
      readonly online: number | undefined;
      readonly log: { readonly to: number };
      readonly outbox: readonly unknown[];
    };
  };
  typing(): void;
  write(text: string): void;
  stop(): void;
}

interface Cost {
  readonly outbound: number;
  readonly calls: number;
}

const values = readOptions({
  base: { type: 'string', default: 'db47424' },
  online: { type: 'string', default: '2,8,20,100,1000' },
  seconds: { type: 'string', default: '10' },
  lines: { type: 'string', default: '2' },
});
const SIZES = values.online.split(',').map(Number);
const TYPED_MS = Number(values.seconds) * 1_000;
const LINES = Number(values.lines);
const KEY_MS = 250;
/** Below the 15 s after which a silent client would count as lost. */
const PING_MS = 5_000;
const ENTER_AT_A_TIME = 32;
/** For broadcasts of presence, which are not the line's. */
const QUIET_MS = 7_000;

const base = await buildBase(values.base);
try {
  await build({ forProduction: true });
  const here: Build = {
    root: ROOT,
    load: (path) => import(new URL(`../${path}`, import.meta.url).href),
  };
  console.log(
    `One person types lines of ${TYPED_MS / 1_000} s, a key every ${KEY_MS} ms. Per line: billed outbound messages, and calls of the page.\n`,
  );
  const head = [
    'online',
    `at ${values.base}`,
    'calls',
    'here',
    'calls',
    'ratio',
    'its page, here',
    'calls',
  ];
  print(head);
  for (const online of SIZES) {
    const before = await measure(online, base, base);
    const after = await measure(online, here, here);
    const foreign = await measure(online, here, base);
    const ratio = (after.outbound / before.outbound).toFixed(2);
    print([
      online,
      ...[before.outbound, before.calls, after.outbound, after.calls].map(toText),
      ratio,
      ...[foreign.outbound, foreign.calls].map(toText),
    ]);
  }
} finally {
  base.remove();
}

/** A stack of its own for each measurement, so that nothing of another room is counted. */
async function measure(online: number, app: Build, page: Build): Promise<Cost> {
  const { startStack } =
    await app.load<typeof import('../local/stack/stack.ts')>('local/stack/stack.ts');
  const stack = await startStack();
  const others: ChatSocket[] = [];
  const pings = setInterval(() => others.forEach((other) => void other.ping()), PING_MS);
  try {
    await fill(stack, online - 1, others);
    return await type(stack, online, await loadPage(page));
  } finally {
    clearInterval(pings);
    for (const other of others) other.cut();
    await stack.stop();
  }
}

async function loadPage({ load }: Build): Promise<Page> {
  const [chat, api, hub] = await Promise.all([
    load<Page>('web/connection/chat.ts'),
    load<Page>('web/connection/chat-api.ts'),
    load<Page>('web/connection/hub.ts'),
  ]);
  return { ...chat, ...api, ...hub };
}

async function fill({ url }: Stack, people: number, others: ChatSocket[]): Promise<void> {
  const names = Array.from({ length: people }, (_, n) => `Guest ${n}`);
  const work = async () => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      const listener = { onNumber: () => {}, onEnd: () => {} };
      others.push(await enter({ url, room: 'lobby', name, ...listener }));
    }
  };
  await Promise.all(Array.from({ length: ENTER_AT_A_TIME }, work));
}

/** The page's own code types and sends. Keys come in time, also if a note is refused. */
async function type(stack: Stack, online: number, page: Page): Promise<Cost> {
  const address = `${stack.url}/`;
  const fetcher: typeof fetch = (input, init) => fetch(new URL(String(input), address), init);
  const at = { base: address, room: 'lobby', name: 'Ada', token: async () => undefined };
  let ids = 0;
  const chat = page.startChat({
    room: at.room,
    open: (listener: unknown) =>
      page.openHub({ ...at, route: { isSilent: false } }, listener, fetcher),
    api: page.chatApi(at.room, fetcher),
    newId: () => `line-${++ids}`,
    random: Math.random,
    isVisible: () => true,
  });
  try {
    await until(() => chat.store.state.online === online, `all ${online} to be counted`);
    await sleep(QUIET_MS);
    const before = await countsOf(stack);
    for (let line = 1; line <= LINES; line += 1) {
      const startedAt = performance.now();
      for (let ms = 0; ms < TYPED_MS; ms += KEY_MS) {
        chat.typing();
        await sleep(Math.max(0, startedAt + ms + KEY_MS - performance.now()));
      }
      chat.write(`line ${line}`);
      await until(() => chat.store.state.log.to === line, 'the line to be shown');
      await until(() => chat.store.state.outbox.length === 0, 'the line to be acknowledged');
    }
    // The last frames are on their way to the others.
    await sleep(1_000);
    const after = await countsOf(stack);
    const callsIn = ({ upstream: { typing = 0, send = 0 } }: Counts) => typing + send;
    return {
      outbound: (after.billedMessages - before.billedMessages) / LINES,
      calls: (callsIn(after) - callsIn(before)) / LINES,
    };
  } finally {
    chat.stop();
  }
}

function toText(number: number): string {
  return String(Math.round(number * 10) / 10);
}

function print(cells: readonly (string | number)[]): void {
  console.log(cells.map((cell) => String(cell).padStart(15)).join(''));
}
