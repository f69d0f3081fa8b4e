// A room that is a log: what of it is shown, and its part of the page.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { ChatMessage } from '../../functions/protocol.ts';
import { loadStyle } from '../device/style-loader.ts';
import { isLog, type LogView, WHOLE_LOG } from '../state/log-room.ts';
import type { LevelCounts } from '../text/log-filter.ts';
import { lazyPart } from './lazy-part.ts';

/** Most rooms have no log, so its colours, levels, tools and styles are a part of their own. */
export const useLogPart = lazyPart(async () => {
  const style = loadStyle('published.css');
  const { LogFilter, LogRow, LogSources, LogTools, PublishedLine, copySelectedLines, selectLines } =
    await import('./log/part.ts');
  await style;
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
