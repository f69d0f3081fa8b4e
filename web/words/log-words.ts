// The sentences of a log. They load with it.

import type { Level } from '../text/log-level.ts';
import type { LanguageId } from './language.ts';

export interface LogWords {
  readonly tools: string;
  readonly levels: Readonly<Record<Level, string>>;
  readonly filter: string;
  readonly matches: (shown: number, all: number, isComplete: boolean) => string;
  readonly wrap: string;
  readonly wrapHint: string;
  readonly pause: string;
  readonly follow: string;
  readonly followNew: (n: number) => string;
  readonly copyLines: string;
  readonly count: (n: number) => string;
  readonly source: string;
  readonly allSources: string;
  readonly sources: (names: readonly string[]) => string;
}

const EN_NUMBER = new Intl.NumberFormat('en');
const ZH_NUMBER = new Intl.NumberFormat('zh-Hans');

export const LOG_WORDS: Readonly<Record<LanguageId, LogWords>> = {
  en: {
    tools: 'Log',
    levels: { error: 'Errors', warning: 'Warnings', info: 'Info', debug: 'Debug' },
    filter: 'Filter lines',
    matches: (shown, all, isComplete) =>
      `${EN_NUMBER.format(shown)} of ${EN_NUMBER.format(all)} lines${isComplete ? '' : '…'}`,
    wrap: 'Wrap',
    wrapHint: 'Break long lines instead of scrolling to the side',
    pause: 'Pause',
    follow: 'Follow',
    followNew: (n) => `Follow, ${EN_NUMBER.format(n)} new`,
    copyLines: 'Copy lines',
    count: (n) => EN_NUMBER.format(n),
    source: 'Source',
    allSources: 'All sources',
    sources: (names) => `From ${names.join(', ')}`,
  },
  zh: {
    tools: '日志',
    levels: { error: '错误', warning: '警告', info: '信息', debug: '调试' },
    filter: '筛选行',
    matches: (shown, all, isComplete) =>
      `${ZH_NUMBER.format(all)} 行中的 ${ZH_NUMBER.format(shown)} 行${isComplete ? '' : '…'}`,
    wrap: '换行',
    wrapHint: '长行自动换行，不横向滚动',
    pause: '暂停',
    follow: '跟随',
    followNew: (n) => `跟随，${ZH_NUMBER.format(n)} 行新内容`,
    copyLines: '复制这些行',
    count: (n) => ZH_NUMBER.format(n),
    source: '来源',
    allSources: '所有来源',
    sources: (names) => `来自 ${names.join('、')}`,
  },
};
