import { describe, expect, test } from '@jest/globals';
import { chatApi } from '../../../web/connection/chat-api.ts';
import { historyOf, memberOf, membersOf } from '../samples.ts';

/** An API whose server gives every request the same answer, and the URLs that were requested. */
function answering(body: string, status = 200) {
  const asked: string[] = [];
  const fetcher = async (url: Parameters<typeof fetch>[0]) => {
    asked.push(String(url));
    return new Response(body, { status });
  };
  return { api: chatApi('茶室', fetcher), asked };
}

test('asks for the messages on one side of a message', async () => {
  const { api, asked } = answering(JSON.stringify(historyOf()));
  await api.history({ limit: 50 });
  await api.history({ after: 0, limit: 200 });
  await api.history({ before: 7, limit: 50 });
  const base = 'api/rooms/%E8%8C%B6%E5%AE%A4/messages';
  expect(asked).toEqual([
    `${base}?limit=50`,
    `${base}?limit=200&after=0`,
    `${base}?limit=50&before=7`,
  ]);
});

test('asks for the members', async () => {
  const members = membersOf([memberOf('a')]);
  const { api, asked } = answering(JSON.stringify(members));
  expect(await api.members()).toEqual(members);
  expect(asked).toEqual(['api/rooms/%E8%8C%B6%E5%AE%A4/members']);
});

describe('an answer of another shape', () => {
  test('rejects with its code and sentence', async () => {
    const body = JSON.stringify({ error: { code: 'bad_room', message: 'unable to use it.' } });
    await expect(answering(body, 400).api.members()).rejects.toMatchObject({
      code: 'bad_room',
      message: 'unable to use it.',
    });
  });

  test.each([
    ['a proxy’s page', '<html>Bad gateway</html>', 502],
    ['no JSON', 'hello', 200],
    ['another shape', '{"room":"lobby"}', 200],
    ['nothing', '', 200],
  ])('rejects as unavailable if it is %s', async (_, body, status) => {
    const outcome = answering(body, status).api.history({ limit: 50 });
    await expect(outcome).rejects.toMatchObject({ code: 'unavailable' });
  });
});
