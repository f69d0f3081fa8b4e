// The saved queries read only fields that the app writes to its log.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { RoomLog } from '../../functions/room/room-log.ts';
import { MemoryTable } from '../support/memory-table.ts';
import { at, readSnapshot, resourcesOf, SHAPES } from './snapshot.ts';

const FOLDER = join('infra', 'queries');
const files = readdirSync(FOLDER);

async function commitFields(): Promise<string[]> {
  const rooms = new RoomLog({ table: new MemoryTable(), broadcast: async () => {} });
  await rooms.submit('lobby', { kind: 'send', id: 'a', userId: 'u', name: 'U', text: 'hi' });
  return Object.keys(rooms.takeNotes()[0] ?? {});
}

/** Fields of the `call` line (log.ts), also of version 0.1.0 (`tells`), and of `corrected` (timer-function.ts). */
const CALL_FIELDS = [
  'event',
  'connection',
  'invocation',
  'room',
  'seq',
  'messages',
  'broadcasts',
  'refused',
  'tells',
  'ms',
];
const CORRECTED_FIELDS = ['room', 'connections'];

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

  test('names only fields that the app writes', async () => {
    const known = await commitFields();
    expect(known).toEqual(expect.arrayContaining(fieldsIn(query, 'commit')));
    expect([...known, ...CALL_FIELDS]).toEqual(expect.arrayContaining(fieldsIn(query, 'line')));
    expect(CORRECTED_FIELDS).toEqual(expect.arrayContaining(fieldsIn(query, 'corrected')));
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
