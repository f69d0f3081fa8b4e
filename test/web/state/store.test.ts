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
