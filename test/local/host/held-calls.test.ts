import { expect, test } from '@jest/globals';
import { holdCalls } from '../../../local/host/held-calls.ts';
import type { HostRequest } from '../../../local/host/http/http-server.ts';

const request = {} as HostRequest;

function hold() {
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = () => resolve();
  });
  let calls = 0;
  const handle = async () => {
    calls += 1;
    return { status: 200 };
  };
  return { ...holdCalls(handle, begun), begin: () => begin(), calls: () => calls };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a call waits until everything runs that the app needs', async () => {
  const held = hold();
  const answer = held.handle(request);
  await settled();
  expect(held.calls()).toBe(0);
  held.begin();
  expect(await answer).toEqual({ status: 200 });
  expect(held.calls()).toBe(1);
});

test('a later call does not wait', async () => {
  const held = hold();
  held.begin();
  await settled();
  const answer = held.handle(request);
  expect(held.calls()).toBe(1);
  expect(await answer).toEqual({ status: 200 });
});

test('a call that still waits when the host stops gets 503, and the app does not see it', async () => {
  const held = hold();
  const answer = held.handle(request);
  held.refuse();
  expect(await answer).toEqual({ status: 503 });
  held.begin();
  await settled();
  expect(held.calls()).toBe(0);
});
