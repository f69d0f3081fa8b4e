// A room that is a log: what of it is shown, and its part of the page.

import { useEffect, useRef, useState } from 'preact/hooks';
import { type ChatMessage, PUBLISHER } from '../../functions/protocol.ts';
import { loadStyle } from '../device/style-loader.ts';
import { isLog, type LogView, WHOLE_LOG } from '../state/log-room.ts';
import type { LevelCounts } from '../text/log-filter.ts';
import { lazyPart } from './lazy-part.ts';

type Said = Pick<ChatMessage, 'userId' | 'text'>;

/** The text without any code of a terminal. It comes with the part. */
let cleaned: ((message: Said) => string) | undefined;

const ESCAPE = '\u001b';
/** The codes of colours and their like, which are nearly all that lines have. Source: ECMA-48. */
const CODES = new RegExp(`${ESCAPE}\\[[0-?]*[ -/]*[@-~]`, 'g');

/** The text to show, quote or copy: a published line without its control sequences. Before the part is loaded, without {@link CODES}. */
export function plainOf(message: Said): string {
  if (message.userId !== PUBLISHER) return message.text;
  return cleaned?.(message) ?? message.text.replace(CODES, '');
}

/** Most rooms have no log, so its colours, levels, tools and styles are a part of their own. */
export const useLogPart = lazyPart(async () => {
  const style = loadStyle('published.css');
  const part = await import('./log/part.ts');
  const { LogFilter, LogRow, LogSources, LogTools, PublishedLine, copySelectedLines, selectLines } =
    part;
  await style;
  cleaned = part.plainOf;
  return {
    LogRow,
    LogTools,
    PublishedLine,
    copySelectedLines,
    selectLines,
    openLog: () => ({ filter: new LogFilter(), sources: new LogSources() }),
  };
});

type LogPart = NonNullable<ReturnType<typeof useLogPart>>;

export interface Log {
  readonly part: LogPart;
  readonly view: LogView;
  readonly change: (view: LogView) => void;
  readonly sources: readonly string[];
  readonly counts: LevelCounts;
  /** False if older messages have not been looked at. */
  readonly isComplete: boolean;
}

/** The messages to show, and undefined in a room that is no log, or before its part is loaded. */
export function useLog(all: readonly ChatMessage[]): {
  readonly shown: readonly ChatMessage[];
  readonly log: Log | undefined;
  readonly isLog: boolean;
} {
  const wasLog = useRef(false);
  wasLog.current = isLog(all, wasLog.current);
  const part = useLogPart(wasLog.current);
  const opened = useRef<ReturnType<LogPart['openLog']>>(undefined);
  const [view, change] = useState(WHOLE_LOG);
  const [, goOn] = useState(0);
  let shown = all;
  let log: Log | undefined;
  let isDone = true;
  if (wasLog.current && part) {
    opened.current ??= part.openLog();
    const { filter, sources } = opened.current;
    const found = filter.apply(all, view);
    shown = found.shown;
    const { counts, isComplete: isCounted } = filter.count(all);
    const { isComplete } = found;
    log = { part, view, change, sources: sources.of(all), counts, isComplete };
    isDone = isComplete && isCounted;
  }
  useEffect(() => {
    if (isDone) return undefined;
    // After a frame, so that the page stays responsive.
    const timer = setTimeout(() => goOn((passes) => passes + 1));
    return () => clearTimeout(timer);
  });
  return { shown, log, isLog: wasLog.current };
}
