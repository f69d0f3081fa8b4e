// The sentences of the bar over unread messages. They load with it.

import type { LanguageId } from './language.ts';

export interface UnreadWords {
  readonly bar: string;
  /** `time` is by the person's own clock, with the date if it is not today. */
  readonly newSince: (n: number, isMore: boolean, time: string | undefined) => string;
  readonly toFirst: string;
  readonly markRead: string;
}

const EN_NUMBER = new Intl.NumberFormat('en');
const ZH_NUMBER = new Intl.NumberFormat('zh-Hans');

export const UNREAD_WORDS: Readonly<Record<LanguageId, UnreadWords>> = {
  en: {
    bar: 'New messages',
    newSince: (n, isMore, time) =>
      `${EN_NUMBER.format(n)}${isMore ? '+' : ''} new${time === undefined ? '' : ` since ${time}`}`,
    toFirst: 'Go to the first',
    markRead: 'Mark read',
  },
  zh: {
    bar: '新消息',
    newSince: (n, isMore, time) =>
      `${time === undefined ? '' : `${time} 以来`}有 ${ZH_NUMBER.format(n)}${isMore ? '+' : ''} 条新消息`,
    toFirst: '转到第一条',
    markRead: '标为已读',
  },
};
