// `serverless-chat doctor`: sends a line through the whole chat, hop by hop, and names the broken hop with its cure.
// diagnosis.ts judges what the hops show.

import { CHECK_ROOM, type ConnectionInfo } from '../../../functions/protocol.ts';
import { ROOT } from '../../root.ts';
import { parseConnectionInfo, parseMembers, parseRefusal } from '../api/answers.ts';
import { inRoom } from '../api/chat-api.ts';
import { type ChatValues, connect } from '../api/chat-options.ts';
import { isLoopback } from '../api/loopback.ts';
import type { Network } from '../api/network.ts';
import type { ExitCode } from '../command-line/exit-code.ts';
import { type CommandContext, Interrupted } from '../context.ts';
import { Caller } from '../tail/caller.ts';
import { Checkup, printRows } from './checkup.ts';
import {
  judgeClock,
  judgeConnect,
  judgeFunctions,
  judgeHear,
  judgeLeave,
  judgeNegotiate,
  judgeOutput,
  judgePage,
  judgePart,
  judgeSend,
  judgeTimer,
  judgeWebSockets,
} from './diagnosis.ts';
import { type Asking, askHealth, exchange, type HealthSeen } from './exchange.ts';
import { type ConnectFacts, isUnreachable } from './observations.ts';
import { judgeUpstream } from './upstream-diagnosis.ts';
import { Visit } from './visit.ts';

/** For the event `disconnected` after the end of the connection. */
const LEAVE_WITHIN_MS = 10_000;
const LEAVE_PAUSE_MS = 250;

export type DoctorValues = ChatValues & {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly token: string | undefined;
};

/** Exit code 0 if no hop is broken. */
export async function doctor(values: DoctorValues, context: CommandContext): Promise<ExitCode> {
  const api = await connect(values, context);
  if (values['retry-for']) {
    // A new deployment takes its time. The hops say what is wrong after it.
    const health = { to: 'ask for the health of the chat', path: '/api/health' };
    await api
      .call(health, { 200: ({ status }) => status }, context.interrupts.first)
      .catch(throwInterrupted);
  }
  const checkup = new Checkup(values, context);
  try {
    await examine(checkup, values, context);
  } finally {
    context.status.clear();
  }
  return printRows(checkup.rows, values, context);
}

function throwInterrupted(error: unknown): void {
  if (error instanceof Interrupted) throw error;
}

const AFTER_CONNECT = ['websockets', 'upstream', 'output', 'send', 'hear', 'leave'] as const;

/** What the checks of one examination share. */
interface Examination {
  readonly checkup: Checkup;
  readonly values: DoctorValues;
  readonly network: Network;
  readonly asking: Asking;
  /** A room of its own. The timer deletes it, see functions/timer/cleanup.ts. */
  readonly room: string;
  readonly caller: Caller;
  readonly newRunId: () => string;
}

async function examine(
  checkup: Checkup,
  values: DoctorValues,
  context: CommandContext,
): Promise<void> {
  const network = await context.network();
  const { clock, interrupts, newRunId } = context;
  const examination: Examination = {
    checkup,
    values,
    network,
    asking: { fetch: network.fetch, clock, signal: interrupts.first },
    room: `${CHECK_ROOM}${newRunId()}`,
    caller: new Caller(values.token),
    newRunId,
  };
  if (isLoopback(new URL(values.url).hostname)) await checkMachine(examination);
  await checkPage(examination);
  const health = await checkHealth(examination);
  const info = await checkNegotiate(examination);
  if (info) return checkConnection(info, health, examination);
  checkup.skip(['clock'], 'the service was not asked');
  checkup.skip(['connect', ...AFTER_CONNECT], 'it needs the answer of negotiate');
}

async function checkMachine({ checkup, values, asking }: Examination): Promise<void> {
  // Only here, because it loads more than a chat elsewhere needs.
  const { checkPort, checkSettings, judgeNode } = await import('./machine.ts');
  await checkup.check('node', 'the version of Node', () => judgeNode(process.version));
  await checkup.check('settings', 'the settings of this checkout', () => checkSettings(ROOT));
  await checkup.check('port', 'who has the port of the page', () => checkPort(values.url, asking));
}

async function checkPage({ checkup, values: { url }, asking }: Examination): Promise<void> {
  const get = (address: URL) => exchange(address, { method: 'GET', headers: {} }, asking);
  await checkup.check('page', 'GET /', async () => {
    const page = await get(new URL(`${url}/`));
    const script = isUnreachable(page) ? undefined : /<script[^>]+src="([^"]+)"/.exec(page.text);
    const source = script?.[1] === undefined ? undefined : new URL(script[1], `${url}/`);
    return judgePage(page, source ? await get(source) : undefined);
  });
}

