// What the handlers work with, made once per process from the settings.

import { FloodGuard } from './flood-guard.ts';
import { RoomLog } from './room-log.ts';
import type { Settings } from './settings.ts';
import { openSignIn, type ReadUser } from './sign-in.ts';
import { SignalRRest } from './signalr-rest.ts';
import { openTable, type Table } from './table.ts';
import { Tickets } from './ticket.ts';
import { openUpstreamCheck, type UpstreamCheck } from './upstream-auth.ts';

export interface Chat {
  readonly settings: Settings;
  readonly table: Table;
  readonly rooms: RoomLog;
  readonly tickets: Tickets;
  readonly service: SignalRRest;
  readonly flood: FloodGuard;
  readonly verifyUpstream: UpstreamCheck;
  readonly readUser: ReadUser;
  /** Epoch ms. */
  readonly now: () => number;
}

export function openChat(settings: Settings): Chat {
  const table = openTable(settings.storage, settings.table);
  const service = new SignalRRest(settings.signalR);
  const rooms = new RoomLog({
    table,
    batchMs: settings.batchMs,
    retentionMs: settings.retentionDays * 24 * 60 * 60_000,
    // The output binding speaks only while an invocation is under way.
    announce: (events) => service.sendToGroup(events.room, 'events', events),
  });
  return {
    settings,
    table,
    rooms,
    service,
    flood: new FloodGuard(),
    verifyUpstream: openUpstreamCheck(settings.upstream),
    readUser: openSignIn(settings.auth),
    tickets: new Tickets(table),
    now: Date.now,
  };
}
