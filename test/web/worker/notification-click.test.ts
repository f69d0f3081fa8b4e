import { describe, expect, test } from '@jest/globals';
import { openRoom } from '../../../web/worker/notification-click.ts';

const ORIGIN = 'https://chat.example';
const BASE = `${ORIGIN}/`;

/** What a click does while windows with these paths are open, the most recently focused first. */
async function click(path: string, open: readonly string[]): Promise<readonly string[]> {
  const done: string[] = [];
  await openRoom(
    {
      matchAll: async ({ includeUncontrolled }) => {
        const all = open.map((opened) => ({
          url: ORIGIN + opened,
          focus: async () => done.push(`focus ${opened}`),
        }));
        return includeUncontrolled ? all : [];
      },
      openWindow: async (url) => done.push(`open ${url}`),
    },
    path,
    BASE,
  );
  return done;
}

describe('P6: a click on a notification', () => {
  test.each([
    ['opens the room if its tab is closed', '/r/zulu', ['/r/alpha'], 'open /r/zulu'],
    ['opens the room if no tab is open', '/r/zulu', [], 'open /r/zulu'],
    ['opens the lobby if its tab is closed', '/', ['/r/alpha'], 'open /'],
    ['focuses the tab that shows the room', '/r/zulu', ['/r/alpha', '/r/zulu'], 'focus /r/zulu'],
    ['focuses the last used of two', '/r/zulu', ['/r/zulu?2', '/r/zulu'], 'focus /r/zulu?2'],
    ['focuses the lobby under its own name', '/', ['/r/alpha', '/r/lobby'], 'focus /r/lobby'],
    ['focuses a room with a final slash', '/r/zulu', ['/r/zulu/'], 'focus /r/zulu/'],
    ['focuses a room in another spelling', '/r/%C3%A9', ['/r/e%CC%81'], 'focus /r/e%CC%81'],
    ['takes no other page for the lobby', '/', ['/api/health', '/r/%'], 'open /'],
  ])('%s', async (_, path, open, done) => {
    expect(await click(path, open)).toEqual([done]);
  });
});

test('H11: below a path, a click focuses the room’s tab, and no tab of another app', async () => {
  const focused: string[] = [];
  const windows = (...urls: string[]) => ({
    matchAll: async () => urls.map((url) => ({ url, focus: async () => focused.push(url) })),
    openWindow: async (url: string) => focused.push(`open ${url}`),
  });
  const base = `${ORIGIN}/chat/`;
  await openRoom(windows(`${ORIGIN}/r/tea`, `${base}r/tea`), 'r/tea', base);
  await openRoom(windows(`${ORIGIN}/`), './', base);
  expect(focused).toEqual([`${base}r/tea`, 'open ./']);
});
