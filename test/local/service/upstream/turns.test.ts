import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { Upstream } from '../../../../local/service/upstream/upstream.ts';
import { toTemplate } from '../../../../local/service/upstream/upstream-settings.ts';
import { eventually } from '../../../support/eventually.ts';

test('Joins are cheap while there is talk: 64 events of connections are posted at a time, and a message does not wait for them', async () => {
  const held: http.ServerResponse[] = [];
  let isHolding = true;
  const server = http.createServer((request, response) => {
    if (isHolding && request.headers['x-asrs-category'] === 'connections') held.push(response);
    else response.end('stored');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const upstream = new Upstream([toTemplate(`http://127.0.0.1:${port}/`)], 60_000);
  try {
    const post = (category: 'connections' | 'messages', event: string) =>
      upstream.post({
        ...{ hub: 'chat', category, event },
        ...{ headers: {}, contentType: 'application/json', body: Buffer.from('{}') },
      });
    const ends = Array.from({ length: 1_000 }, () => post('connections', 'disconnected'));
    const said = await post('messages', 'send');
    expect(said).toMatchObject({ kind: 'answered', body: Buffer.from('stored') });
    await eventually(() => held.length === 64, 'all sockets to be used');
    // Each answer makes space for the next event.
    isHolding = false;
    for (const response of held) response.end();
    const answers = await Promise.all(ends);
    expect(answers.every(({ kind }) => kind === 'answered')).toBe(true);
  } finally {
    upstream.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
