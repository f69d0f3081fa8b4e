// Log lines as Core Tools print them: the time in brackets, the message, a colour for the level.

import type { RpcLogLevel } from './worker/rpc.ts';

export type LogLevel = RpcLogLevel;

/** Writes one line of a category, e.g. `Host.Startup`, `Function.message`, `Function.message.User`. */
export type Log = (level: LogLevel, category: string, message: string) => void;

/** Minimum level by category prefix, as `logging.logLevel` of host.json. The longest prefix counts. */
export type LogLevels = Readonly<Record<string, LogLevel>>;

const RANKS: readonly LogLevel[] = [
  'trace',
  'debug',
  'information',
  'warning',
  'error',
  'critical',
  'none',
];

/** The defaults of Core Tools: lines of functions are shown, the host's own lines are not. */
export const DEFAULT_LOG_LEVELS: LogLevels = { default: 'warning', Function: 'information' };

const COLOURS: Readonly<Record<LogLevel, string>> = {
  trace: '32',
  debug: '32',
  information: '36',
  warning: '33',
  error: '31',
  critical: '31',
  none: '0',
};

/** In any letter case. Undefined for anything else. */
export function parseLogLevel(text: unknown): LogLevel | undefined {
  if (typeof text !== 'string') return undefined;
  const lower = text.toLowerCase();
  return RANKS.find((level) => level === lower);
}

/**
 * Decides once per category, because there are few of them and each invocation writes several lines.
 *
 * @param userLevel if set, replaces the level of the functions' own lines
 */
export function createLevelFilter(
  levels: LogLevels,
  userLevel?: string,
): (level: LogLevel, category: string) => boolean {
  const user = parseLogLevel(userLevel);
  const prefixes = Object.keys(levels).sort((a, b) => b.length - a.length);
  const least = new Map<string, number>();
  return (level, category) => {
    let rank = least.get(category);
    if (rank === undefined) {
      const key = prefixes.find((prefix) => isPrefix(prefix, category)) ?? 'default';
      const configured = levels[key] ?? 'information';
      rank = RANKS.indexOf(category.endsWith('.User') ? (user ?? configured) : configured);
      least.set(category, rank);
    }
    return level !== 'none' && RANKS.indexOf(level) >= rank;
  };
}

export function createLineLog(
  write: (line: string) => void,
  hasColours: boolean,
  now: () => number,
): Log {
  return (level, _category, message) => {
    const time = `[${new Date(now()).toISOString()}]`;
    write(
      hasColours
        ? `${paint('90', time)} ${paint(COLOURS[level], message)}\n`
        : `${time} ${message}\n`,
    );
  };
}

export function paint(colour: string, text: string): string {
  return `\u001b[${colour}m${text}\u001b[0m`;
}

function isPrefix(prefix: string, category: string): boolean {
  return category === prefix || category.startsWith(`${prefix}.`);
}
