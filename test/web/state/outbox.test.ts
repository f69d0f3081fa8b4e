import { describe, expect, test } from '@jest/globals';
import type { Problem } from '../../../web/state/connection-state.ts';
import {
  dropShown,
  holdBack,
  isChangeable,
  markRefused,
  markSending,
  markStored,
  markWaiting,
  nameIn,
  nextToSend,
  type Outbox,
  recognise,
  rewrite,
  withChange,
} from '../../../web/state/outbox.ts';
import { messageOf } from '../samples.ts';

const TOO_LONG: Problem = { code: 'bad_text', message: 'too long' };
const TWO: Outbox = [
  { id: 'a', text: 'first', state: 'waiting' },
  { id: 'b', text: 'second', state: 'waiting' },
];

describe('nextToSend', () => {
  test('is the oldest waiting line, and none during an attempt', () => {
    expect(nextToSend(TWO)?.id).toBe('a');
    expect(nextToSend(markSending(TWO, 'a'))).toBeUndefined();
  });

  test('skips lines that are stored or refused', () => {
    expect(nextToSend(markStored(TWO, 'a', 1))?.id).toBe('b');
    expect(nextToSend(markRefused(TWO, 'a', TOO_LONG))?.id).toBe('b');
  });

  test('is the same line again after an attempt of unknown outcome', () => {
    expect(nextToSend(markWaiting(markSending(TWO, 'a'), 'a'))).toEqual(TWO[0]);
  });
});

test('a line that nobody has tried to send can be changed, and a refused one gets another id', () => {
  const fresh: Outbox = [{ id: 'a', text: 'first', state: 'waiting', isNew: true }];
  const rewritten: Outbox = [{ id: 'a', text: 'new', state: 'waiting', isNew: true }];
  expect(rewrite(fresh, 'a', { text: 'new', newId: 'b' })).toEqual(rewritten);
  // An attempt may have stored it under its id.
  for (const tried of [markSending(fresh, 'a'), markWaiting(markSending(fresh, 'a'), 'a')]) {
    expect(tried.map(isChangeable)).toEqual([false]);
    expect(rewrite(tried, 'a', { text: 'new', newId: 'b' })).toEqual(tried);
  }
  const refused = markRefused(markSending(fresh, 'a'), 'a', TOO_LONG);
  expect(rewrite(refused, 'a', { text: 'new', newId: 'b' })).toEqual([
    { ...rewritten[0], id: 'b' },
  ]);
});

test('a line keeps whom it mentions through every state, and a new text has its own', () => {
  const line = { id: 'a', text: '@Bob', mentions: ['bob'], state: 'waiting', isNew: true } as const;
  const sending = markSending([line], 'a');
  const states = [
    sending,
    markWaiting(sending, 'a'),
    markRefused(sending, 'a', TOO_LONG),
    markStored(sending, 'a', 3),
    holdBack(sending),
  ];
  for (const outbox of states) expect(outbox.map(({ mentions }) => mentions)).toEqual([['bob']]);
  const changed = { text: '@Eve', mentions: ['eve'], newId: 'b' };
  expect(rewrite([line], 'a', changed)[0]?.mentions).toEqual(['eve']);
  expect(rewrite([line], 'a', { text: 'hi', newId: 'b' })[0]?.mentions).toBeUndefined();
});

