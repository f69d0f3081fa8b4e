// The bytes of log that one line sent leaves in the workspace, by kind of record: for the build of an earlier commit and for
// this one. The functions write their real lines. The host's records are made as its sources make them, see
// test/support/log-records.ts, at the levels of each host.json.
//
//   npm run bench -- log [--base db47424]

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../local/root.ts';
import { logBytesOf, totalOf } from '../test/support/log-records.ts';
import { type Load, linesOfSend } from '../test/support/logged-send.ts';
import { buildBase } from './base-build.ts';
import { readOptions } from './options.ts';

const values = readOptions({ base: { type: 'string', default: 'db47424' } });

const TOTAL = 'all but the dependency';

const base = await buildBase(values.base);
try {
  const load: Load = (path) => import(new URL(`../${path}`, import.meta.url).href);
  const before = await measure(base.root, (path) => base.load(path));
  const after = await measure(ROOT, load);
  console.log(`Bytes of log for a line sent.\n`);
  print('', `at ${values.base}`, 'here');
  for (const kind of new Set([...before.keys(), ...after.keys()])) {
    print(kind, before.get(kind) ?? 0, after.get(kind) ?? 0);
  }
  const [was = 0, is = 0] = [before, after].map((kinds) => kinds.get(TOTAL));
  console.log(`\nratio ${(is / was).toFixed(2)}`);
} finally {
  base.remove();
}

async function measure(root: string, load: Load): Promise<Map<string, number>> {
  const hostJson: unknown = JSON.parse(readFileSync(join(root, 'host.json'), 'utf8'));
  const bytes = logBytesOf(hostJson, await linesOfSend(load));
  const { lines, dependency, serviceHttp, ...host } = bytes;
  return new Map([
    ...Object.entries(host),
    ...Object.entries(lines).map(([word, size]): [string, number] => [`line ${word}`, size]),
    ["the service's HTTP log", serviceHttp],
    [TOTAL, totalOf(bytes)],
    ['dependency', dependency],
  ]);
}

function print(...cells: readonly (string | number)[]): void {
  console.log(cells.map((cell) => String(cell).padStart(24)).join(''));
}
