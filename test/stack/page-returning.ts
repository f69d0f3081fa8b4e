// A person who comes back to a room with unread messages, for the tests of the page.

import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { newRoom } from '../support/shared-stack.ts';
import type { People } from './page-room.ts';

const MINUTE_MS = 60_000;

/** A room in which Bob and Carol have said so many lines, one a minute. */
export async function roomOf({ stack }: People, count: number): Promise<string> {
  const room = newRoom('unread');
  const now = Date.now();
  const facts = { room, first: 1, seq: count, activeAt: now };
  const messages = Array.from({ length: count }, (_, index) => {
    const seq = index + 1;
    const [userId, author] = seq % 3 === 0 ? ['g-carol', 'Carol'] : ['g-bob', 'Bob'];
    const sentAt = now - (count - seq + 1) * MINUTE_MS;
    return { seq, id: `i${seq}`, userId, name: author, text: `line ${seq} of the talk`, sentAt };
  });
  const answer = await fetch(`${stack().url}/api/rooms/${room}/archive`, {
    method: 'POST',
    headers: { 'x-functions-key': stack().functionKey },
    body: [facts, ...messages].map((line) => JSON.stringify(line)).join('\n'),
  });
  expect(answer.ok).toBe(true);
  return room;
}

/** What the device remembers: the last line read in the room. */
export const readTo = (page: Page, room: string): Promise<number | undefined> =>
  page.evaluate(`(() => {
    const key = Object.keys(localStorage).find((key) => key.endsWith(' chat.rooms'));
    return JSON.parse(localStorage.getItem(key)).find((known) => known.room === '${room}')?.readTo;
  })()`);

/** A person who was here before, read up to a line, and comes back. */
export async function comesBack(
  { enter }: People,
  room: string,
  last: number,
  options = {},
): Promise<Page> {
  const page = await enter(`/r/${room}`, 'Ada', { ...options, rooms: [{ room, readTo: last }] });
  await page.getByTestId('message').first().waitFor();
  return page;
}

/** The bar over unread messages. */
export const bar = (page: Page) => page.getByTestId('unread-bar');
