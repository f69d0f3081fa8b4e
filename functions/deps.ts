// The parts that the handlers work with, made once per process from the settings.

import { ActivityRecord } from './activity.ts';
import { GuestTokens } from './identity/guest-token.ts';
import { JoinedConnections } from './identity/joined-connections.ts';
import { openSignIn, type ReadUser } from './identity/sign-in.ts';
import { SigningKey } from './identity/signing-key.ts';
import { TenantKeys } from './identity/tenant-keys.ts';
import { SignedTickets, type Tickets } from './identity/ticket.ts';
import { openUpstreamCheck, type UpstreamCheck } from './identity/upstream-auth.ts';
import { Admission } from './moderation/admission.ts';
import { FloodGuard, JOINS, PLACES } from './moderation/flood-guard.ts';
import { SearchLimits } from './moderation/search-limits.ts';
import { TypingBudget } from './moderation/typing-budget.ts';
import { Pace } from './pace.ts';
import { ReadingPlaces } from './reading-places.ts';
import { openTable } from './room/azure-table.ts';
import { ReactionWindow } from './room/reaction-window.ts';
import { RoomCleanup } from './room/room-cleanup.ts';
import { RoomLog } from './room/room-log.ts';
import { RoomReader } from './room/room-reader.ts';
import { RoomViews } from './room/room-views.ts';
import type { Table } from './room/table.ts';
import { NewcomerCheck } from './service/newcomer-check.ts';
import { OutputWarmUp } from './service/output-warm-up.ts';
import { SignalRRest, type SignalRService } from './service/signalr-rest.ts';
import { UnreadNotes } from './service/unread-notes.ts';
import type { Settings } from './settings.ts';

export interface Deps {
  readonly settings: Settings;
  readonly table: Table;
  readonly rooms: RoomLog;
  readonly reader: RoomReader;
  readonly views: RoomViews;
  readonly cleanup: RoomCleanup;
  readonly tickets: Tickets;
  readonly service: SignalRService;
  readonly flood: FloodGuard;
  /** The rate limit of connections. */
  readonly joinRate: FloodGuard;
  readonly places: ReadingPlaces;
  /** The rate limit of reading places. */
  readonly placesRate: FloodGuard;
  readonly joined: JoinedConnections;
  readonly admission: Admission;
  readonly typingBudget: TypingBudget;
  readonly reactions: ReactionWindow;
  readonly searchLimits: SearchLimits;
  readonly pace: Pace;
  readonly newcomers: NewcomerCheck;
  readonly warmUp: OutputWarmUp;
  readonly verifyUpstream: UpstreamCheck;
  readonly activity: ActivityRecord;
  readonly readUser: ReadUser;
  /** Epoch ms. It follows a clock that is set. */
  readonly now: () => number;
  /** Milliseconds that never go back, for durations. */
  readonly monotonicNow: () => number;
}

/** Answers of a storm that go on in one turn of the event loop. Each takes a fraction of a millisecond. */
const AT_ONCE = 4;

/** Sends no request: every part connects on first use. */
export function openDeps(settings: Settings): Deps {
  const table = openTable(settings.storage, settings.table);
  const retentionMs = settings.retentionDays * 24 * 60 * 60_000;
  const signingKey = new SigningKey(table);
  const service = new SignalRRest(settings.signalR);
  const unreadNotes = new UnreadNotes({
    service,
    monotonicNow,
    sleep: sleepIdly,
    report: (line) => rooms.report(line),
  });
  const rooms = new RoomLog({
    table,
    batchMs: settings.batchMs,
    retentionMs,
    caps: settings.caps,
    // The output binding sends only during an invocation.
    broadcast: (events) => service.sendToGroup(events.room, 'events', events),
    linesStored: (lines) => unreadNotes.linesStored(lines),
  });
  const reader = new RoomReader(table);
  const pace = new Pace(AT_ONCE);
  const tickets = new SignedTickets(signingKey);
  const activity = new ActivityRecord({ table, now: Date.now, monotonicNow });
  const keysOf = (tenant: string) =>
    new TenantKeys({
      tenant,
      table,
      now: Date.now,
      monotonicNow,
      report: (line) => rooms.report(line),
    }).find;
  return {
    settings,
    table,
    rooms,
    reader,
    views: new RoomViews({ reader, sleep: sleepIdly, last: () => pace.last() }),
    cleanup: new RoomCleanup(table),
    service,
    flood: new FloodGuard(monotonicNow),
    joinRate: new FloodGuard(monotonicNow, JOINS),
    places: new ReadingPlaces({ table, keptMs: retentionMs, now: Date.now }),
    placesRate: new FloodGuard(monotonicNow, PLACES),
    reactions: new ReactionWindow({
      rooms,
      reader,
      sleep: sleepIdly,
      now: Date.now,
      random: Math.random,
    }),
    searchLimits: new SearchLimits(monotonicNow),
    pace,
    newcomers: new NewcomerCheck({ rooms, service, monotonicNow, sleep: sleepIdly }),
    warmUp: new OutputWarmUp(monotonicNow),
    verifyUpstream: openUpstreamCheck(settings.upstream, keysOf, Date.now, (reason) =>
      activity.upstreamRefused(reason),
    ),
    activity,
    readUser: openSignIn(settings.auth, keysOf, new GuestTokens(signingKey)),
    tickets,
    joined: new JoinedConnections(reader),
    admission: new Admission({ reader, now: Date.now, monotonicNow }),
    typingBudget: new TypingBudget(monotonicNow),
    now: Date.now,
    monotonicNow,
  };
}

/** Keeps no process alive that has nothing else to do. */
function sleepIdly(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

/** Milliseconds since the process began. */
function monotonicNow(): number {
  return performance.now();
}
