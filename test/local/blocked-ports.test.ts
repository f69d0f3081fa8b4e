import { expect, test } from '@jest/globals';
import { fetch, MockAgent } from 'undici';
import { isBlockedPort } from '../../local/blocked-ports.ts';

/** Whether `fetch` refuses the port before it asks its network, which here has no host. */
async function isRefusedByFetch(port: number, dispatcher: MockAgent): Promise<boolean> {
  const error: unknown = await fetch(`http://127.0.0.1:${port}/`, { dispatcher }).catch(
    ({ cause }) => cause,
  );
  return error instanceof Error && error.message === 'bad port';
}

test('16.4: the blocked ports are those that fetch refuses', async () => {
  const network = new MockAgent();
  network.disableNetConnect();
  const ports = Array.from({ length: 11_000 }, (_, index) => index + 1);
  const blocked = ports.filter(isBlockedPort);
  for (const port of blocked)
    expect([port, await isRefusedByFetch(port, network)]).toEqual([port, true]);
  // Each neighbour, and the ports of the chat.
  const others = [
    ...blocked.flatMap((port) => [port - 1, port + 1]),
    80,
    443,
    7_071,
    8_888,
    10_002,
  ];
  for (const port of others.filter((other) => other > 0 && !isBlockedPort(other))) {
    expect([port, await isRefusedByFetch(port, network)]).toEqual([port, false]);
  }
  await network.close();
});
