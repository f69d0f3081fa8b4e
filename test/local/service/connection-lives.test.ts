import { expect, test } from '@jest/globals';
import { ConnectionLives } from '../../../local/service/connection-lives.ts';

const livesOf = (lines: readonly string[], lives = new ConnectionLives()) => {
  for (const [index, line] of lines.entries()) lives.note(line, 1_000 * index);
  return lives.list();
};

test('row inspect: a life has its steps in order, and equal ones are counted', () => {
  expect(
    livesOf([
      'hub chat connection a: negotiated',
      'hub chat connection a user "x: \\"y\\"": connected (json over WebSockets)',
      'rest POST /api/hubs/chat/:send: 202',
      'hub chat connection a user "x: \\"y\\"": upstream connections "connected": 200 in 12 ms',
      'hub chat connection a user "x: \\"y\\"": upstream messages "send": 200 in 3 ms',
      'hub chat connection a user "x: \\"y\\"": upstream messages "send": 200 in 4 ms',
      'hub chat connection a user "x: \\"y\\"": disconnected: "bye"',
    ]),
  ).toEqual([
    {
      id: 'a',
      hub: 'chat',
      user: '"x: \\"y\\""',
      from: 0,
      until: 6_000,
      isOver: true,
      steps: [
        { text: 'negotiated', times: 1 },
        { text: 'connected (json over WebSockets)', times: 1 },
        { text: 'event "connected" 200', times: 1 },
        { text: 'event "send" 200', times: 2 },
        { text: 'disconnected: "bye"', times: 1 },
      ],
    },
  ]);
});

test('row inspect: only the connections that changed last are kept, the last one first', () => {
  const lines = ['a', 'b', 'a', 'c'].map((id) => `hub h connection ${id}: negotiated`);
  expect(livesOf(lines, new ConnectionLives(2)).map(({ id }) => id)).toEqual(['c', 'a']);
});

test('row inspect: a long life keeps its beginning and its end', () => {
  const lines = ['one', 'two', 'three', 'four', 'five'].map(
    (text) => `hub h connection a: ${text}`,
  );
  const [life] = livesOf(lines, new ConnectionLives(2, 4));
  expect(life?.steps.map(({ text }) => text)).toEqual(['one', 'two', 'four', 'five']);
});
