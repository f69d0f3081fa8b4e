import { expect, test } from '@jest/globals';
import type { Network } from '../../../../local/client/api/network.ts';
import { systemClock } from '../../../../local/client/system-clock.ts';
import { connectOnce, newRoute } from '../../../../local/client/tail/connect-once.ts';

test('16.1: Ctrl+C while the connection is being made opens none, and is not forgotten', async () => {
  const end = new AbortController();
  let requests = 0;
  const network = {
    fetch: async () => {
      requests += 1;
      return new Promise<never>(() => {});
    },
    WebSocket: undefined,
  } as unknown as Network;
  const connection = connectOnce({
    info: { url: 'http://127.0.0.1:1/client/?hub=chat', accessToken: 't' },
    network,
    clock: systemClock,
    route: newRoute(),
    signal: end.signal,
    onWelcome: () => {},
    onEvents: () => {},
  });
  // The client's code is loaded at this moment.
  end.abort();
  await expect(connection).rejects.toThrow('abort');
  expect(requests).toBe(0);
});
