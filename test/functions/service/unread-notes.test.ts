// The pace of the notes about new lines, which the service bills for each page that watches a room.

import { describe, expect, test } from '@jest/globals';
import type { Unread } from '../../../functions/protocol.ts';
import type { StoredLines } from '../../../functions/room/room-writer.ts';
import { UnreadNotes } from '../../../functions/service/unread-notes.ts';
import { Clock, settle } from '../../support/clock.ts';

function lineOf(room: string, seq: number, mentions?: readonly string[]): StoredLines {
  const line = { seq, id: `m${seq}`, userId: 'g-bob', name: 'Bob', text: '@', sentAt: 0 };
  return { room, lines: [{ ...line, ...(mentions && { mentions }) }], isWatched: true };
}

function open() {
  const clock = new Clock();
  const start = clock.monotonicNow();
  const sent: string[] = [];
  const reports: string[] = [];
  const service = {
    isDown: false,
    sendToGroup: async (group: string, target: string, argument: unknown) => {
      if (service.isDown) throw new Error('gone');
      const { seq, mention } = argument as Unread;
      const seconds = (clock.monotonicNow() - start) / 1_000;
      sent.push(`${seconds} s: ${target} ${seq} to ${group}${mention ? ', a mention' : ''}`);
    },
  };
  const { monotonicNow, sleep } = clock;
  const report = (line: string) => void reports.push(line);
  return {
    clock,
    sent,
    reports,
    service,
    notes: new UnreadNotes({ service, monotonicNow, sleep, report }),
  };
}

test('the first line is noted at once', async () => {
  const { notes, sent } = open();
  notes.linesStored(lineOf('tea', 1));
  await settle();
  expect(sent).toEqual(['0 s: unread 1 to ~watch:tea']);
});

test('lines within two seconds share one note, with the number of the last one', async () => {
  const { notes, sent, clock } = open();
  for (const seq of [1, 2, 3]) notes.linesStored(lineOf('tea', seq));
  await clock.advance(60_000);
  expect(sent).toEqual(['0 s: unread 1 to ~watch:tea', '2 s: unread 3 to ~watch:tea']);
});

test('two rooms have a pace each', async () => {
  const { notes, sent } = open();
  notes.linesStored(lineOf('tea', 1));
  notes.linesStored(lineOf('milk', 5));
  await settle();
  expect(sent).toEqual(['0 s: unread 1 to ~watch:tea', '0 s: unread 5 to ~watch:milk']);
});

test('a room with ten lines a second costs five notes in the first minute, and then one a minute', async () => {
  const { notes, sent, clock } = open();
  for (let tenth = 1; tenth <= 10 * 600; tenth += 1) {
    notes.linesStored(lineOf('tea', tenth));
    await clock.advance(100);
  }
  const times = sent.map((line) => Math.round(Number(line.split(' ')[0])));
  expect(times.slice(0, 7)).toEqual([0, 2, 6, 14, 30, 62, 122]);
  expect(sent.length).toBeLessThanOrEqual(15);
});

test('the last of many lines is noted, also if it came within a pause', async () => {
  const { notes, sent, clock } = open();
  for (let seq = 1; seq <= 50; seq += 1) {
    notes.linesStored(lineOf('tea', seq));
    await clock.advance(500);
  }
  await clock.advance(120_000);
  expect(sent.at(-1)).toContain('unread 50 ');
});

test('after a silence the next line is noted at once again', async () => {
  const { notes, sent, clock } = open();
  notes.linesStored(lineOf('tea', 1));
  await clock.advance(10_000);
  notes.linesStored(lineOf('tea', 2));
  await clock.advance(10_000);
  notes.linesStored(lineOf('tea', 3));
  await settle();
  expect(sent.map((line) => line.split(':')[0])).toEqual(['0 s', '10 s', '20 s']);
});

test('a note that fails is in the log, and the next line is noted', async () => {
  const { notes, sent, reports, service, clock } = open();
  service.isDown = true;
  notes.linesStored(lineOf('tea', 1));
  await settle();
  expect(reports).toEqual(['room tea: unable to note line 1: Error: gone']);
  service.isDown = false;
  await clock.advance(10_000);
  notes.linesStored(lineOf('tea', 2));
  await settle();
  expect(sent).toEqual(['10 s: unread 2 to ~watch:tea']);
});

describe('a mention', () => {
  test('goes at once to the pages of the one who is meant, also in a room that nobody watches', async () => {
    const { notes, sent } = open();
    notes.linesStored({ ...lineOf('tea', 4, ['g-ada', 'g-eve']), isWatched: false });
    await settle();
    expect(sent).toEqual([
      '0 s: unread 4 to ~user:g-ada, a mention',
      '0 s: unread 4 to ~user:g-eve, a mention',
    ]);
  });

  test('of oneself is none', async () => {
    const { notes, sent } = open();
    notes.linesStored({ ...lineOf('tea', 4, ['g-bob']), isWatched: false });
    await settle();
    expect(sent).toEqual([]);
  });

  test('does not wait for the pace of its room', async () => {
    const { notes, sent } = open();
    notes.linesStored(lineOf('tea', 1));
    notes.linesStored(lineOf('tea', 2, ['g-ada']));
    await settle();
    expect(sent).toEqual([
      '0 s: unread 1 to ~watch:tea',
      '0 s: unread 2 to ~user:g-ada, a mention',
    ]);
  });

  test('has a pace for each person and room, so that nobody is flooded', async () => {
    const { notes, sent, clock } = open();
    for (let seq = 1; seq <= 600; seq += 1) {
      notes.linesStored({ ...lineOf('tea', seq, ['g-ada']), isWatched: false });
      await clock.advance(100);
    }
    expect(sent.length).toBeLessThanOrEqual(6);
  });
});
