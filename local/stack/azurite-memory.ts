// Keeps the process of Azurite small. V8 collects garbage seldom while there is memory left: after 100,000 published lines
// the tables take 94 MB with all of Azurite's code, and the process took up to 415 MB.
// Sources: nodejs.org/api/cli.html, `--max-semi-space-size`; V8, `MemoryController::GrowingFactor` in
// src/heap/memory-controller.cc. A test fails when a new version of Node makes this unnecessary.

import { setFlagsFromString } from 'node:v8';

/** Of Node, at the start of the process: the part of the heap for new objects has 2 MB at most, not 16. */
export const MEMORY_OPTIONS: readonly string[] = ['--max-semi-space-size=2'];

/**
 * Lets the heap grow by a fifth between two collections of all of it, where V8 lets it grow up to fourfold.
 * Not on the command line: a version of V8 without this flag would refuse to start. Here it complains and goes on.
 */
export function growSlowly(): void {
  setFlagsFromString('--heap-growing-percent=20');
}
