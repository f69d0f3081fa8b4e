// This chat: its own handlers and timer in this process, on a clock of its own.

import { connected } from '../../functions/hub/connected.ts';
import { disconnected } from '../../functions/hub/disconnected.ts';
import { edit } from '../../functions/hub/edit.ts';
import type { HubHandler } from '../../functions/hub/hub-function.ts';
import { message } from '../../functions/hub/message.ts';
import { react } from '../../functions/hub/react.ts';
import { typing } from '../../functions/hub/typing.ts';
import { logCall } from '../../functions/log.ts';
import type { Action } from '../../functions/service/bindings.ts';
import { cleanUpRooms } from '../../functions/timer/cleanup.ts';
import { openContext, openTestChat } from '../../test/support/chat.ts';
import type { Design, Meter } from './design.ts';

const ROOM = 'lobby';

export const OURS: Design = {
  name: 'this chat',
  about: 'one transaction of rows and head, one broadcast to the room',
  open: async (meter) => {
    const chat = openTestChat(meter.table);
    const service = new Set<string>();
    const context = openContext((line) => meter.log(line));
    let broadcasts = 0;
    let edits = 0;

    const run = async (event: string, handler: HubHandler, connection: string, args: unknown[]) => {
      const who = { userId: `g-${connection}`, name: 'Guest', room: ROOM };
      const answer = await handler(await chat.call(connection, who, ...args), chat);
      const { actions, about = {}, isRoutine } = answer;
      for (const action of actions) charge(meter, action, service.size);
      if (!isRoutine) logCall({ event, connection, actions, ms: 5 }, about, chat.rooms, context);
      return answer;
    };
    const invoke = async (
      event: string,
      handler: HubHandler,
      connection: string,
      args: unknown[],
    ) => {
      const { result } = await run(event, handler, connection, args);
      meter.answer();
      if ((result as { readonly ok: boolean }).ok !== true) {
        throw new Error(`unable to measure ${event}; it was refused: ${JSON.stringify(result)}`);
      }
    };
    return {
      clock: chat.clock,
      service,
      connect: async (connection) => {
        await run('connected', connected, connection, []);
      },
      disconnect: async (connection) => {
        await run('disconnected', disconnected, connection, []);
      },
      message: (connection, text, id) => invoke('send', message, connection, [text, id]),
      typing: async (connection) => {
        await run('typing', typing, connection, []);
      },
      react: (connection) => invoke('react', react, connection, [1, '👍', true]),
      edit: (connection) => {
        edits += 1;
        return invoke('edit', edit, connection, [1, `Edited ${edits} times.`, `edit-${edits}`]);
      },
      count: async () => (await chat.reader.head(ROOM)).online,
      charge: () => {
        // Presence that waited is broadcast by the process itself.
        for (const events of chat.broadcasts.slice(broadcasts)) {
          meter.send('events', [events], service.size);
        }
        broadcasts = chat.broadcasts.length;
      },
      everyMinute: async () => {
        for (const { connectionId } of await chat.reader.openConnections(ROOM)) {
          if (!service.has(connectionId)) chat.unknown.add(connectionId);
        }
        const { actions } = await cleanUpRooms(chat);
        for (const action of actions) charge(meter, action, service.size);
      },
    };
  },
};

function charge(meter: Meter, action: Action, online: number): void {
  if (!('target' in action)) {
    meter.call();
    return;
  }
  const receivers = 'groupName' in action ? online : 1;
  meter.send(action.target, action.arguments, receivers);
}
