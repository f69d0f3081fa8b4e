// The parts of the handlers without a platform: a table in memory, and a service that records its calls.

import functions, { type InvocationContext } from '@azure/functions';
import { createLocalJWKSet } from 'jose';
import { ActivityRecord } from '../../functions/activity.ts';
import type { Deps } from '../../functions/deps.ts';
import {
  type HttpAnswer,
  type HttpHandler,
  toErrorAnswer,
} from '../../functions/http/http-function.ts';
import type { HubAnswer, HubCall } from '../../functions/hub/hub-function.ts';
import { GuestTokens } from '../../functions/identity/guest-token.ts';
import { JoinedConnections } from '../../functions/identity/joined-connections.ts';
import { openSignIn, type ReadUser } from '../../functions/identity/sign-in.ts';
import { SigningKey } from '../../functions/identity/signing-key.ts';
import { SignedTickets, type Ticket } from '../../functions/identity/ticket.ts';
import { Admission } from '../../functions/moderation/admission.ts';
import { FloodGuard, JOINS, PLACES } from '../../functions/moderation/flood-guard.ts';
import { SearchLimits } from '../../functions/moderation/search-limits.ts';
import { TypingBudget } from '../../functions/moderation/typing-budget.ts';
import { Pace } from '../../functions/pace.ts';
import type { Events, Unread } from '../../functions/protocol.ts';
import { ReadingPlaces } from '../../functions/reading-places.ts';
import { ReactionWindow } from '../../functions/room/reaction-window.ts';
import { RoomCleanup } from '../../functions/room/room-cleanup.ts';
import { RoomLog } from '../../functions/room/room-log.ts';
import { RoomReader } from '../../functions/room/room-reader.ts';
import { RoomViews } from '../../functions/room/room-views.ts';
import type { Table } from '../../functions/room/table.ts';
import { NewcomerCheck } from '../../functions/service/newcomer-check.ts';
import { OutputWarmUp } from '../../functions/service/output-warm-up.ts';
import type { SignalRService } from '../../functions/service/signalr-rest.ts';
import { UnreadNotes } from '../../functions/service/unread-notes.ts';
import type { AuthSettings } from '../../functions/settings.ts';
import { DEFAULT_CAPS } from '../../functions/settings.ts';
import { Clock } from './clock.ts';
import { MemoryTable } from './memory-table.ts';

export interface TestChat extends Deps {
  readonly clock: Clock;
  /** Connections that were ended over REST, and why. */
  readonly closed: { readonly connectionId: string; readonly reason: string }[];
  /** Rooms whose connections were ended over REST, and why. `except` is the connection that stays. */
  readonly closedRooms: {
    readonly room: string;
    readonly reason: string;
    readonly except?: string;
  }[];
  /** Connections whose existence was checked. */
  readonly checked: string[];
  /** The broadcasts over REST. */
  readonly announced: Events[];
  /** The connections that were added to groups over REST, in order. */
  readonly added: { readonly group: string; readonly connectionId: string }[];
  /** The notes for pages that watch rooms, and the groups that they went to. */
  readonly notes: { readonly group: string; readonly unread: Unread }[];
  /** What the room log broadcast itself, outside of a call. */
  readonly broadcasts: Events[];
  /** Connections that do not exist at the service. */
  readonly unknown: Set<string>;
  call(connectionId: string, who: Ticket, ...args: unknown[]): Promise<HubCall>;
}

const noKeys = () => createLocalJWKSet({ keys: [] });

