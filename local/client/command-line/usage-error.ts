/** The command line was wrong, not what it asked for. */
export class UsageError extends Error {}
