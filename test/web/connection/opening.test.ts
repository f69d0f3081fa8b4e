import { describe, expect, test } from '@jest/globals';
import { fillBack, MOST_OPENING, MOST_OPENING_PAGES } from '../../../web/connection/opening.ts';
import type { HistoryQuery } from '../../../web/state/message-log.ts';
import { historyOf, messagesOf } from '../samples.ts';

/** A room with messages `first` to `last`, and the requests that it gets. */
function openRoom(last: number, first = 1) {
  const asked: HistoryQuery[] = [];
  const history = async (query: HistoryQuery) => {
    asked.push(query);
    const to = (query.before ?? last + 1) - 1;
    const messages = messagesOf(Math.max(first, to - query.limit + 1), to);
    return historyOf({ seq: last, first, messages });
  };
  return { asked, api: { history }, latest: () => history({ limit: 50 }) };
}

describe('the first history', () => {
  test.each([
    [10, 59, 0],
    [10, 60, 1],
    [10, 259, 1],
    [10, 260, 2],
    [0, MOST_OPENING, MOST_OPENING_PAGES],
  ])(
    'of a reader at %i of %i takes %i further requests, and begins where the reader stopped',
    async (readTo, last, requests) => {
      const room = openRoom(last);
      const { messages } = await fillBack(room.api, await room.latest(), readTo);
      expect(room.asked.length - 1).toBe(requests);
      expect(messages[0]?.seq).toBeLessThanOrEqual(readTo + 1);
      expect(messages).toEqual(messagesOf(messages[0]?.seq ?? 0, last));
    },
  );

  test('of a reader who is further behind takes none, because a person with 5,000 unread lines chooses', async () => {
    const room = openRoom(5_000);
    const { messages } = await fillBack(room.api, await room.latest(), 5_000 - MOST_OPENING - 1);
    expect(room.asked).toHaveLength(1);
    expect(messages).toHaveLength(50);
  });

  test('ends at the first message that is kept', async () => {
    const room = openRoom(300, 200);
    const { messages } = await fillBack(room.api, await room.latest(), 10);
    expect(room.asked).toHaveLength(2);
    expect(messages[0]?.seq).toBe(200);
  });

  test('is what there is if an older page does not come', async () => {
    const latest = await openRoom(300).latest();
    const history = () => Promise.reject(new Error('no network'));
    expect(await fillBack({ history }, latest, 10)).toEqual(latest);
  });
});
