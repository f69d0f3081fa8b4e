import { describe, expect, test } from '@jest/globals';
import { PUBLISHER } from '../../../functions/protocol.ts';
import { type ChatState, initialState, reduce } from '../../../web/state/chat-state.ts';
import { lastEditable, mayChange } from '../../../web/state/own-messages.ts';
import { historyOf, messageOf, welcomeOf } from '../samples.ts';

const MINUTE = 60_000;
const mine = messageOf(7, 'ada');
const { sentAt } = mine;

describe('a person may change', () => {
  const me = (more = {}) => welcomeOf(more);

  test.each([
    ['one’s own message at once', mine, {}, 0, true],
    ['one’s own message for an hour', mine, {}, 60 * MINUTE, true],
    ['nothing that is older than an hour', mine, {}, 60 * MINUTE + 1, false],
    ['for as long as the chat says', mine, { editMinutes: 5 }, 5 * MINUTE, true],
    ['and no longer', mine, { editMinutes: 5 }, 5 * MINUTE + 1, false],
    ['nothing where the chat allows it never', mine, { editMinutes: 0 }, 0, false],
    ['nobody else’s message', messageOf(7, 'bob'), {}, 0, false],
    ['no published line', messageOf(7, PUBLISHER), {}, 0, false],
    ['no removed message', { ...mine, text: '', deleted: true as const }, {}, 0, false],
    ['nothing that announces an edit', { ...mine, edits: 3 }, {}, 0, false],
  ])('%s', (_, message, more, after, may) => {
    expect(mayChange(message, me(more), sentAt + after)).toBe(may);
  });

  test('nothing before the room knows them', () => {
    expect(mayChange(mine, undefined, sentAt)).toBe(false);
  });
});

describe('the arrow up in an empty composer edits', () => {
  const roomOf = (): ChatState => {
    const messages = [messageOf(1, 'ada'), messageOf(2, 'ada'), messageOf(3, 'bob')];
    const welcomed = reduce(initialState('lobby'), { type: 'welcome', welcome: welcomeOf() });
    return reduce(welcomed, {
      type: 'history',
      history: historyOf({ messages }),
      query: { limit: 50 },
    });
  };

  test('the last message of one’s own', () => {
    expect(lastEditable(roomOf(), sentAt)).toMatchObject({ seq: 2, text: 'text 2' });
  });

  test('the last line that waits, before any message', () => {
    const written = reduce(roomOf(), { type: 'written', id: 'w1', text: 'not sent yet' });
    const again = reduce(written, { type: 'written', id: 'w2', text: 'nor this' });
    expect(lastEditable(again, sentAt)).toMatchObject({ id: 'w2', text: 'nor this' });
  });

  test('nothing after the time for it', () => {
    expect(lastEditable(roomOf(), sentAt + 61 * MINUTE)).toBeUndefined();
  });
});