describe('a line of which is not known whom it mentions', () => {
  const open: Outbox = [
    { id: 'a', text: '@Bob', state: 'waiting', isNew: true, isUnnamed: true },
    { id: 'b', text: 'two', state: 'waiting', isNew: true },
  ];

  test('waits with those behind it until that is known', () => {
    expect(nextToSend(open)).toBeUndefined();
    const named = nameIn(open, { id: 'a', text: '@Bob', mentions: ['bob'] });
    expect(nextToSend(named)).toMatchObject({ id: 'a', mentions: ['bob'] });
    expect(named.map(isChangeable)).toEqual([true, true]);
  });

  test('waits on after it was held back and tried again', () => {
    expect(nextToSend(markWaiting(holdBack(open), 'a'))).toBeUndefined();
  });

  test('has another text after an edit, and the names of that one', () => {
    const changed = rewrite(open, 'a', { text: '@Eve', isUnnamed: true, newId: 'c' });
    const late = nameIn(changed, { id: 'a', text: '@Bob', mentions: ['bob'] });
    expect(nextToSend(late)).toBeUndefined();
    const named = nameIn(late, { id: 'a', text: '@Eve', mentions: ['eve'] });
    expect(nextToSend(named)?.mentions).toEqual(['eve']);
    // A plain text mentions nobody.
    const plain = rewrite(open, 'a', { text: 'hi', newId: 'c' });
    expect(nextToSend(plain)).toMatchObject({ id: 'a', text: 'hi' });
    expect(nameIn(plain, { id: 'a', text: 'hi', mentions: ['bob'] })).toEqual(plain);
  });
});

test('an edit replaces one of the same message that nobody has tried to send, and a removal both', () => {
  const edit = (id: string, edits: number) =>
    ({ id, text: id, state: 'waiting', isNew: true, edits }) as const;
  const both = withChange(withChange(TWO, edit('e1', 4)), edit('e2', 5));
  expect(both.map(({ id }) => id)).toEqual(['a', 'b', 'e1', 'e2']);
  expect(withChange(both, edit('e3', 4)).map(({ id }) => id)).toEqual(['a', 'b', 'e2', 'e3']);
  const removal = { id: 'r', text: '', state: 'waiting', removes: 5 } as const;
  expect(withChange(both, removal).map(({ id }) => id)).toEqual(['a', 'b', 'e1', 'r']);
  const sent = markSending(both, 'e1');
  expect(withChange(sent, edit('e3', 4)).map(({ id }) => id)).toEqual(['a', 'b', 'e1', 'e2', 'e3']);
  // What it is about stays with it in every state.
  expect(markWaiting(sent, 'e1')[2]).toMatchObject({ edits: 4 });
  const notice = { ...messageOf(9, 'moderator', 'delete-5'), deletes: 5 };
  expect(recognise(withChange(both, removal), [notice], 'ada')[3]).toMatchObject({
    state: 'stored',
    seq: 9,
  });
});

test('a refused line has a reason, until it is retried', () => {
  const refused = markRefused(TWO, 'a', TOO_LONG);
  expect(refused[0]).toEqual({ id: 'a', text: 'first', state: 'refused', problem: TOO_LONG });
  expect(markWaiting(refused, 'a')).toEqual(TWO);
});

test('a stored line stays stored', () => {
  const stored = markStored(TWO, 'a', 4);
  for (const mark of [markWaiting, markSending]) expect(mark(stored, 'a')).toEqual(stored);
  expect(markRefused(stored, 'a', TOO_LONG)).toEqual(stored);
});

test('a message with our user id and the line’s id is its acknowledgement', () => {
  const stored = recognise(TWO, [messageOf(4, 'ada', 'b')], 'ada');
  expect(stored.map(({ state, seq }) => [state, seq])).toEqual([
    ['waiting', undefined],
    ['stored', 4],
  ]);
});

test.each([
  ['somebody else with the same id', 'bob', 'ada'],
  ['anybody before we know who we are', 'ada', undefined],
])('a message of %s acknowledges nothing', (_, author, me) => {
  expect(recognise(TWO, [messageOf(4, author, 'b')], me)).toEqual(TWO);
});

test('a line leaves the outbox when the log shows its message', () => {
  const stored = markStored(TWO, 'a', 4);
  expect(dropShown(stored, 3)).toBe(stored);
  expect(dropShown(stored, 4).map(({ id }) => id)).toEqual(['b']);
  expect(dropShown(stored, undefined)).toBe(stored);
});
