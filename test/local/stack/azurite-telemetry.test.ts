import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import { leaveOutTelemetry } from '../../../local/stack/azurite-telemetry.ts';

const require = createRequire(import.meta.url);
const fromAzurite = createRequire(require.resolve('azurite/package.json'));

test('issue 15: an empty module takes the place of the telemetry library', () => {
  const cache: NodeJS.Dict<NodeModule> = {};
  leaveOutTelemetry(cache);
  expect(Object.keys(cache)).toEqual([fromAzurite.resolve('applicationinsights')]);
  expect(Object.values(cache)).toMatchObject([{ loaded: true, exports: {} }]);
});

test('issue 15: Azurite imports the telemetry library always. If not, remove azurite-telemetry.ts', () => {
  const file = require.resolve('azurite/dist/src/common/Telemetry.js');
  expect(readFileSync(file, 'utf8')).toContain(
    "AzuriteTelemetryClient.appInsights = require('applicationinsights');",
  );
});
