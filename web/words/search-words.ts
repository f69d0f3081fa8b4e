// The sentences of the search. They load with it.

import type { LanguageId } from './language.ts';

export interface SearchWords {
  readonly title: string;
  readonly field: string;
  readonly hint: string;
  readonly searching: string;
  /** `day` is the day that it has come to. */
  readonly searchingTo: (day: string) => string;
  readonly found: (n: number) => string;
  readonly foundTo: (n: number, day: string) => string;
  readonly further: string;
  readonly offline: string;
  readonly failed: string;
}

const EN_NUMBER = new Intl.NumberFormat('en');
const ZH_NUMBER = new Intl.NumberFormat('zh-Hans');

const enFound = (n: number) => (n === 0 ? 'Nothing found' : `${EN_NUMBER.format(n)} found`);
const zhFound = (n: number) => (n === 0 ? '没有找到' : `找到 ${ZH_NUMBER.format(n)} 条`);

export const SEARCH_WORDS: Readonly<Record<LanguageId, SearchWords>> = {
  en: {
    title: 'Search',
    field: 'Words in this room',
    hint: 'Finds messages that have all words, in the text or in the name of the author. Ctrl+Shift+F opens and closes this.',
    searching: 'Searching…',
    searchingTo: (day) => `Searching… back to ${day}`,
    found: (n) => `${enFound(n)}.`,
    foundTo: (n, day) => `${enFound(n)}, back to ${day}.`,
    further: 'Search further',
    offline: 'You are offline. The search goes on when the network is back.',
    failed: 'Unable to search; no answer came. Try again.',
  },
  zh: {
    title: '搜索',
    field: '此房间中的词语',
    hint: '查找在正文或作者名字中包含所有词语的消息。按 Ctrl+Shift+F 打开或关闭。',
    searching: '正在搜索…',
    searchingTo: (day) => `正在搜索… 已到 ${day}`,
    found: (n) => `${zhFound(n)}。`,
    foundTo: (n, day) => `${zhFound(n)}，已搜索到 ${day}。`,
    further: '继续搜索',
    offline: '你已离线。网络恢复后继续搜索。',
    failed: '无法搜索：没有收到回答。请重试。',
  },
};
