import { expect, test } from '@jest/globals';
import { createStore } from '../../../web/state/store.ts';

const sum = () => createStore((state: number, event: { add: number }) => state + event.add, 0);

test('every listener sees every step in order, including steps that a listener causes', () => {
  const store = sum();
  const heard: string[] = [];
  store.subscribe((state) => {
    if (state < 3) store.dispatch({ add: 1 });
  });
  store.subscribe((state, before) => heard.push(`${before} → ${state}`));
  store.dispatch({ add: 1 });
  expect(heard).toEqual(['0 → 1', '1 → 2', '2 → 3']);
  expect(store.state).toBe(3);
});

test('an ended subscription gets nothing, and an event that changes nothing notifies nobody', () => {
  const store = sum();
  let heard = 0;
  const end = store.subscribe(() => {
    heard += 1;
  });
  store.dispatch({ add: 0 });
  expect(heard).toBe(0);
  end();
  store.dispatch({ add: 1 });
  expect(heard).toBe(0);
});

test('P1: a listener or a reducer that throws stops neither the other listeners nor later events', () => {
  const reported: unknown[] = [];
  const store = createStore(
    (state: number, { add }: { add: number }) => {
      if (add > 9) throw new Error('too much');
      return state + add;
    },
    0,
    (error) => reported.push(error),
  );
  const heard: number[] = [];
  store.subscribe(() => {
    throw new Error('no sound');
  });
  store.subscribe((state) => heard.push(state));
  store.dispatch({ add: 1 });
  store.dispatch({ add: 10 });
  store.dispatch({ add: 2 });
  expect(heard).toEqual([1, 3]);
  expect(store.state).toBe(3);
  expect(reported.map(String)).toEqual(['Error: no sound', 'Error: too much', 'Error: no sound']);
});
