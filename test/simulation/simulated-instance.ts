// One instance of the functions app: the real handlers and room log on a simulated host. As the real host, it calls the
// handler, performs the actions of the output binding in order, and answers.

import type { HttpRequest, InvocationContext } from '@azure/functions';
import { ActivityRecord } from '../../functions/activity.ts';
import type { Deps } from '../../functions/deps.ts';
import type { HttpHandler } from '../../functions/http/http-function.ts';
import type { HubHandler } from '../../functions/hub/hub-function.ts';
import { FloodGuard, PLACES } from '../../functions/moderation/flood-guard.ts';
import { SearchLimits } from '../../functions/moderation/search-limits.ts';
import { Pace } from '../../functions/pace.ts';
import type { History, Members } from '../../functions/protocol.ts';
import type { Vote } from '../../functions/room/votes.ts';
import { type Action, toRoom } from '../../functions/service/bindings.ts';
import type { SignalRService } from '../../functions/service/signalr-rest.ts';
import { MemoryTable } from '../support/memory-table.ts';
import type { Result } from './author-checks.ts';
import { Lifetime } from './lifetime.ts';
import type { SimulatedService, Upstream } from './simulated-service.ts';
import type { SimulatedTable } from './simulated-table.ts';
import { openSimulatedTickets } from './simulated-tickets.ts';
import { ROOM, type Simulation } from './simulation.ts';
import { EPOCH_MS } from './virtual-time.ts';

export interface HttpAsked {
  readonly handler:
    | 'negotiate'
    | 'history'
    | 'members'
    | 'publish'
    | 'disconnect'
    | 'deleteMessage'
    | 'closeRoom'
    | 'openRoom'
    | 'reopenRoom'
    | 'eraseRoom'
    | 'importRoom'
    | 'archiveRoom'
    | 'rooms'
    | 'removeReactions'
    | 'eraseReading'
    | 'reading'
    | 'markReading';
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpAnswered {
  readonly status: number;
  readonly body: unknown;
}

/** The longest call of a function: a change is given up after 20 s, and then pending requests end. */
const LONGEST_CALL_MS = 130_000;

/** Shorter than any request. */
const FIRST_CONVERSION_MS = 0.9;

export interface InstanceSettings {
  /** How far its clock is from the world's. */
  readonly skewMs: number;
  readonly retentionDays: number;
  readonly batchMs: number;
}

const BAN_MS = 60_000;

export class SimulatedInstance {
  readonly lifetime: Lifetime;
  readonly chat: Deps;
  /** Pending calls, which fail when this instance dies, and their start. */
  readonly #callers = new Map<(reason: Error) => void, number>();
  readonly #simulation: Simulation;
  readonly #service: SimulatedService;
  #warmAt: number | undefined;

