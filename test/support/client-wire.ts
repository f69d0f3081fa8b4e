// The network between all clients and the service: bytes pass unchanged, until connections are cut.

import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface ClientWire {
  /** The address for clients, e.g. `http://127.0.0.1:40123`. */
  readonly endpoint: string;
  /** Connections open now. */
  readonly open: number;
  /** Destroys the chosen connections, without a goodbye to either side. Returns their number. */
  cut(isChosen: () => boolean): number;
  stop(): Promise<void>;
}

/** The service may start later. */
export async function openClientWire(servicePort: number): Promise<ClientWire> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((client) => {
    const service = connect(servicePort, '127.0.0.1');
    const pair = [client, service] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, pair.toReversed() as [Socket, Socket]]) {
      from.setNoDelay(true).pipe(to);
      from.on('error', () => {});
      from.on('close', () => {
        pairs.delete(pair);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    get open() {
      return pairs.size;
    },
    cut: (isChosen) => {
      const chosen = [...pairs].filter(isChosen);
      for (const [client, service] of chosen) {
        client.resetAndDestroy();
        service.resetAndDestroy();
      }
      return chosen.length;
    },
    stop: async () => {
      for (const [client] of pairs) client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
