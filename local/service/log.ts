// The log of the service, with levels.

/** In ascending order. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'none'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Gets one line per connection, event and REST call. A line never holds a token or a query.
 *
 * @param level default `info`. `debug` is for single requests and messages, `warn` for failures
 */
export type Log = (line: string, level?: Exclude<LogLevel, 'none'>) => void;

/** A log that passes on lines of at least the level `least`. */
export function fromLevel(least: LogLevel, log: Log): Log {
  const index = LOG_LEVELS.indexOf(least);
  return (line, level = 'info') => {
    if (LOG_LEVELS.indexOf(level) >= index) log(line, level);
  };
}