async function checkHealth({ checkup, values, asking }: Examination): Promise<HealthSeen> {
  let health: HealthSeen | undefined;
  await checkup.check('functions', 'GET /api/health', async () => {
    health = await askHealth(values.url, asking);
    return judgeFunctions(health.facts, health.seen);
  });
  const facts = health?.facts;
  const tried = 'what health says';
  await checkup.check('storage', tried, () => judgePart(facts?.storage));
  await checkup.check('service', tried, () => judgePart(facts?.signalR));
  await checkup.check('timer', tried, () => judgeTimer(facts));
  return health ?? { facts: undefined, seen: { reason: '' }, clockOffset: undefined };
}

async function checkNegotiate(examination: Examination): Promise<ConnectionInfo | undefined> {
  const { checkup, values, asking, room, caller } = examination;
  let info: ConnectionInfo | undefined;
  await checkup.check('negotiate', 'POST /api/negotiate', async () => {
    const url = new URL(`${values.url}/api/negotiate`);
    url.searchParams.set('room', room);
    url.searchParams.set('name', 'doctor');
    const seen = await exchange(url, { method: 'POST', headers: caller.headers }, asking);
    const text = isUnreachable(seen) ? '' : seen.text;
    if (!isUnreachable(seen) && seen.status === 200) info = parseConnectionInfo(text);
    if (info && seen.headers) caller.remember({ headers: seen.headers });
    const hasToken = values.token !== undefined;
    return judgeNegotiate(seen, parseRefusal(text), { hasInfo: info !== undefined, hasToken });
  });
  return info;
}

async function checkConnection(
  info: ConnectionInfo,
  health: HealthSeen,
  examination: Examination,
): Promise<void> {
  const { checkup, network, asking } = examination;
  const { clock } = asking;
  const visit = new Visit(info, network, clock);
  /** The functions' clock, as health says. */
  const now = () => clock.now() + (health.clockOffset ?? 0);
  const since = now();
  let facts: ConnectFacts | undefined;
  const compareClocks = () => {
    const negotiated = facts?.negotiated;
    const isAnswered = negotiated !== undefined && !isUnreachable(negotiated);
    return judgeClock(health.clockOffset, isAnswered ? negotiated.clockOffset : undefined);
  };
  try {
    const connected = await checkup.check('connect', 'the service, by its address', async () => {
      facts = await visit.connect();
      return judgeConnect(facts, compareClocks(), now());
    });
    await checkup.check('clock', 'compare the clocks of functions and service', compareClocks);
    if (connected.state !== 'ok' || !facts) {
      return checkup.skip(AFTER_CONNECT, 'it needs a connection');
    }
    const { host, isPolling } = facts;
    await checkup.check('websockets', 'a WebSocket', () => judgeWebSockets({ host, isPolling }));
    await checkConversation(visit, since, examination);
  } finally {
    await visit.leave();
  }
}

async function checkConversation(
  visit: Visit,
  since: number,
  examination: Examination,
): Promise<void> {
  const { checkup, values, asking, newRunId } = examination;
  let isWelcome = false;
  const upstream = await checkup.check('upstream', 'wait for the welcome', async () => {
    const welcome = await visit.waitForWelcome();
    ({ isWelcome } = welcome);
    const { ended } = welcome;
    if (isWelcome || ended !== undefined) return judgeUpstream({ since, ...NOTHING, ...welcome });
    const health = await askHealth(values.url, asking);
    const webhook = await exchange(
      new URL(`${values.url}/runtime/webhooks/signalr`),
      { method: 'POST', headers: {} },
      asking,
    );
    const webhookStatus = isUnreachable(webhook) ? undefined : webhook.status;
    return judgeUpstream({ isWelcome, ended, since, health: health.facts, webhookStatus });
  });
  if (upstream.state !== 'ok') {
    return checkup.skip(['output', 'send', 'hear', 'leave'], 'it needs the events of the service');
  }
  await checkup.check('output', 'what the functions send back', () => judgeOutput(isWelcome));
  const id = newRunId();
  const sent = await checkup.check('send', 'a line', async () => judgeSend(await visit.send(id)));
  if (sent.state === 'ok') {
    await checkup.check('hear', 'its broadcast', async () => judgeHear(await visit.hears(id)));
  } else {
    checkup.skip(['hear'], 'it needs a line that is stored');
  }
  await checkup.check('leave', 'end the connection', async () => {
    await visit.leave();
    return judgeLeave(await waitUntilEmpty(examination));
  });
}

const NOTHING = { ended: undefined, health: undefined, webhookStatus: undefined };

/** How many are in the room in the end. Undefined if the chat does not say. */
async function waitUntilEmpty(examination: Examination): Promise<number | undefined> {
  const { values, asking, room, caller } = examination;
  const { clock, signal } = asking;
  const url = new URL(`${values.url}${inRoom(room, 'members')}`);
  const over = new AbortController();
  let isLate = false;
  void clock.sleep(LEAVE_WITHIN_MS, over.signal).then(() => {
    isLate = true;
  });
  for (;;) {
    const seen = await exchange(url, { method: 'GET', headers: caller.headers }, asking);
    const online = isUnreachable(seen) ? undefined : parseMembers(seen.text)?.online;
    if (!online || isLate || signal.aborted) {
      over.abort();
      return online;
    }
    await clock.sleep(LEAVE_PAUSE_MS, signal);
  }
}
