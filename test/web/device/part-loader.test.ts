import { expect, test } from '@jest/globals';
import type { Memory } from '../../../web/device/memory.ts';
import { PartMissing, partLoader, RELOAD_EVERY_MS } from '../../../web/device/part-loader.ts';
import { memoryOf } from '../samples.ts';

const gone = () => Promise.reject(new TypeError('Failed to fetch dynamically imported module'));

function openPage(tab: Memory, isServed = true) {
  const page = { now: 1_000_000_000, reloads: 0 };
  const loadPart = partLoader({
    tab,
    now: () => page.now,
    isServed: async () => isServed,
    reload: () => {
      page.reloads += 1;
    },
  });
  return { page, loadPart };
}

test('P13: a part that is gone loads the new page, once in five minutes', async () => {
  const { page, loadPart } = openPage(memoryOf());
  await expect(loadPart(gone)).rejects.toThrow(PartMissing);
  expect(page.reloads).toBe(1);
  page.now += RELOAD_EVERY_MS - 1;
  await expect(loadPart(gone)).rejects.toThrow(PartMissing);
  expect(page.reloads).toBe(1);
  page.now += RELOAD_EVERY_MS;
  await expect(loadPart(gone)).rejects.toThrow(PartMissing);
  expect(page.reloads).toBe(2);
});

test('P13: without storage a part that is gone reloads nothing, because nothing would end that', async () => {
  const { page, loadPart } = openPage({ ...memoryOf(), read: () => undefined });
  await expect(loadPart(gone)).rejects.toThrow(PartMissing);
  expect(page.reloads).toBe(0);
});

test('P13: a part that does not come because the network is away reloads nothing', async () => {
  const { page, loadPart } = openPage(memoryOf(), false);
  await expect(loadPart(gone)).rejects.toThrow('Failed to fetch');
  expect(page.reloads).toBe(0);
});

test('a part that is there is given', async () => {
  const { loadPart } = openPage(memoryOf(), false);
  expect(await loadPart(async () => 'part')).toBe('part');
});
