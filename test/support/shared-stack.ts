// The stack that a run of tests shares, for suites that only need their own rooms and do not change the stack.
// A suite that counts what the stack does, kills a part of it or lists its rooms starts its own: stack.ts.

import { randomUUID } from 'node:crypto';

export interface SharedStack {
  /** The page's URL. */
  readonly url: string;
  /** Connection string of the service emulator. */
  readonly connectionString: string;
  /** Connection string of the storage account. */
  readonly tableConnectionString: string;
  readonly functionKey: string;
}

/** The first call of a run starts it. */
export async function sharedStack(): Promise<SharedStack> {
  const keeper = process.env.SHARED_STACK;
  if (keeper === undefined) {
    throw new Error(
      'unable to share a stack; no process keeps one. Put the suite into test/stack/, whose setup starts it.',
    );
  }
  const answer = await fetch(keeper);
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as SharedStack;
}

/** A room that neither another test nor an earlier run uses. */
export function newRoom(name: string): string {
  return `${name}-${randomUUID().slice(0, 8)}`;
}
