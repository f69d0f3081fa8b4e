import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { LEAST_NODE, refuseNode } from '../../../local/stack/node-version.ts';

test.each(['v20.19.0', 'v20.20.2', 'v22.0.0', 'v24.1.0', 'v100.0.0'])(
  'Node %s will do',
  (version) => {
    expect(refuseNode(version)).toBeUndefined();
  },
);

test.each(['v0.12.18', 'v18.20.4', 'v19.9.0', 'v20.9.0', 'v20.18.3'])(
  'Node %s is refused',
  (version) => {
    expect(refuseNode(version)).toContain(`this is Node ${version}`);
    expect(refuseNode(version)).toContain(LEAST_NODE);
  },
);

test('package.json asks for the same version', async () => {
  const { engines } = JSON.parse(await readFile('package.json', 'utf8'));
  expect(engines.node).toBe(`>=${LEAST_NODE}`);
});
