// Export of all rooms and import: what comes back, what a damaged file is answered, and how an interrupted run goes on.

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { closeRoom } from '../../../../functions/http/close-room.ts';
import { deleteMessage } from '../../../../functions/http/delete-message.ts';
import { publish } from '../../../../functions/http/publish.ts';
import type { Fetch, FetchAnswer } from '../../../../local/client/api/fetch.ts';
import { toBatches } from '../../../../local/client/archive/archive-batches.ts';
import { CheckedLines, FORMAT } from '../../../../local/client/archive/archive-lines.ts';
import { Interrupted } from '../../../../local/client/context.ts';
import { openStatusLine } from '../../../../local/client/terminal/progress.ts';
import { exportOf, toArchivedMessage, toArchiveFile, toFacts } from '../../../support/archive.ts';
import { ask, openTestChat, type TestChat } from '../../../support/chat.ts';
import { toFetch } from '../../../support/chat-fetch.ts';
import { Clock } from '../../../support/clock.ts';
import {
  answer,
  inputOf,
  networkError,
  type Ran,
  runInProcess,
} from '../../../support/command-line.ts';
import { afterwards, foreign, lostAnswer } from '../../../support/foreign-answers.ts';
import { runs, sized } from '../../../support/sizes.ts';

const say = (chat: TestChat, room: string, body: string) =>
  ask(publish, chat, {
    method: 'POST',
    params: { room },
    headers: { 'content-type': 'text/plain' },
    body,
  });

async function fill(chat: TestChat, rooms: Readonly<Record<string, number>>): Promise<void> {
  for (const [room, count] of Object.entries(rooms)) {
    for (let from = 0; from < count; from += 1_000) {
      const lines = Array.from(
        { length: Math.min(1_000, count - from) },
        (_, n) => `${room} ${from + n} 你好 \u202e👋`,
      );
      await say(chat, room, lines.join('\n'));
      await chat.clock.advance(1_000);
    }
  }
}

const exportAll = (chat: TestChat, more = '') => runInProcess(`export --all${more}`, toFetch(chat));
const importFile = (chat: TestChat, file: string, more = '') =>
  runInProcess(`import${more}`, toFetch(chat), { input: inputOf(file) });
/** What --resume wants, in the report of a run. */
const resumeOf = ({ stderr }: Ran) => / --resume=(\S+), and append/.exec(stderr.join('\n'))?.[1];

test('a message with the reactions of 2,000 accounts comes back', async () => {
  const accounts = Array.from({ length: 2_000 }, (_, n) => `e-${String(n).padStart(36, '0')}`);
  const named = accounts.splice(0, 10).map((userId) => ({ userId, name: '你'.repeat(32) }));
  const reactedBy = [{ emoji: '👍', named, others: accounts }];
  const message = { ...toArchivedMessage(1, '好'.repeat(4_000)), reactedBy };
  const end = { end: true, rooms: 1, messages: 1 };
  const file = toArchiveFile([FORMAT, toFacts('a', 1), message, end]);
  const chat = openTestChat();
  const { code, stderr } = await importFile(chat, file);
  expect([code, stderr]).toEqual([0, []]);
  expect((await exportAll(chat)).stdout).toContain(accounts.at(-1));
});

