// The publish command against a failing chat, and against other servers.

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FetchAnswer } from '../../../../local/client/api/fetch.ts';
import { Clock } from '../../../support/clock.ts';
import {
  always,
  answer,
  inputOf,
  networkError,
  type Ran,
  runInProcess,
} from '../../../support/command-line.ts';
import { afterwards, foreign, lostAnswer } from '../../../support/foreign-answers.ts';
import { type Fate, PublishModel } from '../../../support/publish-model.ts';
import { runs, sized } from '../../../support/sizes.ts';

const lineOf = (n: number) => `line ${n}`;
const linesTo = (count: number) => Array.from({ length: count }, (_, n) => lineOf(n + 1));
const PUBLISH = 'publish --room 大厅 --name ci --key k';
const forbidden = () => answer(403, '<html><h1>403 - This web app is stopped.</h1>');
const busy = () =>
  answer(503, '{"error":{"code":"unavailable","message":"unable to publish; busy."}}');

function publish(model: PublishModel, text: string, more = '', clock = new Clock()): Promise<Ran> {
  return runInProcess(`${PUBLISH}${more}`, model.fetch, { input: inputOf(text), clock });
}

/** The value for --resume in its report. */
const resumeOf = ({ stderr }: Ran) => / --resume=(\S+)$/.exec(stderr.join('\n'))?.[1];

describe('publish', () => {
  test('sends a thousand lines per request, each batch under its own id', async () => {
    const fetch = always(() => answer(202, '{"seq":1}'));
    const input = inputOf(linesTo(2_500).join('\n'));
    const { code, stdout } = await runInProcess(PUBLISH, fetch, { input });
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^published 2500 lines to 大厅 in \d+\.\d s\n$/),
    ]);
    expect(
      fetch.calls.map(([{ pathname, searchParams }, { headers }]) => [
        decodeURIComponent(pathname),
        searchParams.get('id'),
        searchParams.get('name'),
        headers['x-functions-key'],
      ]),
    ).toEqual(
      ['run.1', 'run.1001', 'run.2001'].map((id) => ['/api/rooms/大厅/messages', id, 'ci', 'k']),
    );
    expect(fetch.calls.flatMap(([, { body = '' }]) => body.split('\n'))).toEqual(linesTo(2_500));
  });

  test('reports its changes to the input', async () => {
    const { stdout } = await publish(
      new PublishModel(),
      `one\n\n1%\r2%\r3%\n${'x'.repeat(4_001)}\n`,
    );
    expect(stdout).toContain(
      'published 3 lines as 4 messages to 大厅 in 0.0 s (1 blank line left out, 2 overwritten by \\r left out, 1 longer than a message may be, in parts)',
    );
  });

  test.each<[string, () => FetchAnswer]>([
    [
      'an answer that is lost',
      () => {
        throw networkError('ECONNRESET');
      },
    ],
    ['an answer that breaks off', () => answer(202, '{"seq":1}', { cutAt: 4 })],
    ['503 of the chat', busy],
    [
      '429',
      () => answer(429, '{"error":{"code":"too_many_messages","message":"unable to; wait."}}'),
    ],
    ['502 of a gateway', () => answer(502, '<html>')],
    ['C3: 403 of an app that is stopped', forbidden],
    ['C3: 404 of a host without its app', () => answer(404)],
    ['C3: 503 of a front end', () => answer(503, 'The service is unavailable.')],
    ['C3: a page of a portal', () => answer(200, '<html>Sign in')],
  ])('sends the same again after %s', async (_, back) => {
    const troubles = [back, back];
    let requests = 0;
    const fetch = always(() => {
      requests += 1;
      return requests === 1
        ? answer(202, '{"seq":1}')
        : (troubles.shift() ?? (() => answer(202, '{"seq":2}')))();
    });
    const input = inputOf(linesTo(1_500).join('\n'));
    const { code, stderr } = await runInProcess(PUBLISH, fetch, { input });
    expect(code).toBe(0);
    const ids = fetch.calls.map(([url]) => url.searchParams.get('id'));
    expect(ids).toEqual(['run.1', 'run.1001', 'run.1001', 'run.1001']);
    expect(new Set(fetch.calls.slice(1).map(([, { body }]) => body)).size).toBe(1);
    expect(stderr).toEqual([
      expect.stringMatching(/^unable to.* Trying again for 300 s\.$/),
      'the chat answers again; going on',
    ]);
  });

  test('C3: retries after 403 with HTML for 4 s while lines arrive', async () => {
    const clock = new Clock();
    const openAt = clock.now() + 5_000;
    const model = new PublishModel();
    async function* flow() {
      for (let n = 1; n <= 100; n += 1) {
        await clock.sleep(100);
        yield Buffer.from(`${lineOf(n)}\n`);
      }
    }
    const fetch = async (...[url, init]: Parameters<typeof model.fetch>) => {
      const isDown = clock.now() > openAt - 4_000 && clock.now() < openAt;
      return isDown ? forbidden() : model.fetch(url, init);
    };
    const { code, stderr } = await runInProcess(PUBLISH, fetch, { input: flow(), clock });
    expect([code, model.lines]).toEqual([0, linesTo(100)]);
    expect(stderr.join('\n')).toContain('status 403, is not the chat');
    expect(stderr.join('\n')).not.toMatch(/\bkey\b/);
  });

  test('C3: gives up after the time that an option sets', async () => {
    const fetch = always(forbidden);
    const line = `${PUBLISH} --retry-for 10`;
    const { code, stderr } = await runInProcess(line, fetch, { input: inputOf('a') });
    expect(code).toBe(1);
    expect(stderr.filter((one) => one.startsWith('unable'))).toHaveLength(2);
    const enough = fetch.calls.length;
    expect(enough).toBeGreaterThan(3);
    await runInProcess(`${PUBLISH} --retry-for 0`, fetch, { input: inputOf('a') });
    expect(fetch.calls.length).toBe(enough + 1);
  });

  test('of an empty input sends nothing', async () => {
    const fetch = always(busy);
    const { code, stdout } = await runInProcess(PUBLISH, fetch, { input: inputOf('\n') });
    expect([code, fetch.calls]).toEqual([0, []]);
    expect(stdout).toContain('published 0 lines');
  });
});

