// The sentences of jumps and of older messages. They load with them.

import type { LanguageId } from './language.ts';

export interface PastWords {
  readonly back: string;
  readonly jumpedTo: (name: string, time: string) => string;
  readonly notThere: string;
}

export const PAST_WORDS: Readonly<Record<LanguageId, PastWords>> = {
  en: {
    back: 'Back to where you were',
    jumpedTo: (name, time) => `Message of ${name}, ${time}`,
    notThere: 'Unable to show this message; it has expired, or the link is wrong.',
  },
  zh: {
    back: '回到刚才的位置',
    jumpedTo: (name, time) => `${name} 的消息，${time}`,
    notThere: '无法显示这条消息，它已过期，或者链接有误。',
  },
};
