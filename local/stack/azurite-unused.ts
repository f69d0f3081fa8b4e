// Keeps libraries that Azurite imports and never uses here out of its process. They are more than half of what it loads.
//
// - Telemetry: used only after Azurite's own command line has switched it on, which this process never does.
// - The cookies of an HTTP client: Azurite uses the client's library for its serializer, and makes no client.
// - Tokens: Azurite verifies them only with its option `--oauth`.
//
// Source: azurite 3.35.0, dist/src/common/Telemetry.js; @azure/ms-rest-js 1.11.2, FetchHttpClient;
// azurite 3.35.0, dist/src/*/authentication/*TokenAuthenticator.js. A test fails when a new
// version makes one unnecessary.

import Module, { createRequire } from 'node:module';

/** With the package that imports it. */
const UNUSED = [
  { library: 'applicationinsights', of: 'azurite' },
  { library: 'tough-cookie', of: '@azure/ms-rest-js' },
  { library: 'jsonwebtoken', of: 'azurite' },
] as const;

const require = createRequire(import.meta.url);

/** Before the first module of Azurite is imported. Only tests give the cache of loaded modules. */
export function leaveOutUnused(cache: NodeJS.Dict<NodeModule> = require.cache): void {
  const fromAzurite = createRequire(require.resolve('azurite/package.json'));
  for (const { library, of } of UNUSED) {
    const path = createRequire(fromAzurite.resolve(`${of}/package.json`)).resolve(library);
    const empty = new Module(path);
    empty.loaded = true;
    empty.exports = {};
    cache[path] = empty;
  }
}
