import { describe, expect, test } from '@jest/globals';
import type { Begun, Child } from '../../../local/stack/child.ts';
import { createStackLife } from '../../../local/stack/stack-life.ts';
import { PARTS, type PartName } from '../../../local/stack/stack-parts.ts';

/** A fake process: the promises of a Child, which the test settles. */
interface FakeChild extends Child {
  getReady(): void;
  end(how: string): void;
}

/** Three fake parts. `calls` has their starts and stops, in order. `begun` has those that got the message that all are ready, and what it said. */
function fakeParts() {
  const calls: string[] = [];
  const begun: string[] = [];
  const latest = new Map<PartName, FakeChild>();
  let nextPid = 1;
  const starters = new Map(
    PARTS.map((part) => [
      part,
      () => {
        const child = fakeChild(part, nextPid++, calls, begun);
        latest.set(part, child);
        return child;
      },
    ]),
  );
  const of = (part: PartName): FakeChild => {
    const child = latest.get(part);
    if (!child) throw new Error(`${part} was not started`);
    return child;
  };
  return {
    calls,
    begun,
    starters,
    of,
    allReady: () => PARTS.forEach((part) => void of(part).getReady()),
  };
}

function fakeChild(name: string, pid: number, calls: string[], begun: string[]): FakeChild {
  calls.push(`${name} starts`);
  let getReady: () => void = () => undefined;
  let end: (how: string) => void = () => undefined;
  const exited = new Promise<string>((resolve) => {
    end = (how) => {
      calls.push(`${name} ends with ${how}`);
      resolve(how);
    };
  });
  const ready = new Promise<Record<string, unknown>>((resolve, reject) => {
    getReady = () => resolve({ ready: true });
    void exited.then((how) => reject(new Error(`${name} ended with ${how}`)));
  });
  ready.catch(() => undefined);
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => end(signal);
  const begin = ({ hasPage }: Begun) => void begun.push(hasPage ? name : `${name} without page`);
  const drain = async () => void calls.push(`${name} drains`);
  return {
    ...{ name, pid, ready, exited, begin, drain, stop },
    getReady: () => getReady(),
    end: (how) => end(how),
  };
}

const NEVER = new Promise<never>(() => undefined);

async function startAll() {
  const parts = fakeParts();
  const life = createStackLife(parts.starters);
  const started = life.start(undefined);
  parts.allReady();
  await started;
  return { ...parts, life };
}