describe('C4: a publish that fails', () => {
  const refused: Fate = { kind: 'refused', status: 403, code: 'room_closed' };
  const input = linesTo(1_150).join('\n');
  const storage = (parts: number, saysStored = true): Fate => ({
    kind: 'storage',
    parts,
    saysStored,
  });
  const ok: Fate = { kind: 'ok' };

  test.each<[string, readonly Fate[], readonly string[]]>([
    [
      'where storage is gone after 98 of 150 lines',
      [ok, storage(1)],
      ['In the room: the input up to line 1098.', 'Perhaps in the room: lines 1099 to 1150.'],
    ],
    [
      'where the chat does not say how much it stored',
      [ok, storage(1, false)],
      ['In the room: the input up to line 1000.', 'Perhaps in the room: lines 1001 to 1150.'],
    ],
    [
      'where the chat refuses',
      [ok, refused],
      ['In the room: the input up to line 1000.', 'Not in the room: lines 1001 to 1150.'],
    ],
    [
      'where nobody is there any more',
      [ok, { kind: 'lost', code: 'ECONNREFUSED' }],
      ['In the room: the input up to line 1000.', 'Not in the room: lines 1001 to 1150.'],
    ],
    [
      'where the answer is lost',
      [ok, { kind: 'lost', code: 'ECONNRESET' }],
      ['In the room: the input up to line 1000.', 'Perhaps in the room: lines 1001 to 1150.'],
    ],
    ['at once', [refused], ['Nothing of the input is in the room.']],
    [
      'at once, nobody knows how',
      [{ kind: 'lost', code: 'ECONNRESET' }],
      ['Perhaps in the room: lines 1 to 1000.'],
    ],
  ])('%s says what is stored, what is not, and how to go on', async (_, fates, says) => {
    const model = new PublishModel(fates);
    const ran = await publish(model, input, ' --retry-for 0');
    expect(ran.code).toBe(1);
    expect(ran.stdout).toBe('');
    expect(ran.stderr[0]).toMatch(/^unable to /);
    expect(ran.stderr.filter((line) => /in the room/i.test(line))).toEqual(says);
    const resume = resumeOf(ran);
    if (says[0]?.startsWith('Nothing')) return expect(resume).toBeUndefined();
    const again = await publish(model, input, ` --resume=${resume}`);
    expect([again.code, model.lines]).toEqual([0, linesTo(1_150)]);
  });

  test('counts the lines of the input, also blank ones', async () => {
    const { stderr } = await publish(
      new PublishModel([storage(1)]),
      `\n\n${linesTo(150).join('\n\n')}`,
      ' --retry-for 0',
    );
    expect(stderr.slice(1, 3)).toEqual([
      'In the room: the input up to line 197.',
      'Perhaps in the room: lines 199 to 301.',
    ]);
  });

  test('C7: at a line of invalid UTF-8 has stored the lines before it, and continues after a correction', async () => {
    const model = new PublishModel();
    const text = (bad: Buffer) =>
      Buffer.concat([Buffer.from('line 1\nline 2\n'), bad, Buffer.from('\nline 4\n')]);
    const run = (bad: Buffer, more: string) =>
      runInProcess(`${PUBLISH}${more}`, model.fetch, { input: inputOf(text(bad)) });
    const ran = await run(Buffer.from('line \u00b3', 'latin1'), '');
    expect([ran.code, ran.stdout, model.lines]).toEqual([1, '', linesTo(2)]);
    expect(ran.stderr.slice(0, 2)).toEqual([
      'unable to read line 3 of the input; it is not UTF-8. Give its encoding, e.g. --encoding windows-1252, or convert it first.',
      'In the room: the input up to line 2.',
    ]);
    const again = await run(Buffer.from('line 3'), ` --resume=${resumeOf(ran)}`);
    expect([again.code, model.lines]).toEqual([0, linesTo(4)]);
  });

  test('by Ctrl+C has published the lines that it has read, and prints how to continue', async () => {
    const first = new AbortController();
    const second = new AbortController();
    const model = new PublishModel();
    const { Interrupted } = await import('../../../../local/client/context.ts');
    async function* interrupted() {
      yield Buffer.from('line 1\nline 2\nlin');
      throw new Interrupted(false);
    }
    const interrupts = { first: first.signal, second: second.signal };
    const ran = await runInProcess(PUBLISH, model.fetch, { input: interrupted(), interrupts });
    expect([ran.code, model.lines]).toEqual([130, linesTo(2)]);
    expect(ran.stderr[0]).toMatch(/^interrupted; published 2 lines to /);
    const again = await publish(model, linesTo(3).join('\n'), ` --resume=${resumeOf(ran)}`);
    expect([again.code, model.lines]).toEqual([0, linesTo(3)]);
  });

  test('16.1: by Ctrl+C ends in the middle of a chunk of the input', async () => {
    const first = new AbortController();
    const interrupts = { first: first.signal, second: new AbortController().signal };
    const fetch = always(() => {
      first.abort();
      return answer(202, '{"seq":1}');
    });
    const input = inputOf(linesTo(5_000).join('\n'));
    const { code, stderr } = await runInProcess(PUBLISH, fetch, { input, interrupts });
    expect(code).toBe(130);
    expect(fetch.calls.length).toBeLessThan(4);
    expect(stderr.at(-1)).toContain('--resume=');
  });

  test('by a second Ctrl+C reports that the last request may be stored', async () => {
    const second = new AbortController();
    const interrupts = { first: new AbortController().signal, second: second.signal };
    const fetch = () => {
      second.abort();
      return Promise.reject(second.signal.reason);
    };
    const { code, stderr } = await runInProcess(PUBLISH, fetch, {
      input: inputOf('a\nb'),
      interrupts,
    });
    expect([code, stderr[1]]).toEqual([130, 'Perhaps in the room: lines 1 to 2.']);
  });

  test('does not continue with another input', async () => {
    const model = new PublishModel([{ kind: 'lost', code: 'ECONNRESET' }]);
    const resume = resumeOf(await publish(model, linesTo(10).join('\n'), ' --retry-for 0'));
    const { code, stderr } = await publish(model, 'line 1', ` --resume=${resume}`);
    expect([code, stderr[0], model.lines]).toEqual([
      1,
      expect.stringContaining('Give the same input.'),
      [],
    ]);
  });
});

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Fate>({ kind: 'ok' }) },
  fc.record({ kind: fc.constant('storage' as const), parts: fc.nat(4), saysStored: fc.boolean() }),
  fc.record({
    kind: fc.constant('lost' as const),
    code: fc.constantFrom('ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'UND_ERR_SOCKET'),
  }),
  fc.record({
    kind: fc.constant('stored' as const),
    back: fc.oneof(fc.constant(lostAnswer), afterwards),
  }),
  fc.record({ kind: fc.constant('elsewhere' as const), back: foreign }),
  fc.record({
    kind: fc.constant('refused' as const),
    status: fc.constantFrom(400, 403, 409),
    code: fc.constantFrom('room_closed', 'bad_text'),
  }),
);