export function openTestChat(
  table: Table = new MemoryTable(),
  auth: AuthSettings = { kind: 'guest' },
  readUser?: ReadUser,
): TestChat {
  const clock = new Clock();
  const closed: TestChat['closed'] = [];
  const closedRooms: TestChat['closedRooms'] = [];
  const unknown = new Set<string>();
  const checked: string[] = [];
  const announced: Events[] = [];
  const added: TestChat['added'] = [];
  const notes: TestChat['notes'] = [];
  const service: SignalRService = {
    closeConnection: async (connectionId, reason) => {
      closed.push({ connectionId, reason });
      return !unknown.has(connectionId);
    },
    closeRoom: async (room, reason, except) => {
      closedRooms.push({ room, reason, ...(except !== undefined && { except }) });
    },
    hasConnection: async (connectionId) => {
      checked.push(connectionId);
      return !unknown.has(connectionId);
    },
    sendToGroup: async (group, target, argument) => {
      if (target === 'unread') notes.push({ group, unread: argument as Unread });
      else announced.push(argument as Events);
    },
    addToGroup: async (group, connectionId) => {
      added.push({ group, connectionId });
    },
    checkHealth: async () => {},
  };
  const key = new SigningKey(table);
  const tickets = new SignedTickets(key, clock.now);
  const reader = new RoomReader(table);
  const { now, monotonicNow, sleep } = clock;
  const broadcasts: Events[] = [];
  const broadcast = async (events: Events) => {
    broadcasts.push(events);
  };
  const unreadNotes = new UnreadNotes({
    service,
    monotonicNow,
    sleep,
    report: (line) => rooms.report(line),
  });
  const rooms = new RoomLog({
    table,
    now,
    monotonicNow,
    sleep,
    random: () => 0.5,
    broadcast,
    linesStored: (lines) => unreadNotes.linesStored(lines),
  });
  return {
    settings: {
      signalR: {
        serverEndpoint: 'http://s',
        clientEndpoint: 'http://s:8888',
        access: { kind: 'key', accessKey: 'k' },
      },
      serviceAtPage: false,
      upstream: { kind: 'signature', accessKey: 'k' },
      storage: { kind: 'key', connectionString: '' },
      auth,
      table: 'chat',
      editMinutes: 60,
      retentionDays: 30,
      batchMs: 0,
      typing: true,
      moderators: new Set(),
      caps: DEFAULT_CAPS,
    },
    table,
    clock,
    closed,
    closedRooms,
    checked,
    announced,
    added,
    notes,
    broadcasts,
    unknown,
    tickets,
    flood: new FloodGuard(monotonicNow),
    joinRate: new FloodGuard(monotonicNow, JOINS),
    places: new ReadingPlaces({ table, keptMs: 30 * 24 * 60 * 60_000, now }),
    placesRate: new FloodGuard(monotonicNow, PLACES),
    readUser: readUser ?? openSignIn(auth, noKeys, new GuestTokens(key, clock.now)),
    verifyUpstream: async () => {},
    activity: new ActivityRecord({ table, now, monotonicNow }),
    now,
    monotonicNow,
    rooms,
    reactions: new ReactionWindow({ rooms, reader, sleep, now, random: () => 0.5 }),
    searchLimits: new SearchLimits(monotonicNow),
    newcomers: new NewcomerCheck({ rooms, service, monotonicNow, sleep }),
    pace: new Pace(4),
    warmUp: new OutputWarmUp(monotonicNow),
    reader,
    views: new RoomViews({ reader, sleep }),
    joined: new JoinedConnections(reader),
    admission: new Admission({ reader, now, monotonicNow }),
    typingBudget: new TypingBudget(monotonicNow),
    cleanup: new RoomCleanup(table),
    service,
    call: async (connectionId, who, ...args) => {
      return { connectionId, ticket: await tickets.issue(who), arguments: args };
    },
  };
}

/** The frames that a handler broadcasts. */
export function eventsIn({ actions }: Pick<HubAnswer, 'actions'>): Events[] {
  return actions.flatMap((action) =>
    'target' in action && action.target === 'events' ? [action.arguments[0] as Events] : [],
  );
}

export interface Asked {
  readonly method?: string;
  readonly query?: string;
  readonly params?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

/** Calls a handler as the HTTP wrapper does, and turns errors into answers. */
export async function ask(
  handler: HttpHandler,
  chat: Deps,
  { method = 'GET', query = '', params = {}, headers = {}, body }: Asked,
): Promise<HttpAnswer> {
  const request = toRequest({
    method,
    query,
    params,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const context = openContext();
  return handler(request, chat, context).catch((error) => toErrorAnswer(error, chat.settings.auth));
}

export function toRequest({ method = 'GET', query = '', params = {}, headers = {}, body }: Asked) {
  return new functions.HttpRequest({
    method,
    url: `http://localhost/x${query}`,
    query: Object.fromEntries(new URLSearchParams(query)),
    params,
    headers,
    ...(body === undefined
      ? {}
      : { body: typeof body === 'string' ? { string: body } : { bytes: body } }),
  });
}

/** An invocation context. Its lines go to `log`. */
export function openContext(log: (line: string) => void = () => {}): InvocationContext {
  const context = new functions.InvocationContext({
    invocationId: 'i1',
    logHandler: (_level, ...args) => log(args.join(' ')),
  });
  context.extraInputs.set('connectionInfo', {
    url: 'http://s:8888/client/?hub=chat',
    accessToken: 'token',
  });
  return context;
}
