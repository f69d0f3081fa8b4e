// What the package holds, bundled into one file. Its index.js and its command take their part of it.

export { runCommand } from '../command.ts';
export { startEmulator } from '../emulator.ts';
