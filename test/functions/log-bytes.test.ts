// Row 5 of the first bill: the bytes of log that a line leaves in the workspace.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { logBytesOf, totalOf } from '../support/log-records.ts';
import { type Load, linesOfSend } from '../support/logged-send.ts';

const load: Load = (path) => import(`../../${path}`);
const hostJson = JSON.parse(readFileSync('host.json', 'utf8'));

/** The lines of a version that wrote the commit apart. */
function apart([line = '', ...others]: readonly string[]): string[] {
  const { commit, ...call } = JSON.parse(line.slice('call '.length));
  return [`call ${JSON.stringify(call)}`, `commit ${JSON.stringify(commit)}`, ...others];
}

describe('row 5: the log of a line sent', () => {
  test('is one line of the functions, which has its commit', async () => {
    const lines = await linesOfSend(load);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(String(lines[0]).slice('call '.length))).toMatchObject({
      event: 'send',
      room: 'lobby',
      seq: 1,
      broadcasts: [2],
      commit: { room: 'lobby', revision: 2, seq: 1, messages: 1, operations: 3, billed: 1 },
    });
  });

  test('has at most 0.35 of the bytes that it had without levels and with two lines', async () => {
    const lines = await linesOfSend(load);
    const before = totalOf(logBytesOf({}, apart(lines)));
    // The estimate that the issue gives.
    expect(before).toBeGreaterThan(4_500);
    expect(before).toBeLessThan(5_500);
    expect(totalOf(logBytesOf(hostJson, lines)) / before).toBeLessThanOrEqual(0.35);
  });

  test.each(['Host.Results', 'Function'])('is larger without the level of %s', async (category) => {
    const { [category]: _, ...others } = hostJson.logging.logLevel;
    const lines = await linesOfSend(load);
    const limit = 0.35 * totalOf(logBytesOf({}, apart(lines)));
    const changed = { logging: { logLevel: others } };
    expect(totalOf(logBytesOf(changed, lines))).toBeGreaterThan(limit);
  });

  test('keeps every line of the functions', async () => {
    const lines = ['call {}', 'commit {}', 'corrected {}', 'cleanup {}'];
    const kept = logBytesOf(hostJson, lines).lines;
    for (const word of ['call', 'commit', 'corrected', 'cleanup']) {
      expect(kept[word]).toBeGreaterThan(0);
    }
  });
});
