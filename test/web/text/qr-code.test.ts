import { expect, test } from '@jest/globals';
import { toQrCode } from '../../../web/text/qr-code.ts';

/** The dark modules of the path, as `x,y`. */
function modulesOf(path: string): ReadonlySet<string> {
  return new Set([...path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map(([, x, y]) => `${x},${y}`));
}

test('a code has a quiet zone of four modules and its three finders', () => {
  const { size, path } = toQrCode('https://chat.example/r/%E8%8C%B6%E5%AE%A4');
  const dark = modulesOf(path);
  const places = [...dark].flatMap((module) => module.split(',').map(Number));
  expect(Math.min(...places)).toBeGreaterThanOrEqual(4);
  expect(Math.max(...places)).toBeLessThan(size - 4);
  // ISO/IEC 18004: a finder is a ring of seven modules around a block of three.
  for (const [left, top] of [
    [4, 4],
    [size - 11, 4],
    [4, size - 11],
  ] as const) {
    for (let n = 0; n < 7; n += 1) expect(dark.has(`${left + n},${top}`)).toBe(true);
    expect(dark.has(`${left + 1},${top + 1}`)).toBe(false);
    expect(dark.has(`${left + 3},${top + 3}`)).toBe(true);
  }
});

test('the longest address of a room fits', () => {
  const room = encodeURIComponent('茶'.repeat(64));
  expect(toQrCode(`https://a-long-name-of-an-app.azurewebsites.net/r/${room}`).size).toBeLessThan(
    110,
  );
});