test('export --all leaves out the rooms that doctor makes, and they do not count', async () => {
  const chat = openTestChat();
  await fill(chat, { a: 2, 'doctor-aB3_-6789012': 2, 'doctor-rounds': 1 });
  const { code, stdout } = await exportAll(chat);
  expect(code).toBe(0);
  expect(stdout.match(/"room":"[^"]*"/g)).toEqual(['"room":"a"', '"room":"doctor-rounds"']);
  expect(stdout).toContain('"end":true,"rooms":2,"messages":3');
});

describe('an export of all rooms', () => {
  test('and its import make the same chat: 10,000 messages in the soak, with the same bytes when it is exported again', async () => {
    const chat = openTestChat();
    const rooms = { build: sized(730, 7_300), 大厅: sized(150, 1_500), lobby: 1_150, one: 1 };
    await fill(chat, rooms);
    const removals = 45;
    const count = Object.values(rooms).reduce((sum, one) => sum + one, removals);
    for (let seq = 100; seq < 100 + removals; seq += 1) {
      await ask(deleteMessage, chat, {
        method: 'DELETE',
        params: { room: 'build', seq: String(seq) },
      });
    }
    await ask(closeRoom, chat, { method: 'PUT', params: { room: 'one' }, query: '?reason=night' });
    await chat.rooms.submit('one', { kind: 'ban', userId: 'g-bob', until: chat.now() + 60_000 });
    // Somebody has entered it, and said nothing.
    await chat.rooms.submit('empty', {
      kind: 'join',
      connectionId: 'c',
      userId: 'g-ada',
      name: 'Ada',
    });
    const { code, stdout, stderr } = await exportAll(chat);
    expect([code, stderr]).toEqual([0, []]);
    expect(stdout.split('\n').at(-2)).toContain(`{"end":true,"rooms":4,"messages":${count},`);
    const other = openTestChat();
    const imported = await importFile(other, stdout);
    expect([imported.code, imported.stdout, imported.stderr]).toEqual([
      0,
      expect.stringMatching(
        new RegExp(`^imported ${count} messages in 4 rooms in \\d+\\.\\d s\n$`),
      ),
      [],
    ]);
    expect((await exportAll(other)).stdout).toBe(stdout);
    const again = await importFile(other, stdout, ' --json');
    expect(JSON.parse(again.stdout)).toMatchObject({
      rooms: 4,
      messages: 0,
      unchanged: count,
      gone: 0,
    });
    expect((await exportAll(other)).stdout).toBe(stdout);
  });

  test('has no message that came after it began with the room', async () => {
    const chat = openTestChat();
    await fill(chat, { lobby: 1_200 });
    let pages = 0;
    const fetch: Fetch = async (url, init) => {
      if (url.pathname.endsWith('/archive') && ++pages === 2) await say(chat, 'lobby', 'later');
      return toFetch(chat)(url, init);
    };
    const { code, stdout } = await runInProcess('export --all', fetch);
    expect([code, stdout]).toEqual([0, expect.stringContaining('"messages":1200')]);
    expect(stdout).not.toContain('later');
  });

  test('leaves out a room that vanishes meanwhile', async () => {
    const chat = openTestChat();
    await fill(chat, { a: 1, b: 1 });
    const fetch: Fetch = async (url, init) => {
      if (!url.pathname.startsWith('/api/rooms/a/')) return toFetch(chat)(url, init);
      return answer(404, '{"error":{"code":"no_room","message":"unable to; there is no room."}}');
    };
    const { code, stdout } = await runInProcess('export --all', fetch);
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('{"end":true,"rooms":1,"messages":1,'),
    ]);
  });

  test('writes a page before it asks for the next', async () => {
    const chat = openTestChat();
    await fill(chat, { lobby: 3_500 });
    let written = 0;
    const before: number[] = [];
    const fetch: Fetch = (url, init) => {
      if (url.pathname.endsWith('/archive')) before.push(written);
      return toFetch(chat)(url, init);
    };
    const write = (text: string) => {
      written += text.split('\n').length - 1;
    };
    await runInProcess('export --all', fetch, { write });
    expect(before).toEqual([0, 1_002, 2_002, 3_002]);
  });

  test.each(['--room lobby', '--after 7'])('takes no %s beside it', async (more) => {
    const ran = await runInProcess(`export --all ${more}`, async () => answer(500));
    expect([ran.code, ran.stdout]).toEqual([2, '']);
  });

  test('of one room is as it was, and no file for an import', async () => {
    const ran = await importFile(openTestChat(), `${JSON.stringify(toArchivedMessage(1))}\n`);
    expect([ran.code, ran.stderr]).toEqual([
      1,
      [
        'unable to import; it has the messages of one room, and no more. Give what export --all wrote.',
        'This run has imported nothing.',
      ],
    ]);
  });
});

const WHOLE = exportOf([
  { name: 'a', messages: 3 },
  { name: 'b', messages: 2_500 },
]);
const LINES = WHOLE.trimEnd().split('\n');

