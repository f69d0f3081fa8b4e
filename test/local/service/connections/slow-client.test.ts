// A client that does not read is disconnected before it fills the memory.

import { expect, test } from '@jest/globals';
import { rest } from '../hub-client.ts';
import { stageService } from '../stage.ts';

const stage = stageService({ limits: { slowClientBytes: 1_024 * 1_024 } });

test('a client that reads nothing is disconnected, others get everything', async () => {
  const slow = await stage.shakenClient();
  const { connectionId } = await stage.upstream.next(({ event }) => event === 'connected');
  const quick = await stage.client();
  slow.socket.pause();
  let received = 0;
  quick.on('news', () => {
    received += 1;
  });
  const body = { target: 'news', arguments: ['x'.repeat(500_000)] };
  const gone = stage.disconnected(connectionId);
  let isGone = false;
  void gone.then(() => {
    isGone = true;
  });
  let sent = 0;
  // The kernel buffers some megabytes first.
  while (!isGone && sent < 200) {
    await rest(stage.service, 'POST', '/api/hubs/chat/:send', { body });
    sent += 1;
  }
  await expect(gone).resolves.toEqual({ type: 11, error: 'The client is too slow.' });
  await quick.invoke('last');
  expect(received).toBe(sent);
});