describe('the life of the stack', () => {
  test('parts start concurrently. At the end the clients leave first, and each part ends before those that it calls', async () => {
    const { life, calls } = await startAll();
    expect(calls).toEqual(['azurite starts', 'host starts', 'service starts']);
    await life.stop();
    expect(calls.slice(3)).toEqual([
      'service drains',
      'host ends with SIGTERM',
      'service ends with SIGTERM',
      'azurite ends with SIGTERM',
    ]);
    expect(life.children).toEqual([]);
  });

  test('issue 15: the host starts after a build that is under way, the other parts at once', async () => {
    const started: PartName[] = [];
    const starters = new Map(
      PARTS.map((part) => [
        part,
        () => {
          started.push(part);
          throw new Error(`${part} is not started in this test`);
        },
      ]),
    );
    const life = createStackLife(starters, { functions: NEVER, page: NEVER });
    await expect(life.start(undefined)).rejects.toThrow('azurite is not started');
    expect(started).toEqual(['azurite', 'service']);
  });

  test('issue 15: a build that fails is the failure of the start', async () => {
    const failed = Promise.reject(new Error('unable to build; why.'));
    const life = createStackLife(new Map(), { functions: failed, page: failed });
    await expect(life.start(undefined)).rejects.toThrow('unable to build; why.');
  });

  test('issue 15: all begin while the page is being built, and hear of it when it is there', async () => {
    const { starters, begun, allReady } = fakeParts();
    let finish = () => {};
    const page = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const life = createStackLife(starters, { functions: Promise.resolve(), page });
    const started = life.start(undefined);
    await new Promise((resolve) => setImmediate(resolve));
    allReady();
    await started;
    const early = begun.splice(0).sort();
    expect(early).toEqual([...PARTS].sort().map((part) => `${part} without page`));
    finish();
    await page;
    expect(begun.sort()).toEqual([...PARTS].sort());
  });

  test.each(PARTS)('no part begins while %s is not ready, and all do after it', async (last) => {
    const { starters, of, begun } = fakeParts();
    const life = createStackLife(starters);
    const started = life.start(undefined);
    for (const part of PARTS) if (part !== last) of(part).getReady();
    await Promise.all(PARTS.map((part) => (part === last ? undefined : of(part).ready)));
    await new Promise((resolve) => setImmediate(resolve));
    expect(begun).toEqual([]);
    of(last).getReady();
    await started;
    expect(begun.sort()).toEqual([...PARTS].sort());
  });

  test('no part begins if the start fails', async () => {
    const { starters, of, begun } = fakeParts();
    const life = createStackLife(starters);
    const started = life.start(undefined);
    of('host').getReady();
    of('azurite').end('exit code 1');
    await expect(started).rejects.toThrow('azurite ended with exit code 1');
    expect(begun).toEqual([]);
  });

  test('a restarted part begins when it is ready', async () => {
    const { life, of, begun } = await startAll();
    begun.length = 0;
    const restarted = life.restart('host', 'SIGKILL');
    await of('host').exited;
    await Promise.resolve();
    expect(begun).toEqual([]);
    of('host').getReady();
    await restarted;
    expect(begun).toEqual(['host']);
  });

  test('stopping twice stops once', async () => {
    const { life, calls } = await startAll();
    await Promise.all([life.stop(), life.stop()]);
    expect(calls).toHaveLength(7);
  });

  test.each(PARTS)(
    'a start in which %s fails stops the other parts and rejects with its reason',
    async (part) => {
      const { starters, of } = fakeParts();
      const life = createStackLife(starters);
      const started = life.start(undefined);
      for (const other of PARTS) if (other !== part) of(other).getReady();
      of(part).end('exit code 1');
      await expect(started).rejects.toThrow(`${part} ended with exit code 1`);
      expect(life.children).toEqual([]);
    },
  );

  test('a running part that ends during the start is named', async () => {
    const { starters, of } = fakeParts();
    const life = createStackLife(starters);
    const started = life.start(undefined);
    of('azurite').getReady();
    await of('azurite').ready;
    of('azurite').end('SIGKILL');
    await expect(started).rejects.toThrow('azurite ended unexpectedly (SIGKILL)');
    expect(life.children).toEqual([]);
  });

  test('an abort ends a start that is under way', async () => {
    const { starters } = fakeParts();
    const life = createStackLife(starters);
    const aborting = new AbortController();
    const started = life.start(aborting.signal);
    aborting.abort(new Error('enough'));
    await expect(started).rejects.toThrow('enough');
    expect(life.children).toEqual([]);
  });

  test.each(PARTS)('when %s dies, all parts end and it is named', async (part) => {
    const { life, of } = await startAll();
    of(part).end('SIGKILL');
    const failure = await life.failed;
    expect(failure.message).toMatch(
      new RegExp(`^unable to go on; ${part} ended unexpectedly \\(SIGKILL\\)\\. .+\\.$`),
    );
    await life.stop();
    expect(life.children).toEqual([]);
  });

  test('a restart does not affect the other parts', async () => {
    const { life, calls, of } = await startAll();
    const before = life.children.filter(({ name }) => name !== 'host');
    const restarted = life.restart('host', 'SIGKILL');
    await of('host').exited;
    await Promise.resolve();
    of('host').getReady();
    await restarted;
    expect(calls.slice(3)).toEqual(['host ends with SIGKILL', 'host starts']);
    expect(life.children.filter(({ name }) => name !== 'host')).toEqual(before);
    expect(life.children).toContainEqual({ name: 'host', pid: 4 });
  });

  test('a failed restart can be repeated', async () => {
    const { life, of, calls } = await startAll();
    const failing = life.restart('host');
    await of('host').exited;
    await Promise.resolve();
    of('host').end('exit code 1');
    await expect(failing).rejects.toThrow('host ended with exit code 1');
    const trying = life.restart('host');
    of('host').getReady();
    await trying;
    expect(life.children.map(({ name }) => name).sort()).toEqual(['azurite', 'host', 'service']);
    expect(calls).not.toContain('azurite ends with SIGTERM');
  });

  test('an ended stack restarts no part', async () => {
    const { life } = await startAll();
    await life.stop();
    await expect(life.restart('host')).rejects.toThrow('the stack has ended');
  });
});