describe('a file that is not whole', () => {
  test.each<[string, string, string]>([
    ['is empty', '', 'the input is empty'],
    ['is something else', 'hello\n', 'line 1 is not the first line of an export'],
    [
      'lacks its end',
      LINES.slice(0, 40).join('\n'),
      'the input ends after line 40, and the end of the export is missing',
    ],
    [
      'is cut in a line',
      LINES.slice(0, 40).join('\n').slice(0, -3),
      'line 40 of the input is not what export wrote there',
    ],
    [
      'lacks a line',
      LINES.toSpliced(20, 1).join('\n'),
      'line 21 of the input is not what export wrote there',
    ],
    [
      'has a line twice',
      LINES.toSpliced(20, 0, LINES[20] ?? '').join('\n'),
      'line 22 of the input is not',
    ],
    [
      'has other words',
      WHOLE.replace('message 17"', 'message x"'),
      'line 23 of the input is not what export wrote there',
    ],
    [
      'goes on after its end',
      `${WHOLE}x`,
      `line ${LINES.length + 1} of the input comes after the end`,
    ],
    [
      'has bytes that are no text',
      `${LINES[0]}\n${LINES[1]}\n\uffff`,
      'line 3 of the input is not',
    ],
    [
      'has a line without an end',
      `${LINES[0]}\n${'x'.repeat(1_000_000)}`,
      'line 2 of the input does not end',
    ],
    [
      'is of a later version',
      toArchiveFile([{ ...FORMAT, version: 2 }]),
      'version 2 of the format',
    ],
    [
      'has lines of a later version',
      toArchiveFile([FORMAT, toFacts('a', 1), { what: 1 }]),
      'line 3 of the input is not known to this command',
    ],
  ])('%s, and is refused at that line: %#', async (_, file, sentence) => {
    const chat = openTestChat();
    const ran = await importFile(chat, file);
    expect([ran.code, ran.stdout, ran.stderr[0]]).toEqual([
      1,
      '',
      expect.stringContaining(sentence),
    ]);
    const check = await importFile(chat, file, ' --check');
    expect([check.code, check.stderr]).toEqual([1, [ran.stderr[0]]]);
  });

  test('has been imported up to there, and a whole copy completes it', async () => {
    const chat = openTestChat();
    const ran = await importFile(chat, LINES.toSpliced(1_500, 1).join('\n'));
    expect([ran.code, ran.stderr.slice(1)]).toEqual([
      1,
      [
        'In the chat: the input up to line 1006.',
        'b is closed until the rest of it is imported.',
        'To go on, run the same command on a whole copy of the input. What is there stays as it is, and nothing comes twice.',
      ],
    ]);
    expect((await chat.reader.head('b')).seq).toBe(1_000);
    expect(await importFile(chat, WHOLE)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^imported 1500 messages in 2 rooms \(1003 were there already\) in /,
      ),
    });
    expect((await exportAll(chat)).stdout).toBe(WHOLE);
  });

  test('is found by --check before anything is sent', async () => {
    const fetch = async () => answer(500);
    const run = (file: string) => runInProcess('import --check', fetch, { input: inputOf(file) });
    expect(await run(WHOLE)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^the input is whole, 2503 messages in 2 rooms; checked in /),
    });
    expect((await run(LINES.slice(0, 9).join('\n'))).code).toBe(1);
  });

  test('with line breaks of Windows is whole', async () => {
    const chat = openTestChat();
    expect((await importFile(chat, WHOLE.replaceAll('\n', '\r\n'))).code).toBe(0);
    expect((await exportAll(chat)).stdout).toBe(WHOLE);
  });

  test('is noticed at the changed line, for any change of any line', () => {
    fc.assert(
      fc.property(
        fc.nat(30),
        fc.nat(200),
        fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 1 }),
        (at, column, by) => {
          const line = LINES[at] ?? '';
          const changed = `${line.slice(0, column % line.length)}${by}${line.slice((column % line.length) + 1)}`;
          fc.pre(changed !== line);
          const lines = new CheckedLines();
          const opened = LINES.slice(0, 31)
            .with(at, changed)
            .map((one) => lines.open(one) !== undefined);
          expect(opened.indexOf(false)).toBe(at);
        },
      ),
      runs(),
    );
  });
});

