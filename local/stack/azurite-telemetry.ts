// Keeps the telemetry library of Azurite out of its process. Azurite imports it always, and uses it only after its own command
// line has switched telemetry on, which this process never does. It is half of the modules that Azurite loads.
// Source: azurite 3.35.0, dist/src/common/Telemetry.js. A test fails when a new version of Azurite makes this unnecessary.

import Module, { createRequire } from 'node:module';

const TELEMETRY_LIBRARY = 'applicationinsights';

const require = createRequire(import.meta.url);

/** Before the first module of Azurite is imported. Only tests give the cache of loaded modules. */
export function leaveOutTelemetry(cache: NodeJS.Dict<NodeModule> = require.cache): void {
  const fromAzurite = createRequire(require.resolve('azurite/package.json'));
  const path = fromAzurite.resolve(TELEMETRY_LIBRARY);
  const empty = new Module(path);
  empty.loaded = true;
  empty.exports = {};
  cache[path] = empty;
}
