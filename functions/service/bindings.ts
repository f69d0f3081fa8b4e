// The bindings of the platform: the hub, its trigger, the connection-info input, the SignalR output and its actions.
// Source: learn.microsoft.com/azure/azure-functions/functions-bindings-signalr-service

import { input, output, trigger } from '@azure/functions';
import type { Events, Typing, Welcome } from '../protocol.ts';
import { mergeEvents, toFrames } from '../room/frames.ts';
import { SIGNALR_SETTING } from '../settings.ts';

export const HUB = 'chat';

const onOurHub = { hubName: HUB, connectionStringSetting: SIGNALR_SETTING };

/** URL and access token for one client. The user is in the ticket, not in this token. */
export const connectionInfo = input.generic({
  type: 'signalRConnectionInfo',
  name: 'connectionInfo',
  ...onOurHub,
});

export const signalR = output.generic({ type: 'signalR', name: 'signalR', ...onOurHub });

/** A connection opened or closed (`connections`), or a client invoked the target `event` (`messages`). */
export function hubTrigger(category: 'connections' | 'messages', event: string) {
  return trigger.generic({
    type: 'signalRTrigger',
    name: 'invocation',
    category,
    event,
    ...onOurHub,
  });
}

/** The part of a SignalR invocation that we use. The names are the extension's. */
export interface HubInvocation {
  readonly ConnectionId: string;
  /** Null for connection events. */
  readonly Arguments: readonly unknown[] | null;
  /** The request's headers, in any letter case. */
  readonly Headers: Readonly<Record<string, unknown>> | null;
  /** The client's query. It holds secrets: never log it. */
  readonly Query: Readonly<Record<string, unknown>> | null;
}

/** One item of the SignalR output: one REST call that the host makes after the handler. */
export type Action =
  | { readonly target: string; readonly arguments: readonly unknown[]; readonly groupName: string }
  | {
      readonly target: string;
      readonly arguments: readonly unknown[];
      readonly connectionId: string;
    }
  | { readonly target: string; readonly arguments: readonly unknown[]; readonly userId: string }
  | { readonly action: 'add'; readonly groupName: string; readonly connectionId: string };

/** A broadcast of one frame. */
export function toRoom(room: string, events: Events): Action {
  return { target: 'events', arguments: [events], groupName: groupOf(room) };
}

/** The events of several commits, in as few frames as possible. */
export function toRoomTogether(room: string, frames: readonly Events[]): Action[] {
  const events = mergeEvents(frames);
  return events ? toFrames(events).map((frame) => toRoom(room, frame)) : [];
}

/** A broadcast of `typing`. */
export function typingToRoom(room: string, typing: Typing): Action {
  return { target: 'typing', arguments: [typing], groupName: groupOf(room) };
}

/** A `welcome` for one connection. */
export function toNewcomer(welcome: Welcome): Action {
  return { target: 'welcome', arguments: [welcome], connectionId: welcome.connectionId };
}

/** Adds a connection to the room's group. */
export function addToRoom(room: string, connectionId: string): Action {
  return { action: 'add', groupName: groupOf(room), connectionId };
}

/** The group of the connections that watch the room from other rooms. No room's name has a `~`, so it is no room's group. */
export function watchersOf(room: string): string {
  return `~watch:${groupOf(room)}`;
}

/** The group of the connections of a user that watch other rooms. A user id has no `~`, and no other group begins so. */
export function pagesOf(userId: string): string {
  return `~user:${userId}`;
}

// The binding treats an empty group name as no group, and would broadcast to every connection.
function groupOf(room: string): string {
  if (room === '') throw new Error('unable to address a room; its name is empty');
  return room;
}
