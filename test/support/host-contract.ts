// The contract of the Azure Functions host with callers and an app's author: one table for any host that runs the app in
// test/local/host/fixtures/contract. The rows are in host-contract-rows.ts.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Keys, lockedRows, ROWS, type Row } from './host-contract-rows.ts';
import { type RawAnswer, sendBytes } from './raw-http.ts';
import type { RecordingService } from './recording-service.ts';

export interface HostEndpoint {
  readonly name: string;
  /** False to list the rows of outputs as skipped, because the host cannot reach the tests. */
  readonly hasService: boolean;
  /** Undefined to list the rows of keys as skipped. */
  readonly keys: Keys | undefined;
  /** Called once, before the tests. */
  start(): Promise<{
    /** A host without keys. */
    readonly url: string;
    /** A host with {@link HostEndpoint.keys}. */
    readonly lockedUrl: string | undefined;
    /** The receiver of the outputs. */
    readonly service: RecordingService | undefined;
    stop(): Promise<void>;
  }>;
}

export function describeHostContract(endpoint: HostEndpoint): void {
  describe(`the host at ${endpoint.name}`, () => {
    let started: Awaited<ReturnType<HostEndpoint['start']>>;

    beforeAll(async () => {
      started = await endpoint.start();
    });
    afterAll(() => started.stop());
    beforeEach(() => {
      if (!started.service) return;
      started.service.calls.length = 0;
      started.service.answer = { status: 202 };
    });

    const run = async (row: Row, url: string | undefined) => {
      if (row.service && started.service) started.service.answer = row.service;
      compare(await sendBytes(url ?? '', row.request), row, started.service);
    };

    for (const [group, rows] of ROWS) {
      describe(group, () => {
        for (const row of rows) {
          const isPossible = endpoint.hasService || !(row.calls || row.service);
          (isPossible ? test : test.skip)(row.name, () => run(row, started.url));
        }
      });
    }
    describe('keys', () => {
      for (const row of lockedRows(endpoint.keys ?? { functionKey: '', systemKey: '' })) {
        (endpoint.keys ? test : test.skip)(row.name, () => run(row, started.lockedUrl));
      }
    });
  });
}

function compare(answered: RawAnswer, row: Row, service: RecordingService | undefined): void {
  const { status, reason, body, json, headers = {}, calls } = row;
  const text = answered.body.toString();
  expect([answered.status, text]).toEqual([status, body ?? text]);
  if (reason !== undefined) expect(answered.reason).toBe(reason);
  for (const [name, value] of Object.entries(headers)) {
    expect([name, answered.headers[name] ?? null]).toEqual([name, value]);
  }
  if (json !== undefined) expect({ json: readJson(text) }).toMatchObject({ json });
  if (calls) expect(service?.calls.map(toShortCall)).toEqual(calls);
}

/** The content of a completion, which ends with a record separator. */
function readJson(text: string): unknown {
  if (!text.endsWith('\u001e')) return JSON.parse(text);
  const { result, error } = JSON.parse(text.slice(0, -1)) as { result?: unknown; error?: string };
  return error ?? result;
}

function toShortCall({ method, path, body }: RecordingService['calls'][number]) {
  const short = path.replace(/^\/api\/hubs\/chat\//, '').replace(/\?.*$/, '');
  return body === undefined ? [method, short] : [method, short, body];
}
