// Checks for a world without faults.

import { type ChatMessage, isLine } from '../../functions/protocol.ts';
import type { SimulatedPage } from './simulated-page.ts';
import { ROOM } from './simulation.ts';
import { EPOCH_MS } from './virtual-time.ts';
import type { World } from './world.ts';

/** The first reason why the world is not at rest. Undefined at rest. */
export function unrest(world: World): string | undefined {
  const { load } = world.fleet;
  return bar(world) ?? (load > 0 ? `${load} calls are under way` : untruth(world));
}

/** What keeps people out of the room. Undefined if nothing does. */
export function bar({ ledger, scheduler }: World): string | undefined {
  if (ledger.gate.bannedUntil > EPOCH_MS + scheduler.now) return 'somebody is banned';
  return ledger.gate.isClosed ? 'the room is closed' : undefined;
}

/** The first difference between a page and the room. Undefined without one. */
export function untruth(world: World): string | undefined {
  const { publisher } = world;
  if (world.pendingRequests > 0) return 'a moderator waits for an answer';
  if (publisher.pending > 0) return 'a publish is not acknowledged yet';
  if (!world.crowd.isComplete) return 'some of the crowd are not online';
  return connectionUnrest(world) ?? firstOf(world.pages, (page) => pageUnrest(page, world));
}

/** The room counts open connections, and beyond them only connections whose end nobody could report. */
function connectionUnrest({ service, ledger }: World): string | undefined {
  const open = new Set(service.open.map(({ id }) => id));
  const countCalls = new Set(ledger.open);
  const uncounted = [...open].find((id) => !countCalls.has(id));
  if (uncounted) return `connection ${uncounted} is open and not counted`;
  const ghost = [...countCalls].find((id) => !open.has(id) && ledger.gone.has(id));
  if (ghost) return `connection ${ghost} was reported gone and is counted`;
  const ending = service.open.find(
    ({ isOpenAtClient, endpoint }) => !isOpenAtClient || endpoint.network.isCut,
  );
  if (ending) return `connection ${ending.id} is about to end`;
  const outside = service.open.find(({ groups }) => !groups.has(ROOM));
  return outside && `connection ${outside.id} is not in the room's group`;
}

/** Connections that the room counts although they have ended. The timer finds them. */
export function ghosts({ service, ledger }: World): string[] {
  return ledger.open.filter((id) => !service.has(id));
}

function reactionsUnrest(page: SimulatedPage, { ledger }: World) {
  return (message: ChatMessage): string | undefined => {
    const { seq } = message;
    if (!isLine(message) || message.deleted) return undefined;
    return ledger.reactions.differs(page.person.userId, seq, page.reactionsTo(seq));
  };
}

function pageUnrest(page: SimulatedPage, world: World): string | undefined {
  const { state, person, written, removed } = page;
  const { ledger, subject } = world;
  const { log, connection, outbox, online, me } = state;
  const { name } = person;
  if (connection.kind !== 'online') return `${name} is ${connection.kind}`;
  if (!world.service.connections.get(me?.connectionId ?? '')?.isOpen) {
    return `${name} thinks that it is online`;
  }
  // A disconnected page may have been refused. Then it shows that.
  const refused = outbox.filter((line) => line.state === 'refused').map(({ text }) => text);
  if (outbox.length > refused.length)
    return `${name} has ${outbox.length} lines that are not shown`;
  const unstored = written.find(
    (text) => ledger.seqOf(text) === undefined && !refused.includes(text),
  );
  if (unstored) return `"${unstored}" is not stored`;
  const unremoved = removed.find((seq) => {
    const isRefused = outbox.some((line) => line.state === 'refused' && line.removes === seq);
    return seq >= ledger.first && !ledger.texts.isRemoved(seq) && !isRefused;
  });
  if (unremoved !== undefined) return `message ${unremoved} is not removed`;
  if (log.to !== ledger.seq || subject.findGap(log) !== 'nothing') {
    return `${name} shows up to ${log.to} of ${ledger.seq}`;
  }
  const { shown, from } = log;
  if (shown.length !== ledger.seq - from + 1) return `${name} shows ${shown.length} from ${from}`;
  const outdated = ledger.texts.changed.find((seq) => {
    const message = shown[seq - from];
    return message && !ledger.texts.isCurrent(message);
  });
  if (outdated !== undefined) return `${name} shows an old text of message ${outdated}`;
  const miscounted = world.traits.hasVoters
    ? firstOf(shown, reactionsUnrest(page, world))
    : undefined;
  if (miscounted !== undefined) return `${name} sees ${miscounted}`;
  return online === ledger.online ? undefined : `${name} sees ${online} of ${ledger.online} online`;
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