describe('C1, C3, C4: with any answers at any times', () => {
  test('every line reported as stored is stored, no line is stored twice, and --resume completes the text', async () => {
    const ends = { done: 0, failed: 0 };
    await fc.assert(
      fc.asyncProperty(
        // The number of lines that arrive together, and the time since the ones before. So batches have all sizes.
        fc.array(fc.tuple(fc.integer({ min: 1, max: 220 }), fc.constantFrom(0, 150, 300)), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.array(fate, { maxLength: 10 }),
        fc.integer({ min: 0, max: 20 }),
        fc.array(fc.nat(90_000), { maxLength: 6 }),
        async (bursts, fates, seconds, delays) => {
          const clock = new Clock();
          const lines = linesTo(bursts.reduce((sum, [count]) => sum + count, 0));
          async function* input() {
            let from = 0;
            for (const [count, wait] of bursts) {
              await clock.sleep(wait);
              yield Buffer.from(`${lines.slice(from, from + count).join('\n')}\n`);
              from += count;
            }
          }
          const model = new PublishModel(fates, async () => clock.sleep(delays.shift() ?? 0));
          let more = '';
          // Each failed run uses at least one of the planned outcomes.
          for (let runs = 0; runs <= fates.length + 1; runs += 1) {
            const line = `${PUBLISH}${more} --retry-for ${seconds}`;
            const ran = await runInProcess(line, model.fetch, { input: input(), clock });
            expect(model.lines).toEqual(lines.slice(0, model.lines.length));
            if (ran.code === 0) {
              expect(model.lines).toEqual(lines);
              expect(ran.stdout).toMatch(/^published /);
              ends.done += 1;
              return;
            }
            ends.failed += 1;
            expect([ran.code, ran.stdout]).toEqual([1, '']);
            checkClaims(ran.stderr, model.lines.length);
            const resume = resumeOf(ran);
            more = resume === undefined ? '' : ` --resume=${resume}`;
          }
          throw new Error('it does not come to an end');
        },
      ),
      runs(120),
    );
    // Both outcomes occur. Otherwise the property would show nothing.
    expect(Math.min(ends.done, ends.failed)).toBeGreaterThan(sized(2, 20));
  });
});

function checkClaims(stderr: readonly string[], stored: number): void {
  for (const line of stderr) {
    if (line === 'Nothing of the input is in the room.') expect(stored).toBe(0);
    const upTo = /^In the room: the input up to line (\d+)\.$/.exec(line);
    if (upTo) expect(stored).toBeGreaterThanOrEqual(Number(upTo[1]));
    const not = /^Not in the room: lines? (\d+)/.exec(line);
    if (not) expect(stored).toBe(Number(not[1]) - 1);
    const perhaps = /^Perhaps in the room: lines? (\d+)(?: to (\d+))?\.$/.exec(line);
    if (perhaps) {
      expect(stored).toBeGreaterThanOrEqual(Number(perhaps[1]) - 1);
      expect(stored).toBeLessThanOrEqual(Number(perhaps[2] ?? perhaps[1]));
    }
  }
}
