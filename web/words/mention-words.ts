// The sentences of mentions. They load with them.

import type { LanguageId } from './language.ts';

export interface MentionWords {
  readonly people: string;
  /** Said when the list opens or changes. */
  readonly found: (n: number) => string;
  readonly notHere: string;
  readonly mentionsYou: string;
}

const EN_NUMBER = new Intl.NumberFormat('en');
const ZH_NUMBER = new Intl.NumberFormat('zh-Hans');

export const MENTION_WORDS: Readonly<Record<LanguageId, MentionWords>> = {
  en: {
    people: 'People to mention',
    found: (n) =>
      `${n === 1 ? 'One person' : `${EN_NUMBER.format(n)} people`}. The arrow keys choose, Enter mentions.`,
    notHere: 'not here now',
    mentionsYou: 'mentions you',
  },
  zh: {
    people: '可以提到的人',
    found: (n) => `${ZH_NUMBER.format(n)} 人。用方向键选择，按 Enter 提到。`,
    notHere: '现在不在',
    mentionsYou: '提到了你',
  },
};
