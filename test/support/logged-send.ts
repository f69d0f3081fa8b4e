// The log lines of one line sent, by the functions of a checkout.

import functions from '@azure/functions';

/** Loads a module of the checkout. */
export type Load = <Module>(path: string) => Promise<Module>;

/** All lines of the call, for ids and a room of the usual length. */
export async function linesOfSend(load: Load): Promise<readonly string[]> {
  // One after the other, because Jest cannot link two modules at once.
  const { openTestChat } = await load<typeof import('./chat.ts')>('test/support/chat.ts');
  const { connected } = await load<typeof import('../../functions/hub/connected.ts')>(
    'functions/hub/connected.ts',
  );
  const { message } = await load<typeof import('../../functions/hub/message.ts')>(
    'functions/hub/message.ts',
  );
  const { answerHub } = await load<typeof import('../../functions/hub/hub-function.ts')>(
    'functions/hub/hub-function.ts',
  );
  const chat = openTestChat();
  const ada = { userId: 'g-3A4Vxu5425QVXNT7', name: 'Ada', room: 'lobby' };
  const connectionId = 'YEYxb1Zk0aWq5nJpT3dGhwIy1b2c301';
  const { ticket } = await chat.call(connectionId, ada);
  await connected(await chat.call(connectionId, ada), chat);
  chat.rooms.takeNotes();
  const lines: string[] = [];
  const context = new functions.InvocationContext({
    invocationId: '3f1f2a52-6d0b-4b7c-9a2e-6d4f3c1b0a99',
    logHandler: (_level, ...args) => lines.push(args.join(' ')),
  });
  const invocation = {
    ConnectionId: connectionId,
    Arguments: ['hello', 'b3f1c2'],
    Headers: {},
    Query: { ticket },
  };
  await answerHub('send', message, chat)(invocation, context);
  return lines;
}
