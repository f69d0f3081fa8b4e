// The wrapper around the timer's function: what it tells goes out through the SignalR output.

import { app, type InvocationContext } from '@azure/functions';
import { signalR } from './bindings.ts';
import { logCall } from './call-note.ts';
import type { Chat } from './chat.ts';
import { logCommits } from './commit-note.ts';
import type { HubAnswer } from './hub-function.ts';

export type TimerHandler = (chat: Chat) => Promise<HubAnswer>;

export function onTimer(name: string, schedule: string, handler: TimerHandler, chat: Chat): void {
  const run = answerTimer(name, handler, chat);
  app.timer(name, {
    schedule,
    extraOutputs: [signalR],
    handler: (_timer, context) => run(context),
  });
}

/** What the platform calls. */
export function answerTimer(
  name: string,
  handler: TimerHandler,
  chat: Chat,
): (context: InvocationContext) => Promise<void> {
  return async (context) => {
    const startedAt = chat.now();
    try {
      const { actions } = await handler(chat);
      if (actions.length === 0) return;
      context.extraOutputs.set(signalR, actions);
      logCall({ event: name, actions, ms: chat.now() - startedAt }, {}, context);
    } finally {
      logCommits(chat.rooms, context);
    }
  };
}
