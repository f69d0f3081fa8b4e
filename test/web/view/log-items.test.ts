import { describe, expect, test } from '@jest/globals';
import type { ChatMessage } from '../../../functions/protocol.ts';
import { keyOf, type LogItem, toItems } from '../../../web/view/log-items.ts';
import { messageOf } from '../samples.ts';

const NOON = new Date(2026, 4, 17, 12).getTime();
const MINUTE = 60_000;

const at = (seq: number, minutes: number, userId = 'bob'): ChatMessage => ({
  ...messageOf(seq, userId),
  sentAt: NOON + minutes * MINUTE,
});

/** `1` a message with a head, `+2` one that follows, `day`, `gone 3`, `new`. */
const shape = (items: readonly LogItem[]) => items.map(shapeOf);

function shapeOf(item: LogItem): string {
  switch (item.kind) {
    case 'message':
      return `${item.follows ? '+' : ''}${item.message.seq}`;
    case 'gone':
      return `gone ${item.count}`;
    case 'day':
    case 'new':
      return item.kind;
  }
}

describe('fixes: the number online', () => {
  const among = (message: ChatMessage, online: number) => ({ ...message, online });
  const said = (items: readonly LogItem[]) =>
    items.flatMap((item) => (item.kind === 'message' ? [item.online] : []));

  test('is said by the first head, and by each head since which it has changed', () => {
    const messages = [
      among(at(1, 0), 3),
      among(at(2, 1, 'eve'), 3),
      among(at(3, 2), 4),
      among(at(4, 3), 5),
      among(at(5, 4), 4),
      // It changed among the lines that share the head before.
      among(at(6, 5, 'eve'), 4),
      among(at(7, 6), 4),
    ];
    const none = undefined;
    expect(said(toItems(messages, none, none))).toEqual([3, none, 4, none, none, 4, none]);
  });

  test('is compared with the message above the window', () => {
    const above = among(at(1, 0, 'eve'), 3);
    expect(said(toItems([among(at(2, 1), 3)], above, undefined))).toEqual([undefined]);
    expect(said(toItems([among(at(2, 1), 4)], above, undefined))).toEqual([4]);
  });

  test('is not said of a message of an earlier version', () => {
    expect(said(toItems([at(1, 0), at(2, 1, 'eve')], undefined, undefined))).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('messages', () => {
  test('of one author within five minutes form a group', () => {
    const messages = [at(1, 0), at(2, 4), at(3, 8), at(4, 13), at(5, 13, 'eve'), at(6, 13)];
    expect(shape(toItems(messages, undefined, undefined))).toEqual([
      'day',
      '1',
      '+2',
      '+3',
      '4',
      '5',
      '6',
    ]);
  });

  test('of an author with a new name start a new group', () => {
    const renamed = { ...at(2, 0), name: 'Robert' };
    expect(shape(toItems([at(1, 0), renamed], undefined, undefined))).toEqual(['day', '1', '2']);
  });

  test('continue the group above the window', () => {
    expect(shape(toItems([at(2, 1)], at(1, 0), undefined))).toEqual(['+2']);
  });

  test('that only edit or remove another are not shown, and split no group', () => {
    const removal = { ...at(2, 1, 'app'), text: '', deletes: 1 };
    const edit = { ...at(3, 1, 'bob'), text: 'new', edits: 1 };
    expect(shape(toItems([at(1, 0), removal, edit, at(4, 2)], undefined, undefined))).toEqual([
      'day',
      '1',
      '+4',
    ]);
  });
});

describe('a mark', () => {
  test('stands where a day begins, by the local calendar', () => {
    const late = at(1, 11 * 60 + 59);
    const early = at(2, 12 * 60 + 1);
    expect(shape(toItems([late, early], undefined, undefined))).toEqual(['day', '1', 'day', '2']);
  });

  test('stands where messages are gone', () => {
    expect(shape(toItems([at(1, 0), at(5, 0)], undefined, undefined))).toEqual([
      'day',
      '1',
      'gone 3',
      '5',
    ]);
  });

  test('stands before the first that is new, and only where something older is above it', () => {
    const messages = [at(1, 0), at(2, 0), at(3, 0)];
    expect(shape(toItems(messages, undefined, 1))).toEqual(['day', '1', 'new', '2', '+3']);
    expect(shape(toItems(messages, undefined, 0))).toEqual(['day', '1', '+2', '+3']);
    expect(shape(toItems(messages, undefined, 3))).toEqual(['day', '1', '+2', '+3']);
  });
});

test('every item has a key of its own, the same for every beginning of the window', () => {
  const messages = [at(1, 0), at(4, 1), at(5, 24 * 60), at(6, 24 * 60)];
  const keys = toItems(messages, undefined, 4).map(keyOf);
  expect(new Set(keys).size).toBe(keys.length);
  expect(toItems(messages.slice(1), messages[0], 4).map(keyOf)).toEqual(keys.slice(2));
});
