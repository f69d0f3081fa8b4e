// Whether a room is a log, and how its reader looks at it. Pure.

import { type ChatMessage, PUBLISHER } from '../../functions/protocol.ts';
import type { Level } from '../text/log-level.ts';

/** The last messages decide. */
const LOOKED_AT = 50;
/** A few lines of a program are part of a conversation. */
const LEAST_LINES = 5;
/** Shares of published lines with which a room becomes a log, and no longer is one. Between them it stays what it is. */
const BECOMES = 0.8;
const REMAINS = 0.5;

/** Whether the room is a log: nearly all of its last messages are published lines. */
export function isLog(shown: readonly ChatMessage[], wasLog: boolean): boolean {
  const last = shown.slice(-LOOKED_AT).filter(({ deletes }) => deletes === undefined);
  const lines = last.filter(({ userId }) => userId === PUBLISHER).length;
  if (lines < LEAST_LINES) return false;
  return lines / last.length >= (wasLog ? REMAINS : BECOMES);
}

/** How a reader looks at a log. */
export interface LogView {
  /** The levels to show. All lines if it is empty. */
  readonly levels: ReadonlySet<Level>;
  /** Whose lines to show, by name. All lines if it is empty. */
  readonly source: string;
  /** Only messages that contain it, in any case. */
  readonly text: string;
  /** The last `seq` to show. Undefined while the reader follows. */
  readonly pausedAt: number | undefined;
  /** Whether long lines break. Otherwise the log scrolls to the side. */
  readonly wraps: boolean;
}

export const WHOLE_LOG: LogView = {
  levels: new Set(),
  source: '',
  text: '',
  pausedAt: undefined,
  wraps: true,
};

export function isFiltered({ levels, source, text }: LogView): boolean {
  return levels.size > 0 || source !== '' || text !== '';
}
