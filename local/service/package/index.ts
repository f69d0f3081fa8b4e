// The types of the package: what a program imports. The package's index.js has the same names.

export type { Counts, HubCounts, RestCall } from '../counts.ts';
export { startEmulator } from '../emulator.ts';
export type { Log } from '../log.ts';
export type { EmulatorOptions, Faults, Limits, Times, Units } from '../options.ts';
export type { Emulator } from '../server.ts';
export type { UpstreamOption } from '../upstream/upstream-settings.ts';
