// `search` of the command line, with the functions' own answers.

import { expect, test } from '@jest/globals';
import { search } from '../../../../functions/http/search.ts';
import type { Fetch } from '../../../../local/client/api/fetch.ts';
import { ask, openTestChat, type TestChat } from '../../../support/chat.ts';
import { always, answer, runInProcess } from '../../../support/command-line.ts';

const ADA = { userId: 'g-ada', name: 'Ada' };

async function open(...texts: readonly string[]): Promise<TestChat> {
  const chat = openTestChat();
  const changes = texts.map((text, n) =>
    chat.rooms.submit('build', { kind: 'send', id: `m${n}`, text, ...ADA }),
  );
  await Promise.all(changes);
  return chat;
}

/** A network at whose end the function answers. */
function networkOf(chat: TestChat): Fetch & { readonly queries: string[] } {
  const queries: string[] = [];
  const fetch: Fetch = async ({ pathname, search: query }) => {
    const room = decodeURIComponent(pathname.split('/')[3] ?? '');
    if (!pathname.endsWith('/search')) return answer(401);
    queries.push(query);
    const {
      status = 200,
      jsonBody,
      headers,
    } = await ask(search, chat, { params: { room }, query });
    const options = { headers: headers as Record<string, string> };
    return answer(Number(status), JSON.stringify(jsonBody), options);
  };
  return Object.assign(fetch, { queries });
}

const lines = (count: number) => Array.from({ length: count }, (_, n) => `line ${n + 1}`);

test('shows what has all words, newest first, with numbers', async () => {
  const chat = await open('The build failed', 'retry', 'The second BUILD failed, too');
  const { code, stdout } = await runInProcess('search --room build failed build', networkOf(chat));
  expect(code).toBe(0);
  expect(stdout.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^3 .* Ada: The second BUILD failed, too$/),
    expect.stringMatching(/^1 .* Ada: The build failed$/),
  ]);
});

test('takes words that a shell has kept together, and a word that looks like an option', async () => {
  const chat = await open('exit code -1', 'exit code 1');
  const run = async (...words: readonly string[]) =>
    (await runInProcess(['search', ...words, '--room', 'build', '--json'], networkOf(chat))).stdout;
  expect(JSON.parse(await run('code -1'))).toMatchObject({ seq: 1, text: 'exit code -1' });
  expect(JSON.parse(await run('-1'))).toMatchObject({ seq: 1 });
});

test('shows 20 of many, as many as --lines says, or all', async () => {
  const chat = await open(...lines(130));
  const count = async (more: string) => {
    const { stdout } = await runInProcess(`search line --room build${more}`, networkOf(chat));
    return stdout.trimEnd().split('\n').length;
  };
  expect(await count('')).toBe(20);
  expect(await count(' --lines 70')).toBe(70);
  expect(await count(' --lines 0')).toBe(130);
});

test('goes on to the first message, at the pace that the chat allows', async () => {
  const chat = await open('needle', ...lines(30));
  const network = networkOf(chat);
  // Every message is a stretch of its own.
  const short: Fetch = async (url, init) => {
    const { status, body } = await network(url, init);
    const chunks: Uint8Array[] = [];
    for await (const chunk of body ?? []) chunks.push(chunk);
    const parsed = JSON.parse(Buffer.concat(chunks).toString());
    if (status !== 200) return answer(status, JSON.stringify(parsed));
    const to = Number(url.searchParams.get('before') ?? 32) - 1;
    const messages = parsed.messages.filter(({ seq }: { seq: number }) => seq === to);
    const rest = { ...parsed, messages, before: to > 1 ? to : undefined };
    return answer(200, JSON.stringify(rest));
  };
  const { clock } = chat;
  const startedAt = clock.now();
  const { code, stdout } = await runInProcess('search needle --room build', short, { clock });
  expect([code, stdout]).toEqual([0, expect.stringContaining('Ada: needle')]);
  expect(network.queries).toHaveLength(31);
  expect(clock.now() - startedAt).toBeGreaterThanOrEqual(21_000);
});

test('with nothing found ends with 3', async () => {
  const { code, stdout, stderr } = await runInProcess(
    'search needle --room build',
    networkOf(await open('hay')),
  );
  expect([code, stdout, stderr]).toEqual([3, '', ['nothing found in build']]);
});

test('of a room that does not exist ends with 3, too, and says so', async () => {
  const { code, stderr } = await runInProcess('search x --room biuld', networkOf(await open('x')));
  expect([code, stderr.join()]).toEqual([3, expect.stringContaining('there is no room "biuld"')]);
});

test.each([
  ['search', 'search takes WORDS'],
  [`search ${'a'.repeat(101)}`, '101 characters are too many'],
])('%s sends nothing, and ends with 2', async (line, reason) => {
  const fetch = always(() => answer(200));
  const { code, stderr } = await runInProcess(line, fetch);
  expect([code, stderr.join()]).toEqual([2, expect.stringContaining(reason)]);
  expect(fetch.calls).toEqual([]);
});

test('sends the token of an account', async () => {
  const fetch = always(() => answer(200, '{"revision":1,"first":1,"seq":0,"messages":[]}'));
  await runInProcess('search x --token a.b.c', fetch);
  expect(fetch.calls[0]?.[1].headers).toMatchObject({ authorization: 'Bearer a.b.c' });
});
