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
  const paths = [
    fromAzurite.resolve('applicationinsights'),
    fromRest.resolve('tough-cookie'),
    fromAzurite.resolve('jsonwebtoken'),
  ];
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

test('issue 15: Azurite decodes tokens only for its option oauth. If not so, remove them from azurite-unused.ts', () => {
  const read = (path: string) =>
    readFileSync(require.resolve(`azurite/dist/src/${path}.js`), 'utf8');
  for (const kind of ['Blob', 'Table']) {
    const folder = kind.toLowerCase();
    const authenticator = read(`${folder}/authentication/${kind}TokenAuthenticator`);
    expect(authenticator.match(/jsonwebtoken_1\)?\./g)).toHaveLength(1);
    expect(read(`${folder}/${kind}RequestListenerFactory`)).toMatch(
      new RegExp(
        `oauth !== undefined\\) \\{\\s+authenticators\\.push\\(new ${kind}TokenAuthenticator`,
      ),
    );
  }
});
