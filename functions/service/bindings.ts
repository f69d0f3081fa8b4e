// What the platform connects to our functions: the hub, its trigger, the connection-info input, the SignalR
// output and its actions. Declared once.
// Source: learn.microsoft.com/azure/azure-functions/functions-bindings-signalr-service

import { input, output, trigger } from '@azure/functions';
import type { Events, Typing, Welcome } from '../protocol.ts';
import { mergeEvents, toFrames } from '../room/frames.ts';
import { SIGNALR_SETTING } from '../settings.ts';

export const HUB = 'chat';

const onOurHub = { hubName: HUB, connectionStringSetting: SIGNALR_SETTING };

/** URL and access token for one client; who it is travels in the ticket, not in this token. */
export const connectionInfo = input.generic({
  type: 'signalRConnectionInfo',
  name: 'connectionInfo',
  ...onOurHub,
});

export const signalR = output.generic({ type: 'signalR', name: 'signalR', ...onOurHub });

/** A client came or went (`connections`), or invoked the target named `event` (`messages`). */
export function hubTrigger(category: 'connections' | 'messages', event: string) {
  return trigger.generic({
    type: 'signalRTrigger',
    name: 'invocation',
    category,
    event,
    ...onOurHub,
  });
}

/** What a SignalR trigger hands over, as far as we use it; the names are the extension's. */
export interface HubInvocation {
  readonly ConnectionId: string;
  /** Null for connection events. */
  readonly Arguments: readonly unknown[] | null;
  /** The request's headers, whatever their case. */
  readonly Headers: Readonly<Record<string, unknown>> | null;
  /** The client's query; holds secrets, never log it. */
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

export function toRoom(room: string, events: Events): Action {
  return { target: 'events', arguments: [events], groupName: groupOf(room) };
}

/** What several commits told, in as few frames as hold it. */
export function toRoomTogether(room: string, frames: readonly Events[]): Action[] {
  const events = mergeEvents(frames);
  return events ? toFrames(events).map((frame) => toRoom(room, frame)) : [];
}

export function typingToRoom(room: string, typing: Typing): Action {
  return { target: 'typing', arguments: [typing], groupName: groupOf(room) };
}

export function toNewcomer(welcome: Welcome): Action {
  return { target: 'welcome', arguments: [welcome], connectionId: welcome.connectionId };
}

export function addToRoom(room: string, connectionId: string): Action {
  return { action: 'add', groupName: groupOf(room), connectionId };
}

// The binding takes an empty group name for none, and would broadcast to everybody.
function groupOf(room: string): string {
  if (room === '') throw new Error('unable to address a room; its name is empty');
  return room;
}
