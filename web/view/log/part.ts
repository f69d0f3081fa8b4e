// What only a room with published lines needs. It loads with the first such line, together with style/published.css.

export { LogFilter, LogSources } from '../../text/log-filter.ts';
export { plainOf } from '../../text/log-text.ts';
export { copySelectedLines, selectLines } from './copy-lines.ts';
export { LogRow } from './log-row.tsx';
export { LogTools } from './log-tools.tsx';
export { PublishedLine } from './published-line.tsx';
