import { describe, expect, test } from '@jest/globals';
import { hunt } from './hunt.ts';
import { MUTATIONS } from './mutations.ts';
import { simulate } from './simulate.ts';
import * as subject from './subject.ts';

const SEEDS = 2_000;
const AT_A_TIME = 250;

describe('a simulated chat', () => {
  const beginnings = Array.from({ length: SEEDS / AT_A_TIME }, (_, part) => 1 + part * AT_A_TIME);

  test.each(beginnings)(
    'keeps every promise through the storms of the seeds from %i on',
    async (first) => {
      for (let seed = first; seed < first + AT_A_TIME; seed += 1) {
        const { broken } = await simulate(seed, subject);
        // npm run simulate -- --seed S shows the way there.
        expect({ seed, broken }).toEqual({ seed, broken: undefined });
      }
    },
    120_000,
  );

  test('takes the same way each time that a seed is run', async () => {
    for (const seed of [3, 9, 127]) {
      const first = await simulate(seed, subject);
      const again = await simulate(seed, subject);
      expect(again).toEqual(first);
    }
    const [one, other] = [await simulate(1, subject), await simulate(2, subject)];
    expect(one.traceHash).not.toBe(other.traceHash);
  });
});

describe('the simulation', () => {
  test.each(MUTATIONS)(
    'notices that $name, within $within seeds',
    async (mutation) => {
      const { broken } = (await hunt(mutation)) ?? {};
      expect(broken).toEqual(expect.any(String));
    },
    120_000,
  );
});
