// The first outputs of a process do not begin with a group action, which the SignalR extension may take for a message.

import { expect, test } from '@jest/globals';
import { connected } from '../../../functions/hub/connected.ts';
import { handleHub } from '../../../functions/hub/hub-function.ts';
import { message } from '../../../functions/hub/message.ts';
import { openTestChat } from '../../support/chat.ts';

const ada = { userId: 'g-ada', name: 'Ada', room: 'lobby' };
const COLD_MS = 10_000;

test('the outputs of a process’s first joins begin with a message to nobody, later ones do not', async () => {
  const chat = openTestChat();
  const join = async (id: string) => {
    const { actions } = await handleHub(await chat.call(id, ada), connected, chat);
    return actions.slice(0, 2);
  };
  const toNobody = { target: 'warm-up', arguments: [], userId: 'nobody' };
  const add = { action: 'add', groupName: 'lobby' };
  for (const first of await Promise.all(['c1', 'c2', 'c3'].map(join))) {
    expect(first).toMatchObject([toNobody, add]);
  }
  await chat.clock.advance(COLD_MS - 1);
  expect(await join('c4')).toMatchObject([toNobody, add]);
  await chat.clock.advance(1);
  expect(await join('c5')).toMatchObject([add, { target: 'welcome' }]);
});

test('an output that begins with a message is unchanged', async () => {
  const chat = openTestChat();
  const { actions } = await handleHub(await chat.call('c1', ada, 'hi', 'id'), message, chat);
  expect(actions).toMatchObject([{ target: 'events', groupName: 'lobby' }]);
});
