import { expect, test } from '@jest/globals';
import { openMemory } from '../../../web/device/memory.ts';
import { openPicks } from '../../../web/device/picks.ts';
import { memoryOf } from '../samples.ts';

const ann = { userId: 'a1', name: 'Ann' };
const bob = { userId: 'b1', name: 'Bob' };

test('picked names survive a reload, by room, the last one last', () => {
  const memory = memoryOf();
  const picks = openPicks(memory, 'tea');
  for (const person of [ann, bob, ann]) picks.add(person);
  expect(openPicks(memory, 'tea').all()).toEqual([bob, ann]);
  expect(openPicks(memory, 'coffee').all()).toEqual([]);
});

test('only the last twenty are kept', () => {
  const picks = openPicks(memoryOf(), 'tea');
  for (let n = 0; n < 30; n += 1) picks.add({ userId: `${n}`, name: `n${n}` });
  expect(picks.all().map(({ userId }) => userId)).toEqual(
    Array.from({ length: 20 }, (_, n) => `${n + 10}`),
  );
});

test('without storage they last while the page is open', () => {
  const noStorage = openMemory(() => {
    throw new Error('SecurityError');
  });
  const picks = openPicks(noStorage, 'tea');
  picks.add(ann);
  expect(picks.all()).toEqual([ann]);
});

test.each([['['], ['{}'], ['[{}]'], ['[{"userId":1,"name":"x"}]'], ['[null]']])(
  'are none if storage holds %s',
  (text) => {
    expect(openPicks(memoryOf({ 'chat.draft-names.tea': text }), 'tea').all()).toEqual([]);
  },
);
