import { describe, expect, it } from '@jest/globals';
import { Pace } from '../../functions/pace.ts';

/** A pace of two a turn, whose turns end when the test says so. */
function openPace() {
  const ends: (() => void)[] = [];
  const gone: number[] = [];
  const pace = new Pace(2, (next) => ends.push(next));
  const come = (number: number) => void pace.turn().then(() => gone.push(number));
  const endTurn = async () => {
    for (const end of ends.splice(0)) end();
    await settled();
  };
  return { pace, come, endTurn, gone, ends };
}

/** Resolves when what is ready has gone on. */
async function settled(): Promise<void> {
  for (let step = 0; step < 5; step += 1) await Promise.resolve();
}

describe('the pace', () => {
  it('holds back nobody who comes alone', async () => {
    const { come, gone } = openPace();
    come(1);
    await settled();
    expect(gone).toEqual([1]);
  });

  it('lets two go on in a turn, in the order in which they came', async () => {
    const { come, endTurn, gone } = openPace();
    for (const number of [1, 2, 3, 4, 5]) come(number);
    await settled();
    expect(gone).toEqual([1, 2]);
    await endTurn();
    expect(gone).toEqual([1, 2, 3, 4]);
    come(6);
    await settled();
    expect(gone).toEqual([1, 2, 3, 4]);
    await endTurn();
    expect(gone).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('counts anew in each turn', async () => {
    const { come, endTurn, gone } = openPace();
    come(1);
    come(2);
    await endTurn();
    come(3);
    come(4);
    await settled();
    expect(gone).toEqual([1, 2, 3, 4]);
  });

  it('asks for no turn when nobody waits', async () => {
    const { come, endTurn, ends } = openPace();
    come(1);
    await endTurn();
    expect(ends).toEqual([]);
  });

  it('lets the last one go on after all who are ready', async () => {
    const { pace, come, endTurn, gone } = openPace();
    void pace.last().then(() => gone.push(9));
    for (const number of [1, 2, 3]) come(number);
    await endTurn();
    expect(gone).toEqual([1, 2, 3, 9]);
  });

  it('lets the process take what has arrived between two turns', async () => {
    const pace = new Pace(1);
    const order: string[] = [];
    const work = [1, 2, 3].map((number) => pace.turn().then(() => order.push(`${number}`)));
    setImmediate(() => order.push('arrived'));
    await Promise.all(work);
    expect(order).toEqual(['1', '2', 'arrived', '3']);
  });
});
