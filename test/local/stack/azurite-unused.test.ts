import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import { leaveOutUnused } from '../../../local/stack/azurite-unused.ts';

const require = createRequire(import.meta.url);
const fromAzurite = createRequire(require.resolve('azurite/package.json'));
const fromRest = createRequire(fromAzurite.resolve('@azure/ms-rest-js/package.json'));

test('issue 15: empty modules take the place of the libraries that Azurite never uses here', () => {
  const cache: NodeJS.Dict<NodeModule> = {};
  leaveOutUnused(cache);
  const paths = [fromAzurite.resolve('applicationinsights'), fromRest.resolve('tough-cookie')];
  expect(Object.keys(cache)).toEqual(paths);
  for (const module of Object.values(cache)) {
    expect(module).toMatchObject({ loaded: true, exports: {} });
  }
});

test('issue 15: Azurite imports the telemetry library always. If not, remove it from azurite-unused.ts', () => {
  const file = require.resolve('azurite/dist/src/common/Telemetry.js');
  expect(readFileSync(file, 'utf8')).toContain(
    "AzuriteTelemetryClient.appInsights = require('applicationinsights');",
  );
});

test('issue 15: the library of HTTP clients imports cookies always. If not, remove them from azurite-unused.ts', () => {
  const source = readFileSync(fromRest.resolve('@azure/ms-rest-js'), 'utf8');
  expect(source).toContain("require('tough-cookie');");
  // Only a client that is made needs them.
  expect(source.match(/\btough\./g)).toHaveLength(1);
  expect(source).toContain('this.cookieJar = new tough.CookieJar();');
});
