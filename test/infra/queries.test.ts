// The saved queries read only fields that the app writes to its log.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { answerHttp } from '../../functions/http/http-function.ts';
import { publish } from '../../functions/http/publish.ts';
import { connected } from '../../functions/hub/connected.ts';
import { answerHub, type HubHandler } from '../../functions/hub/hub-function.ts';
import { message } from '../../functions/hub/message.ts';
import { cleanUpRooms } from '../../functions/timer/cleanup.ts';
import { answerTimer } from '../../functions/timer/timer-function.ts';
import { openContext, openTestChat, toRequest } from '../support/chat.ts';
import { at, readSnapshot, resourcesOf, SHAPES } from './snapshot.ts';

const FOLDER = join('infra', 'queries');
const files = readdirSync(FOLDER);

const ada = { userId: 'g-ada', name: 'Ada', room: 'lobby' };

/** Lines of each kind that the queries read, as the functions write them. */
async function writtenLines(): Promise<string[]> {
  const chat = openTestChat();
  const lines: string[] = [];
  const context = () => openContext((line) => lines.push(line));
  const call = async (event: string, handler: HubHandler, ...args: unknown[]) => {
    const { ticket } = await chat.call('c1', ada);
    const invocation = { ConnectionId: 'c1', Arguments: args, Headers: {}, Query: { ticket } };
    await answerHub(event, handler, chat)(invocation, context());
  };
  await call('connected', connected);
  await call('send', message, 'hi', 'id-1');
  await call('send', message, 'hi');
  // Of several commits, each has a line of its own.
  const body = Array.from({ length: 200 }, (_, n) => `line ${n}`).join('\n');
  const asked = { method: 'POST', params: { room: 'lobby' }, body };
  const published = toRequest({ ...asked, headers: { 'content-type': 'text/plain' } });
  await answerHttp('publish', { method: 'POST' }, publish, chat)(published, context());
  chat.unknown.add('c1');
  chat.newcomers.confirm('c1');
  await chat.clock.advance(6 * 60_000);
  await answerTimer('cleanup', cleanUpRooms, chat)(context());
  return lines;
}

interface Parsed {
  readonly kind: string;
  readonly line: Readonly<Record<string, unknown>>;
}

/** As the queries do it: a word, then JSON. */
function parse(line: string): Parsed {
  const [kind = ''] = line.split(' ', 1);
  return { kind, line: JSON.parse(line.slice(kind.length + 1)) };
}

/** As the queries do it: a commit is a line of its own, or a part of the line of the call that made it. */
function commitOf({ kind, line }: Parsed): object | undefined {
  return kind === 'commit' ? line : (line.commit as object | undefined);
}

/** What only lines of version 0.1.0 have. */
const RETIRED_FIELDS = ['tells'];

/** Lines of earlier versions. They stay in the workspace for 30 days. */
const RETIRED = ['tidy-failed'];

const fieldsIn = (query: string, line: string) =>
  [...query.matchAll(new RegExp(`\\b${line}\\.(\\w+)`, 'g'))].map(([, field]) => String(field));

test.each(SHAPES)('the shape %s saves each query in the workspace, unchanged', (shape) => {
  const type = 'Microsoft.OperationalInsights/workspaces/savedSearches';
  const saved = resourcesOf(readSnapshot(shape), type).map(({ json }) => {
    return String(at(json, 'properties.query'));
  });
  const written = files.map((file) => readFileSync(join(FOLDER, file), 'utf8'));
  expect(saved.sort()).toEqual(written.sort());
});

describe.each(files)('the query %s', (file) => {
  const query = readFileSync(join(FOLDER, file), 'utf8');

  test('row 5: finds every field that it reads in the lines that the app writes', async () => {
    const parsed = (await writtenLines()).map(parse);
    const lines = parsed.filter(({ kind }) => kind === 'call' || kind === 'commit');
    const known = new Set([...lines.flatMap(({ line }) => Object.keys(line)), ...RETIRED_FIELDS]);
    for (const field of fieldsIn(query, 'line')) expect(known).toContain(field);
    const corrected = parsed.filter(({ kind }) => kind === 'corrected');
    expect(corrected.length).toBeGreaterThan(0);
    for (const field of fieldsIn(query, 'corrected')) {
      for (const { line } of corrected) expect(line).toHaveProperty(field);
    }
  });

  test('row 5: reads a commit in the line of its call, and in a line of its own', async () => {
    const parsed = (await writtenLines()).map(parse);
    const within = parsed.filter(({ kind, line }) => kind === 'call' && line.commit !== undefined);
    const apart = parsed.filter(({ kind }) => kind === 'commit');
    expect([within.length, apart.length]).toEqual([2, expect.any(Number)]);
    expect(apart.length).toBeGreaterThan(1);
    for (const one of [...within, ...apart]) {
      for (const field of fieldsIn(query, 'commit')) expect(commitOf(one)).toHaveProperty(field);
    }
    expect(query).toMatch(
      /iff\((?:kind == "commit"|Message startswith "commit \{"), line, line\.commit\)/,
    );
  });

  test('finds lines by their beginning', () => {
    const beginnings = [...query.matchAll(/startswith "([\w-]+) \{"/g)].map(([, word]) => word);
    expect(beginnings.length).toBeGreaterThan(0);
    const sources = ['log.ts', 'timer/timer-function.ts']
      .map((source) => readFileSync(join('functions', source), 'utf8'))
      .join('\n');
    const written = beginnings.filter((word) => !RETIRED.includes(String(word)));
    for (const word of written) expect(sources).toContain(`\`${word} \${JSON.stringify(`);
  });
});
