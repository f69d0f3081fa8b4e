// The page's connection to the hub (web/connection/hub.ts), over the simulated service instead of @microsoft/signalr.

import type { Events } from '../../functions/protocol.ts';
import type { Hub, HubListener } from '../../web/connection/hub.ts';
import type { Ask } from './simulated-http.ts';
import type { SimulatedNetwork } from './simulated-network.ts';
import type { Connection, Endpoint, SimulatedService, Target } from './simulated-service.ts';
import { ROOM, type Simulation } from './simulation.ts';

export interface Person {
  readonly userId: string;
  readonly name: string;
}

export interface HubNeeds {
  readonly simulation: Simulation;
  readonly service: SimulatedService;
  readonly network: SimulatedNetwork;
  readonly ask: Ask;
  readonly person: Person;
}

/** A frame has the same argument for all of its receivers. */
const parsed = new WeakMap<object, Events | undefined>();

function parseOnce(
  argument: unknown,
  parse: (value: unknown) => Events | undefined,
): Events | undefined {
  if (typeof argument !== 'object' || argument === null) return parse(argument);
  const known = parsed.get(argument);
  if (known) return known;
  const events = parse(argument);
  parsed.set(argument, events);
  return events;
}

export function openSimulatedHub(needs: HubNeeds, listener: HubListener): Hub {
  const { simulation, service, network, ask, person } = needs;
  const { scheduler, subject, ledger, fail } = simulation;
  let connection: Connection | undefined;
  let state: 'new' | 'started' | 'ended' = 'new';
  const pending = new Set<(reason: Error) => void>();

  const endpoint: Endpoint = {
    network,
    receive: (target, argument) => {
      if (target === 'events') {
        const events = parseOnce(argument, subject.parseEvents);
        if (events) listener.events(events);
      } else {
        const welcome = subject.parseWelcome(argument);
        if (!welcome) return;
        ledger.reads.checkNumbers(person.name, welcome);
        listener.welcome(welcome);
      }
    },
    closed: (reason) => {
      const hadStarted = state === 'started';
      finish();
      if (hadStarted) listener.closed(reason);
    },
  };

  function finish(): void {
    state = 'ended';
    for (const reject of pending) reject(new Error('the connection ended'));
    pending.clear();
  }

  async function negotiate(): Promise<string> {
    const query = new URLSearchParams({ room: ROOM, name: person.name });
    const headers = { user: person.userId };
    const { status, body } = await ask({ handler: 'negotiate', query, headers });
    const error = new Error(`negotiate was answered ${status}`);
    if (status !== 200) throw subject.refusalOf(body) ?? error;
    const { url } = body as { url: string };
    return new URL(url).searchParams.get('ticket') ?? '';
  }

  function throwIfOver(): void {
    if (state === 'ended') throw new Error('stopped while starting');
  }

  async function invoke(target: Target, args: readonly unknown[]): Promise<unknown> {
    const open = connection;
    if (!open || state !== 'started') throw new Error('not connected');
    return new Promise((resolve, reject) => {
      pending.add(reject);
      service
        .invoke(open, target, args)
        .then(resolve, reject)
        .finally(() => pending.delete(reject));
    });
  }

  const travel = (label: string) =>
    new Promise<void>((resolve) => {
      scheduler.after(scheduler.between(0.5, 8), `${person.name}: ${label}`, resolve);
    });

  return {
    start: async () => {
      const ticket = await negotiate();
      throwIfOver();
      await travel('opens');
      throwIfOver();
      if (network.isCut) throw new Error('no network');
      connection = service.connect(ticket, endpoint);
      await travel('is open');
      throwIfOver();
      state = 'started';
    },
    stop: async () => {
      const wasOpen = connection?.isOpenAtClient;
      finish();
      if (connection && wasOpen) service.leave(connection);
    },
    send: async (text, id) => {
      const result = subject.parseSendResult(await invoke('send', [text, id]));
      if (!result) throw new Error('the answer has another shape');
      if (result.ok) ledger.checkAcknowledged(text, result.seq);
      return result;
    },
    edit: async (seq, text, id) => {
      const result = subject.readChangeResult(await invoke('edit', [seq, text, id]));
      // The ids of a page are its own.
      if (!result.ok && result.code === 'id_in_use') fail(`the edit "${text}" has a used id`);
      return result;
    },
    remove: async (seq) => subject.readChangeResult(await invoke('remove', [seq])),
    moderate: async (target, reason, ...about) =>
      subject.readChangeResult(await invoke(target, [...about, { reason }])),
    typing: async () => {},
    watch: async () => [],
    react: async (...vote) => {
      const answer = await invoke('react', vote);
      ledger.reactions.checkStands(person.userId, vote, answer);
      return answer;
    },
  };
}