  constructor(
    name: string,
    simulation: Simulation,
    storage: SimulatedTable,
    service: SimulatedService,
    { skewMs, retentionDays, batchMs }: InstanceSettings,
  ) {
    const { scheduler, subject } = simulation;
    this.#simulation = simulation;
    this.#service = service;
    this.lifetime = new Lifetime(name, scheduler);
    const table = storage.openFor(this.lifetime);
    const now = () => EPOCH_MS + Math.floor(scheduler.now + skewMs);
    const monotonicNow = () => scheduler.now;
    let commits = 0;
    const rest: SignalRService = {
      closeConnection: (connectionId, reason) =>
        this.#rest(`close ${connectionId}`, () => service.end(connectionId, reason)),
      hasConnection: (connectionId) =>
        this.#rest(`is ${connectionId} there`, () => service.has(connectionId)),
      closeRoom: (room, reason, except) =>
        this.#rest(`close ${room}`, () => {
          for (const { id, groups } of service.open) {
            if (groups.has(room) && id !== except) service.end(id, reason);
          }
        }),
      sendToGroup: (groupName, target, argument) =>
        this.#rest('announce', () => service.perform({ target, arguments: [argument], groupName })),
      addToGroup: notSimulated,
      checkHealth: notSimulated,
    };
    const rooms = new subject.RoomLog({
      table,
      batchMs,
      retentionMs: retentionDays * 86_400_000,
      caps: SETTINGS.caps,
      now,
      monotonicNow,
      random: scheduler.random,
      sleep: this.lifetime.sleep,
      newCommitId: () => {
        commits += 1;
        return `${name}.${commits}`;
      },
      broadcast: (events) => rest.sendToGroup(events.room, 'events', events),
    });
    const tickets = openSimulatedTickets(subject, table, now);
    const reader = new subject.RoomReader(table);
    this.chat = {
      settings: {
        ...SETTINGS,
        ...{ retentionDays, batchMs, editMinutes: simulation.traits.editMinutes },
        moderators: simulation.ledger.gate.moderators,
      },
      table,
      rooms,
      now,
      monotonicNow,
      flood: new subject.FloodGuard(monotonicNow),
      joinRate: new subject.FloodGuard(monotonicNow, subject.JOINS),
      reactions: new subject.ReactionWindow({
        rooms,
        reader,
        sleep: this.lifetime.sleep,
        now,
        random: scheduler.random,
      }),
      newcomers: new subject.NewcomerCheck({
        rooms,
        service: rest,
        monotonicNow,
        sleep: this.lifetime.sleep,
      }),
      // The wrappers' own, beside the storms.
      pace: new Pace(4),
      warmUp: new subject.OutputWarmUp(monotonicNow),
      tickets,
      reader,
      views: new subject.RoomViews({ reader, sleep: this.lifetime.sleep }),
      joined: new subject.JoinedConnections(reader),
      admission: new subject.Admission({ reader, now, monotonicNow }),
      typingBudget: new subject.TypingBudget(monotonicNow),
      // Beside the storms: a search changes nothing.
      searchLimits: new SearchLimits(monotonicNow),
      places: new subject.ReadingPlaces({ table, keptMs: retentionDays * 24 * 60 * 60_000, now }),
      placesRate: new FloodGuard(monotonicNow, PLACES),
      cleanup: new subject.RoomCleanup(table),
      service: rest,
      verifyUpstream: async () => {},
      // Beside the storms: no room depends on it.
      activity: new ActivityRecord({ table: new MemoryTable(), now, monotonicNow }),
      readUser: async ({ headers }) => {
        return { userId: headers.get('user') ?? '', name: undefined, cookie: undefined };
      },
    };
  }

  /** Start of the oldest pending call. Infinity without one. */
  get oldestCallAt(): number {
    return Math.min(...this.#callers.values());
  }

  /** Number of pending calls. */
  get load(): number {
    return this.#callers.size;
  }

  hub({ event, ticket, connectionId, arguments: args }: Upstream): Promise<unknown> {
    return this.#call(event, async () => {
      const call = { connectionId, ticket, arguments: args };
      const handler = this.#handlerOf(event);
      const checkAnswer = this.#expectAnswer(event, ticket, args);
      const { actions, result } = await this.#simulation.subject.handleHub(
        call,
        handler,
        this.chat,
      );
      if (event === 'connected') this.#checkWelcome(connectionId, actions);
      checkAnswer(result);
      await this.#performAll(actions);
      return result;
    });
  }

  http({ handler: name, params, query, headers, body }: HttpAsked): Promise<HttpAnswered> {
    const { subject } = this.#simulation;
    const handler: HttpHandler = subject[name];
    const request = {
      params,
      query,
      headers: new Map(Object.entries(headers)),
      arrayBuffer: async () => new TextEncoder().encode(body).buffer,
    } as unknown as HttpRequest;
    const context = { extraInputs: { get: () => CONNECTION_INFO } } as unknown as InvocationContext;
    const { ledger } = this.#simulation;
    const askedAt = ledger.reads.now();
    const userId = headers.user ?? '';
    const reopened = ledger.gate.expectAnswer({ event: 'reopenRoom', userId });
    const erased = ledger.rows.expectErased();
    return this.#call(name, async () => {
      // Guests have no account.
      const deps = OF_ACCOUNTS.has(name) ? { ...this.chat, settings: SIGNED_IN } : this.chat;
      const answer = await handler(request, deps, context).catch((error) => ({
        ...subject.toErrorAnswer(error),
        actions: [],
      }));
      await this.#performAll(answer.actions ?? []);
      const { status = 200, jsonBody, body: text } = answer;
      const body = jsonBody ?? text;
      if (status === 200 && name === 'history') ledger.reads.checkHistory(body as History, askedAt);
      if (status === 200 && name === 'members') ledger.reads.checkMembers(body as Members, askedAt);
      if (status === 200 && name === 'negotiate') ledger.reads.checkNegotiated(askedAt);
      if (status === 204 && name === 'reopenRoom') reopened({ ok: true });
      if (status === 204 && name === 'eraseRoom') erased();
      return { status, body };
    });
  }

  join(connectionId: string): void {
    const change = { kind: 'join', connectionId, userId: 'u-stray', name: 'stray' } as const;
    this.chat.rooms.submit(ROOM, change).catch(() => {});
  }

  /** What became of the vote. */
  react(seq: number, vote: Vote): Promise<string> {
    return this.#call('react', async () => {
      const { online } = await this.chat.admission.admit(ROOM, vote.userId);
      const { outcome, frames } = await this.chat.reactions.vote(ROOM, seq, vote, online);
      await this.#performAll(frames.map((events) => toRoom(ROOM, events)));
      return outcome.kind;
    });
  }

  ban(userId: string): void {
    const change = { kind: 'ban', userId, until: this.chat.now() + BAN_MS } as const;
    this.chat.rooms.submit(ROOM, change).catch(() => {});
  }

  /** The timer's function. */
  cleanUpRooms(): Promise<void> {
    return this.#call('cleanup', async () => {
      const { actions } = await this.#simulation.subject.cleanUpRooms(this.chat);
      await this.#performAll(actions);
    });
  }

  /** At any await: callers get a broken connection, and the instance does nothing more. */
  kill(): void {
    this.lifetime.isAlive = false;
    for (const fail of this.#callers.keys()) {
      this.#simulation.scheduler.after(1, 'connection reset', () => fail(new Error('reset')));
    }
  }

  #handlerOf(event: Upstream['event']): HubHandler {
    const { subject } = this.#simulation;
    switch (event) {
      case 'connected':
        return subject.connected;
      case 'disconnected':
        return subject.disconnected;
      case 'send':
        return subject.message;
      case 'edit':
        return subject.edit;
      case 'remove':
        return subject.remove;
      case 'react':
        return subject.react;
      case 'ban':
        return subject.ban;
      case 'close':
        return subject.close;
    }
  }

  /** The check of the answer to an edit or a removal. */
  #expectAnswer(
    event: Upstream['event'],
    ticket: string,
    args: readonly unknown[],
  ): (result: unknown) => void {
    const { authors, ledger } = this.#simulation;
    const { now } = this.chat;
    if (event === 'ban' || event === 'close') {
      const { userId } = JSON.parse(ticket);
      const [about, minutes] = event === 'ban' ? args : [];
      const banUntil = now() + Number(minutes ?? 0) * 60_000;
      const check = ledger.gate.expectAnswer({ event, userId, about: String(about) });
      return (result) => check(result as Result, banUntil);
    }
    if (event !== 'edit' && event !== 'remove') return () => {};
    const { userId } = JSON.parse(ticket);
    const [seq, text = '', id = ''] = args;
    // Nobody who moderates nothing gets this right by asking.
    if (event === 'remove' && ledger.gate.moderates(userId)) ledger.mayRemove.add(Number(seq));
    const call = { event, userId, seq: Number(seq), text: String(text), id: String(id) };
    const began = authors.begin(call, now());
    return (result) => authors.end(call, began, result as Result, now());
  }

  /** A counted connection must get a welcome, or it would wait until its timeout. */
  #checkWelcome(connectionId: string, actions: readonly Action[]): void {
    const { ledger, fail } = this.#simulation;
    const isOpen = this.#service.has(connectionId);
    const isCounted = isOpen && ledger.connections.get(connectionId)?.isOpen === true;
    const isWelcome = actions.some((action) => 'target' in action && action.target === 'welcome');
    if (isCounted && !isWelcome) fail(`connection ${connectionId} is counted and not welcomed`);
  }

  #call<T>(label: string, run: () => Promise<T>): Promise<T> {
    const { scheduler, fail } = this.#simulation;
    return new Promise((resolve, reject) => {
      this.#callers.set(reject, scheduler.now);
      const watchdog = scheduler.after(LONGEST_CALL_MS, `${label}: watchdog`, () => {
        if (this.lifetime.isAlive) fail(`${label} is under way for ${LONGEST_CALL_MS} ms`);
      });
      run()
        .then(resolve, reject)
        .finally(() => {
          this.#callers.delete(reject);
          scheduler.cancel(watchdog);
        });
    });
  }

  async #performAll(actions: readonly Action[]): Promise<void> {
    for (const action of actions) {
      this.#checkConversion(action);
      const label = 'action' in action ? action.action : action.target;
      await this.#rest(label, () => this.#service.perform(action));
    }
  }

  /** While the extension converts its first items, it takes a group action for a message, and fails. */
  #checkConversion(action: Action): void {
    const { scheduler, fail } = this.#simulation;
    this.#warmAt ??= scheduler.now + FIRST_CONVERSION_MS;
    const isCold = scheduler.now < this.#warmAt;
    if (isCold && 'action' in action) fail('a group action may be taken for a message');
  }

  /** One request to the service's REST API. */
  #rest<T>(label: string, effect: () => T): Promise<T> {
    const { scheduler, faults, subject } = this.#simulation;
    const isLost = scheduler.chance(faults.restLost);
    const isAnswerLost = scheduler.chance(faults.restAnswerLost);
    const copies = scheduler.chance(faults.restDoubled) ? 2 : 1;
    const { lifetime } = this;
    return new Promise((resolve, reject) => {
      const refuse = (reason: string) => {
        const error = new subject.ChatError(
          'unavailable',
          `unable to reach the service; ${reason}.`,
        );
        lifetime.after(scheduler.between(1, 200), `${label}: ${reason}`, () => reject(error));
      };
      if (isLost) {
        refuse('lost');
        return;
      }
      scheduler.after(scheduler.between(0.5, 6), `${lifetime.name}: ${label}`, () => {
        if (!lifetime.isAlive && scheduler.chance(0.5)) return;
        const result = effect();
        if (copies === 2) effect();
        if (isAnswerLost) refuse('no answer');
        else lifetime.after(scheduler.between(0.5, 6), `${label}: answer`, () => resolve(result));
      });
    });
  }
}

const CONNECTION_INFO = { url: 'http://service/client/?hub=chat', accessToken: '' };

const SETTINGS: Deps['settings'] = {
  signalR: {
    serverEndpoint: 'http://service',
    clientEndpoint: 'http://service',
    access: { kind: 'key', accessKey: '' },
  },
  serviceAtPage: false,
  upstream: { kind: 'signature', accessKey: '' },
  storage: { kind: 'key', connectionString: '' },
  auth: { kind: 'guest' },
  table: 'chat',
  editMinutes: 60,
  retentionDays: 30,
  batchMs: 0,
  typing: true,
  moderators: new Set(),
  caps: { user: 60, room: 10_000 },
};

const OF_ACCOUNTS: ReadonlySet<string> = new Set(['reading', 'markReading']);
const SIGNED_IN: Deps['settings'] = {
  ...SETTINGS,
  auth: { kind: 'entra', tenant: 't', clientId: 'c', isBehindAppServiceAuth: false },
};

function notSimulated(): Promise<never> {
  throw new Error('unable to call the service; the simulation has no such call. Add it.');
}