describe('an import', () => {
  test('is refused by a room where somebody has spoken, says what is there, and leaves the others for --room', async () => {
    const chat = openTestChat();
    await say(chat, 'b', 'mine');
    const ran = await importFile(chat, WHOLE);
    expect([ran.code, ran.stderr]).toEqual([
      1,
      [
        'unable to import into "b"; it has another message 1, which the import would replace. Import into a chat that does not have the room yet.',
        'In the chat: the input up to line 5.',
        'Not imported by this run: lines 6 to 1006.',
        'The same command ends here again until that reason is gone.',
        'To go on, run the same command on the same input. What is there stays as it is, and nothing comes twice.',
      ],
    ]);
    expect((await exportAll(chat)).stdout).toContain('mine');
    const other = openTestChat();
    const one = await importFile(other, WHOLE, ' --room a');
    expect([one.code, one.stdout]).toEqual([
      0,
      expect.stringMatching(/^imported 3 messages in 1 room in /),
    ]);
    const none = await importFile(other, WHOLE, ' --room c');
    expect([none.code, none.stderr[0]]).toEqual([
      1,
      expect.stringContaining('the input has no room "c"'),
    ]);
  });

  test('by Ctrl+C ends after the request under way, and goes on where it was', async () => {
    const chat = openTestChat();
    async function* interrupted() {
      yield Buffer.from(LINES.slice(0, 1_200).join('\n'));
      throw new Interrupted(false);
    }
    const ran = await runInProcess('import', toFetch(chat), { input: interrupted() });
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([
      130,
      '',
      [
        expect.stringMatching(/^interrupted; imported 1003 messages in 2 rooms in /),
        'In the chat: the input up to line 1006.',
        'b is closed until the rest of it is imported.',
        expect.stringMatching(/^To go on, run the same command on the same input\./),
      ],
    ]);
    expect((await importFile(chat, WHOLE)).code).toBe(0);
    expect((await exportAll(chat)).stdout).toBe(WHOLE);
  });

  test('takes an answer only if it has all messages of the request', async () => {
    const fetch = async () => answer(200, '{"imported":2,"unchanged":0,"gone":0}');
    const ran = await runInProcess('import --retry-for 0', fetch, { input: inputOf(WHOLE) });
    expect([ran.code, ran.stderr]).toEqual([
      1,
      [
        expect.stringContaining("is not the chat's"),
        'Perhaps in the chat: lines 2 to 5.',
        'a may be closed until the rest of it is imported.',
        expect.stringMatching(/^To go on/),
      ],
    ]);
  });

  test('reads no further ahead than a request, at any size', async () => {
    let given = 0;
    async function* chunks() {
      const lines = new CheckedLines();
      const seal = (object: unknown) => Buffer.from(`${lines.seal(JSON.stringify(object))}\n`);
      yield seal(FORMAT);
      yield seal(toFacts('big', 6_000));
      for (let seq = 1; seq <= 6_000; seq += 1) {
        given += 1;
        yield seal(toArchivedMessage(seq, 'x'.repeat(seq % 3 === 0 ? 3_000 : 10)));
      }
      yield seal({ end: true, rooms: 1, messages: 6_000 });
    }
    let taken = 0;
    let most = 0;
    for await (const { messages, lines } of toBatches(chunks())) {
      taken += messages;
      most = Math.max(most, given - taken);
      expect(Buffer.byteLength(lines.join('\n'))).toBeLessThan(1_000_000);
    }
    expect([taken, most]).toEqual([6_000, 1]);
  });

  test('shows count, rate and time left on a terminal, and so does the export', async () => {
    const shown: string[] = [];
    const status = openStatusLine(
      { columns: () => 80, hasEscapes: true, hasColours: false },
      (text) => void shown.push(text),
    );
    const clock = new Clock();
    const chat = openTestChat();
    const slow: Fetch = async (url, init) => {
      await clock.sleep(1_000);
      return toFetch(chat)(url, init);
    };
    const options = {
      clock,
      status,
      input: inputOf(...LINES.map((line) => `${line}\n`)),
      inputBytes: WHOLE.length,
    };
    await runInProcess('import', slow, options);
    expect(shown.some((text) => /1,003 messages, \d+\/s, \d+ %, \d+ s left$/.test(text))).toBe(
      true,
    );
    shown.length = 0;
    await runInProcess('export --all', slow, { clock, status });
    expect(shown.some((text) => /messages, \d+\/s, \d+ %, \d+ s left$/.test(text))).toBe(true);
    shown.length = 0;
    await runInProcess('export --all --quiet', slow, { clock, status });
    expect(shown).toEqual([]);
  });
});

/** The fate of one request. */
type Fate =
  | { readonly kind: 'ok' }
  | { readonly kind: 'never arrives'; readonly back: () => FetchAnswer }
  | { readonly kind: 'happens'; readonly back: () => FetchAnswer };

const refusedConnection = () => {
  throw networkError('ECONNREFUSED');
};
const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Fate>({ kind: 'ok' }) },
  fc.record({
    kind: fc.constant('never arrives' as const),
    back: fc.oneof(fc.constantFrom(refusedConnection, lostAnswer), foreign),
  }),
  fc.record({
    kind: fc.constant('happens' as const),
    back: fc.oneof(fc.constant(lostAnswer), afterwards),
  }),
);

function toUnreliable(chat: TestChat, fates: readonly Fate[]): Fetch {
  const left = [...fates];
  const reliable = toFetch(chat);
  return async (url, init) => {
    const next = left.shift() ?? { kind: 'ok' };
    if (next.kind === 'never arrives') return next.back();
    const answered = await reliable(url, init);
    return next.kind === 'ok' ? answered : next.back();
  };
}

