import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GroupRead } from '../../../functions/room/group-read.ts';
import { Clock } from '../../support/clock.ts';
import { runs } from '../../support/sizes.ts';

interface Read {
  readonly key: string;
  readonly end: (value: number) => void;
  readonly fail: (error: Error) => void;
}

function open() {
  const clock = new Clock();
  const group = new GroupRead<number>(clock.sleep);
  const begun: Read[] = [];
  const get = (key = 'a') =>
    group.get(key, () => new Promise((end, fail) => begun.push({ key, end, fail })));
  return { clock, group, begun, get };
}

const turns = () => new Promise((resolve) => setImmediate(resolve));

describe('Group read: a request', () => {
  test('alone begins its read at once, and nothing is kept afterwards', async () => {
    const { group, begun, get } = open();
    const value = get();
    expect(begun).toHaveLength(1);
    begun[0]?.end(7);
    expect(await value).toBe(7);
    await turns();
    expect(group.size).toBe(0);
  });

  test('during a read shares the next one with all others of that time', async () => {
    const { group, begun, get } = open();
    const first = get();
    const others = [get(), get(), get()];
    expect(begun).toHaveLength(1);
    begun[0]?.end(1);
    expect(await first).toBe(1);
    await turns();
    expect(begun).toHaveLength(2);
    begun[1]?.end(2);
    expect(await Promise.all(others)).toEqual([2, 2, 2]);
    await turns();
    expect(group.size).toBe(0);
  });

  test('for another key has a read of its own', () => {
    const { begun, get } = open();
    void get('a');
    void get('b');
    expect(begun.map(({ key }) => key)).toEqual(['a', 'b']);
  });

  test('gets the error of the read that it shares, and the next one reads again', async () => {
    const { begun, get } = open();
    const first = get();
    const others = [get(), get()];
    begun[0]?.fail(new Error('first'));
    await expect(first).rejects.toThrow('first');
    await turns();
    begun[1]?.fail(new Error('second'));
    for (const other of others) await expect(other).rejects.toThrow('second');
    await turns();
    const later = get();
    begun[2]?.end(3);
    expect(await later).toBe(3);
  });

  test('waits a second for a read without an end, and no longer', async () => {
    const { clock, begun, get } = open();
    void get();
    const second = get();
    await clock.advance(999);
    expect(begun).toHaveLength(1);
    await clock.advance(1);
    expect(begun).toHaveLength(2);
    begun[1]?.end(2);
    expect(await second).toBe(2);
    // The first read ends late. Who asks now does not get it.
    const third = get();
    begun[0]?.end(1);
    await turns();
    begun[2]?.end(3);
    expect(await third).toBe(3);
  });
});

type Step = { readonly kind: 'ask' | 'end' | 'fail'; readonly pick: number; readonly ms: number };

const STEPS = fc.array(
  fc.record({
    kind: fc.constantFrom('ask', 'ask', 'end', 'fail'),
    pick: fc.nat(9),
    ms: fc.constantFrom(0, 0, 0, 1, 400, 1_000),
  }),
  { maxLength: 60 },
) as fc.Arbitrary<Step[]>;

describe('Group read: anything in any order', () => {
  test('no answer is of a read that began before its request, and all get one', async () => {
    await fc.assert(
      fc.asyncProperty(STEPS, async (steps) => {
        const clock = new Clock();
        const group = new GroupRead<number>(clock.sleep);
        let now = 0;
        const open = new Map<number, { end(): void; fail(): void }>();
        const read = () => {
          now += 1;
          const begunAt = now;
          return new Promise<number>((resolve, reject) => {
            const close = () => open.delete(begunAt);
            open.set(begunAt, {
              end: () => void (close() && resolve(begunAt)),
              fail: () => void (close() && reject(Object.assign(new Error(), { begunAt }))),
            });
          });
        };
        const answers: Promise<void>[] = [];
        const tooOld: number[] = [];
        for (const { kind, pick, ms } of steps) {
          if (kind === 'ask') {
            now += 1;
            const askedAt = now;
            const check = (begunAt: number) => {
              if (begunAt < askedAt) tooOld.push(askedAt);
            };
            const answer = group.get(`${pick % 2}`, read);
            answers.push(answer.then(check, (error: { begunAt: number }) => check(error.begunAt)));
          } else {
            [...open.values()][pick]?.[kind]();
          }
          if (ms === 0) await turns();
          else await clock.advance(ms);
        }
        while (group.size > 0 || open.size > 0) {
          for (const one of [...open.values()]) one.end();
          await turns();
        }
        await Promise.all(answers);
        expect(tooOld).toEqual([]);
      }),
      runs(200),
    );
  });
});
