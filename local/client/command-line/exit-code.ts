// The exit codes of commands.

/** A contract for scripts. `node local/client --help` prints this table. */
export const EXIT_CODES = [
  { code: 0, means: 'done: what was asked for has happened' },
  { code: 1, means: 'failed: the message says what has happened and what has not' },
  { code: 2, means: 'the command line was not understood: nothing was sent' },
  { code: 3, means: 'there is no such room, message or connection: nothing was changed' },
  { code: 130, means: 'interrupted by Ctrl+C' },
] as const;

export type ExitCode = (typeof EXIT_CODES)[number]['code'];

export const DONE: ExitCode = 0;
export const FAILED: ExitCode = 1;
export const MISUNDERSTOOD: ExitCode = 2;
export const ABSENT: ExitCode = 3;
export const INTERRUPTED: ExitCode = 130;
