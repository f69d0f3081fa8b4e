// Untrusted texts on a terminal.

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PUBLISHER } from '../../../../functions/protocol.ts';
import { toLine } from '../../../../local/client/tail/print.ts';
import { openOutput } from '../../../../local/client/terminal/output.ts';
import { toVisible } from '../../../../local/client/terminal/visible-text.ts';
import { always, answer, OF_THE_CHAT, runInProcess } from '../../../support/command-line.ts';
import { runs } from '../../../support/sizes.ts';

const ESC = '\u001b';
const message = (text: string, more = {}) => {
  return { seq: 1, id: 'i', userId: 'u', name: 'Ada', text, sentAt: 0, ...more };
};
const published = { userId: PUBLISHER };
const textOf = (text: string, more = {}, colours = true) =>
  toLine(message(text, more), colours).slice('1 1970-01-01 00:00:00+00:00 Ada: '.length);

describe('a line', () => {
  test('has number, time with zone, name and text', () => {
    expect(toLine(message('hi 好', { seq: 17 }), false)).toMatch(
      /^17 \d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d:\d\d Ada: hi 好$/,
    );
  });

  test.each([
    ['colours', `${ESC}[1;31mred`, '␛[1;31mred'],
    ['a title', `${ESC}]0;owned\u0007`, '␛]0;owned␇'],
    ['a clear screen', `${ESC}[2J`, '␛[2J'],
    ['a move of the cursor', `${ESC}[1A`, '␛[1A'],
    ['a carriage return', 'a\rb', 'a␍b'],
    ['a control of the second set', '\u009b2J', '\ufffd2J'],
    ['a turn of direction', 'a\u202eb\u2066c', 'a\ufffdb\ufffdc'],
    ['a line break', 'a\nb', 'a\n  b'],
    ['a tab', 'a\tb', 'a\tb'],
    ['DEL', '\u007f', '␡'],
  ])('C5: of a person shows %s, and obeys it not', (_, text, shown) => {
    expect(textOf(text)).toBe(shown);
  });

  test.each([
    ['its colours', `${ESC}[1;31mred${ESC}[0m!`, `${ESC}[1;31mred${ESC}[0m!${ESC}[0m`],
    ['nothing of ESC[K', `${ESC}[Kok${ESC}[K`, 'ok'],
    ['nothing of a title, a clear screen, a move', `${ESC}]0;x\u0007a${ESC}[2J${ESC}[1Ab`, 'ab'],
    ['nothing of a control of the second set', '\u009b2Jok', 'ok'],
    [
      'the address of a link',
      `${ESC}]8;;https://a.example${ESC}\\docs${ESC}]8;;${ESC}\\`,
      'docs (https://a.example)',
    ],
    ['a turn of direction as a sign', 'a\u202eb', 'a\ufffdb'],
    ['its further lines set off', 'a\nb', 'a\n  b'],
  ])('C5: that was published has %s', (_, text, shown) => {
    expect(textOf(text, published)).toBe(shown);
  });

  test('says which message it answers', () => {
    expect(textOf('yes', { replyTo: 12 })).toBe('(answers 12) yes');
    expect(textOf('yes', { replyTo: 12, editedAt: 1 })).toBe('(answers 12) yes (edited)');
    expect(textOf('', { replyTo: 12, deleted: true })).toBe('(removed)');
  });

  test('has no colours if the output has none', () => {
    expect(textOf(`${ESC}[31mred${ESC}[0m`, published, false)).toBe('red');
  });

  test('C5: has a name without controls', () => {
    expect(toLine(message('x', { name: `A${ESC}[2J` }), true)).toContain(' A␛[2J: x');
  });

  test('names the edited message, and says that a text is not the first one', () => {
    expect(toLine(message('new', { edits: 7 }), false)).toContain('(message 7 was edited) new');
    expect(toLine(message('new', { editedAt: 7 }), false)).toContain(': new (edited)');
  });

  test('names the removed message', () => {
    expect(toLine(message('', { deletes: 7 }), false)).toContain('(message 7 was removed)');
    expect(toLine(message('', { deleted: true }), false)).toContain('(removed)');
    const why = { deletes: 7, reason: 'rude\u001b[2J' };
    expect(toLine(message('', why), false)).toContain('(message 7 was removed: rude␛[2J)');
  });

  test('C5: holds no control except colours, for any text', () => {
    const part = fc.constantFrom(
      ESC,
      '\u009b',
      '\u009d',
      '[',
      ']',
      '8;;',
      '0',
      'm',
      'J',
      '\r',
      '\n',
      '\u202e',
      'x',
    );
    const colours = new RegExp(String.raw`${ESC}\[[\d;:]*m`, 'g');
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 40 }),
        fc.constantFrom('u', PUBLISHER),
        (parts, userId) => {
          const line = toLine(message(parts.join(''), { userId }), true);
          expect(toVisible(line.replaceAll(colours, '').replaceAll('\n', ''))).toBe(
            line.replaceAll(colours, '').replaceAll('\n', ''),
          );
        },
      ),
      runs(),
    );
  });
});

test('C5: a JSON line holds no control character, and parses to the same object', async () => {
  const value = message(`${ESC}[31m\u009b\u007f\u202e\u2028\n好`);
  const written: Uint8Array[] = [];
  await openOutput({ write: async (bytes) => void written.push(bytes) }, false).json(value);
  const line = Buffer.concat(written).toString();
  expect(line.trimEnd()).toMatch(/^[^\p{Cc}\u2028\u2029\u202e]+$/u);
  expect(JSON.parse(line)).toEqual(value);
});

const HOSTILE = `${ESC}[2J\u009b2J\u202e`;
const SHOWN = '\u241b[2J\ufffd2J\ufffd';
const members = [{ connectionId: 'c', userId: HOSTILE, name: HOSTILE, connectedAt: 0 }];
const room = { room: HOSTILE, online: 0, seq: 1, first: 1, activeAt: 0, closed: HOSTILE };

test.each<[string, number, unknown]>([
  ['rooms', 200, { rooms: [room] }],
  ['rooms --json', 200, { rooms: [room] }],
  ['members', 200, { online: 1, members, truncated: false }],
  ['members --json', 200, { online: 1, members, truncated: false }],
  ['health', 503, { status: 'unavailable', storage: HOSTILE, signalR: 'ok' }],
  ['health --json', 503, { status: 'unavailable', storage: HOSTILE, signalR: 'ok' }],
  ['close', 403, { error: { code: 'banned', message: HOSTILE } }],
])('C5: %s makes visible what would control a terminal', async (line, status, body) => {
  const fetch = always(() => answer(status, JSON.stringify(body)));
  const { stdout, stderr } = await runInProcess(line, fetch);
  const said = [...stdout.split('\n'), ...stderr].join('');
  expect(said).toContain(line.endsWith('--json') ? '\\u001b[2J\\u009b2J\\u202e' : SHOWN);
  expect(said).not.toMatch(/[\p{Cc}\u202e]/u);
});

test('C5: export escapes them in its JSON, and does not change its content', async () => {
  const page = JSON.stringify(message(`\u009b2J\u202e\u2028好`));
  const headers = { ...OF_THE_CHAT, 'content-type': 'application/x-ndjson; charset=utf-8' };
  const pages = [`${page}\n`];
  const fetch = always(() => answer(200, pages.shift() ?? '', { headers }));
  const { stdout } = await runInProcess('export', fetch);
  expect(stdout.trimEnd()).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
  expect(JSON.parse(stdout)).toEqual(JSON.parse(page));
});
