// What is told about the service's doings, and how important it is.

/** Least important first. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'none'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Gets one line per connection, event and REST call; never a token or a query.
 *
 * @param level `info` unless given: `debug` for single requests and messages, `warn` for what went wrong
 */
export type Log = (line: string, level?: Exclude<LogLevel, 'none'>) => void;

/** Passes on what is at least as important as `least`. */
export function fromLevel(least: LogLevel, log: Log): Log {
  const index = LOG_LEVELS.indexOf(least);
  return (line, level = 'info') => {
    if (LOG_LEVELS.indexOf(level) >= index) log(line, level);
  };
}
