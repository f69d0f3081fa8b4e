// The sentences of reactions. They load with the first one.

import type { LanguageId } from './language.ts';

export interface ReactionWords {
  /** `names` are those of the first people, `others` the number of all the rest. */
  readonly who: (names: readonly string[], others: number) => string;
  readonly you: string;
  readonly chip: (emoji: string, count: number, who: string) => string;
  readonly reactions: string;
  readonly react: string;
  readonly reactWith: (emoji: string) => string;
  readonly takeBack: (emoji: string) => string;
  readonly moreEmoji: string;
  /** Why nobody can react now. */
  readonly offline: string;
  readonly blocked: string;
}

const EN_NUMBER = new Intl.NumberFormat('en');
const ZH_NUMBER = new Intl.NumberFormat('zh-Hans');

export const REACTION_WORDS: Readonly<Record<LanguageId, ReactionWords>> = {
  en: {
    who: (names, others) => {
      const rest = others === 1 ? '1 other' : `${EN_NUMBER.format(others)} others`;
      const all = others > 0 ? [...names, rest] : names;
      const last = all.at(-1) ?? '';
      return all.length < 2 ? last : `${all.slice(0, -1).join(', ')} and ${last}`;
    },
    you: 'You',
    chip: (emoji, count, who) => `${emoji} ${EN_NUMBER.format(count)}: ${who}`,
    reactions: 'Reactions',
    react: 'React',
    reactWith: (emoji) => `React with ${emoji}`,
    takeBack: (emoji) => `Take back ${emoji}`,
    moreEmoji: 'More emoji',
    offline: 'You can react once you are connected again.',
    blocked: 'You cannot react in this room now.',
  },
  zh: {
    who: (names, others) => {
      const rest = ZH_NUMBER.format(others);
      if (names.length === 0) return `${rest} 人`;
      const listed = names.join('、');
      return others > 0 ? `${listed}和另外 ${rest} 人` : listed;
    },
    you: '你',
    chip: (emoji, count, who) => `${emoji} ${ZH_NUMBER.format(count)}：${who}`,
    reactions: '表情回应',
    react: '表情回应',
    reactWith: (emoji) => `用 ${emoji} 回应`,
    takeBack: (emoji) => `收回 ${emoji}`,
    moreEmoji: '更多表情',
    offline: '重新连接后才能回应。',
    blocked: '你现在不能在这个房间回应。',
  },
};
