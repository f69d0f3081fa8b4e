import { expect, test } from '@jest/globals';
import { holdCalls } from '../../../local/host/held-calls.ts';
import type { HostRequest } from '../../../local/host/http/http-server.ts';

const toRequest = (path: string) => ({ path }) as HostRequest;
const api = toRequest('/api/health');
const page = toRequest('/r/lobby');

function hold() {
  const begin = { parts: () => {}, page: () => {} };
  const begun = {
    parts: new Promise<void>((resolve) => {
      begin.parts = resolve;
    }),
    page: new Promise<void>((resolve) => {
      begin.page = resolve;
    }),
  };
  const calls: string[] = [];
  const handle = async ({ path }: HostRequest) => {
    calls.push(path);
    return { status: 200 };
  };
  return { ...holdCalls(handle, begun), begin, calls };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a call waits until everything runs that the app needs', async () => {
  const held = hold();
  const answer = held.handle(api);
  await settled();
  expect(held.calls).toEqual([]);
  held.begin.parts();
  expect(await answer).toEqual({ status: 200 });
  expect(held.calls).toEqual(['/api/health']);
});

test.each(['/', '/r/lobby', '/main.js', '/apiary'])(
  'issue 15: a call for %s also waits until the page is built',
  async (path) => {
    const held = hold();
    held.begin.parts();
    const answer = held.handle(toRequest(path));
    await settled();
    expect(held.calls).toEqual([]);
    held.begin.page();
    expect(await answer).toEqual({ status: 200 });
  },
);

test.each(['/api', '/API/rooms', '/admin/host/status', '/runtime/webhooks/signalr'])(
  'issue 15: a call for %s does not wait for the page',
  async (path) => {
    const held = hold();
    held.begin.parts();
    expect(await held.handle(toRequest(path))).toEqual({ status: 200 });
  },
);

test('a later call does not wait', async () => {
  const held = hold();
  held.begin.parts();
  held.begin.page();
  await settled();
  const answers = [held.handle(api), held.handle(page)];
  expect(held.calls).toEqual(['/api/health', '/r/lobby']);
  expect(await Promise.all(answers)).toEqual([{ status: 200 }, { status: 200 }]);
});

test('a call that still waits when the host stops gets 503, and the app does not see it', async () => {
  const held = hold();
  const answers = [held.handle(api), held.handle(page)];
  held.refuse();
  expect(await Promise.all(answers)).toEqual([{ status: 503 }, { status: 503 }]);
  held.begin.parts();
  held.begin.page();
  await settled();
  expect(held.calls).toEqual([]);
});