const someRooms = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(0, 1, 3, 40) },
    { weight: 1, arbitrary: fc.constantFrom(999, 1_000, 1_001) },
  ),
  { minLength: 1, maxLength: 3 },
);

describe('C1, C3, C4: with any answers at any times', () => {
  test('what an import reports is there, nothing is there twice, and running it again completes it', async () => {
    const ends = { done: 0, failed: 0 };
    await fc.assert(
      fc.asyncProperty(
        someRooms,
        fc.array(fate, { minLength: 3, maxLength: 12 }),
        fc.integer({ min: 0, max: 1 }),
        async (sizes, fates, seconds) => {
          const file = exportOf(
            sizes
              .map((messages, at) => ({ name: `r${at}`, messages }))
              .filter(({ messages }) => messages > 0),
          );
          const lines = file.trimEnd().split('\n');
          const chat = openTestChat();
          const fetch = toUnreliable(chat, fates);
          let before = await linesIn(chat, lines);
          for (let runs = 0; runs <= fates.length + 1; runs += 1) {
            const ran = await runInProcess(`import --retry-for ${seconds}`, fetch, {
              input: inputOf(file),
            });
            if (ran.code === 0) {
              expect((await exportAll(chat)).stdout).toBe(file);
              ends.done += 1;
              return;
            }
            ends.failed += 1;
            expect([ran.code, ran.stdout]).toEqual([1, '']);
            const after = await linesIn(chat, lines);
            checkClaims(ran.stderr, lines, before, after);
            before = after;
          }
          throw new Error('it does not come to an end');
        },
      ),
      runs(500),
    );
    // Both outcomes occur. Otherwise the property would show nothing.
    expect(Math.min(ends.done, ends.failed)).toBeGreaterThan(sized(2, 5));
  });

  test('the outputs of an export that is resumed until it is done are one whole export', async () => {
    const ends = { done: 0, failed: 0 };
    await fc.assert(
      fc.asyncProperty(
        someRooms,
        fc.array(fate, { minLength: 3, maxLength: 12 }),
        fc.integer({ min: 0, max: 1 }),
        async (sizes, fates, seconds) => {
          const chat = openTestChat();
          await fill(chat, Object.fromEntries(sizes.map((size, at) => [`r${at}`, size])));
          const whole = (await exportAll(chat)).stdout;
          const fetch = toUnreliable(chat, fates);
          let written = '';
          let more = '';
          for (let runs = 0; runs <= fates.length + 1; runs += 1) {
            const ran = await runInProcess(`export --all --retry-for ${seconds}${more}`, fetch);
            written += ran.stdout;
            if (ran.code === 0) {
              expect(written).toBe(whole);
              ends.done += 1;
              return;
            }
            ends.failed += 1;
            expect(whole.startsWith(written)).toBe(true);
            const position = resumeOf(ran);
            // A run that wrote nothing has no position, and the next one begins again.
            expect(position === undefined).toBe(written === '');
            more = position === undefined ? '' : ` --resume=${position}`;
          }
          throw new Error('it does not come to an end');
        },
      ),
      runs(500),
    );
    expect(Math.min(ends.done, ends.failed)).toBeGreaterThan(sized(2, 5));
  });
});

/** The lines of the file that are in the chat. */
async function linesIn(chat: TestChat, lines: readonly string[]): Promise<readonly boolean[]> {
  let last = 0;
  const there: boolean[] = [];
  for (const line of lines) {
    const { room, seq } = JSON.parse(line);
    if (room !== undefined) last = (await chat.reader.head(room)).seq;
    there.push(room === undefined && seq !== undefined && seq <= last);
  }
  return there;
}

/** Every message that is reported to be in the chat is there, and a run that is certain to have imported no other has not. */
function checkClaims(
  stderr: readonly string[],
  lines: readonly string[],
  before: readonly boolean[],
  after: readonly boolean[],
): void {
  const text = stderr.join('\n');
  const upTo = Number(/^In the chat: the input up to line (\d+)\.$/m.exec(text)?.[1] ?? 0);
  const [, from, to] = /^Perhaps in the chat: lines? (\d+)(?: to (\d+))?\.$/m.exec(text) ?? [];
  const most = Number(to ?? from ?? upTo);
  for (const [index, line] of lines.entries()) {
    if (index < upTo && JSON.parse(line).text !== undefined)
      expect([line, after[index]]).toEqual([line, true]);
    if (index >= most) expect(after[index]).toBe(before[index]);
  }
}
