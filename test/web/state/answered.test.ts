import { describe, expect, test } from '@jest/globals';
import {
  type Answers,
  addAnswer,
  follow,
  knownOf,
  MOST_ASKED,
  MOST_KEPT,
  markAsked,
  NO_ANSWERS,
  nextToAsk,
  want,
} from '../../../web/state/answered.ts';
import { addBroadcast, addHistory, EMPTY_LOG } from '../../../web/state/message-log.ts';
import { historyOf, messageOf, messagesOf } from '../samples.ts';

const LOG = addHistory(EMPTY_LOG, historyOf({ first: 10, messages: messagesOf(51, 100) }), {
  limit: 50,
});
const START = follow(NO_ANSWERS, LOG);

/** After the whole exchange about one message. */
const fetched = (seq: number, answers = START, log = LOG): Answers => {
  const answer = historyOf({ first: 10, seq: 100, messages: [messageOf(seq)] });
  return addAnswer(markAsked(want(answers, seq), seq), log, seq, answer);
};

test.each([
  ['in the log', 60, messageOf(60)],
  ['not loaded', 30, undefined],
  ['expired', 9, 'gone'],
  ['not yet here', 101, undefined],
])('of a message that is %s, %i, the log says what it knows', (_, seq, known) => {
  expect(knownOf(LOG, START, seq)).toEqual(known);
});

test('a message that was fetched is known', () => {
  expect(knownOf(LOG, fetched(30), 30)).toEqual(messageOf(30));
});

test('a message is gone if the answer begins with another, or with an announcement', () => {
  const ask = markAsked(want(START, 30), 30);
  const other = historyOf({ first: 10, seq: 100, messages: [messageOf(31)] });
  expect(knownOf(LOG, addAnswer(ask, LOG, 30, other), 30)).toBe('gone');
  const edit = historyOf({ first: 10, seq: 100, messages: [{ ...messageOf(30), edits: 12 }] });
  expect(knownOf(LOG, addAnswer(ask, LOG, 30, edit), 30)).toBe('gone');
});

test('each message is asked for once, a few at a time, the one that came into sight last before the others', () => {
  let answers = START;
  for (const seq of [20, 21, 22, 23, 24, 23]) answers = want(answers, seq);
  const asked: number[] = [];
  for (let next = nextToAsk(answers); next !== undefined; next = nextToAsk(answers)) {
    asked.push(next);
    answers = markAsked(answers, next);
  }
  expect(asked).toEqual([24, 23, 22]);
  expect(asked.length).toBe(MOST_ASKED);
  answers = want(addAnswer(answers, LOG, 24, historyOf({ messages: [messageOf(24)] })), 24);
  expect(nextToAsk(answers)).toBe(21);
});

test('a message may be wanted again if no answer came', () => {
  const failed = addAnswer(markAsked(want(START, 30), 30), LOG, 30, undefined);
  expect(knownOf(LOG, failed, 30)).toBeUndefined();
  expect(nextToAsk(want(failed, 30))).toBe(30);
});

test('only the last are kept', () => {
  const log = { ...LOG, from: 10_000, shown: [] };
  let answers = START;
  for (let seq = 10; seq <= 10 + MOST_KEPT; seq += 1) answers = fetched(seq, answers, log);
  expect(knownOf(log, answers, 10)).toBeUndefined();
  expect(knownOf(log, answers, 11)).toEqual(messageOf(11));
});

describe('a fetched message', () => {
  const edit = { ...messageOf(101), text: 'new', edits: 30 };

  test('shows an edit and a removal that come later', () => {
    const edited = addBroadcast(LOG, [edit], 101);
    const answers = follow(fetched(30), edited);
    expect(knownOf(edited, answers, 30)).toMatchObject({ text: 'new' });
    const removed = addBroadcast(edited, [{ ...messageOf(102), text: '', deletes: 30 }], 102);
    expect(knownOf(removed, follow(answers, removed), 30)).toMatchObject({ deleted: true });
  });

  test('shows one that came while it was asked for', () => {
    const edited = addBroadcast(LOG, [edit], 101);
    expect(knownOf(edited, fetched(30, follow(START, edited), edited), 30)).toMatchObject({
      text: 'new',
    });
  });

  test('is forgotten when the room has started over', () => {
    const anew = addHistory(EMPTY_LOG, historyOf({ messages: [] }), { limit: 50 });
    expect(follow(fetched(30), anew)).toBe(NO_ANSWERS);
  });
});
