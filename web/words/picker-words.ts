// The sentences of the emoji picker. They load with it.

import type { LanguageId } from './language.ts';

export interface PickerWords {
  readonly title: string;
  readonly search: string;
  readonly found: (n: number) => string;
  /** In the order of Unicode. */
  readonly groups: readonly string[];
  readonly failed: string;
}

const EN_NUMBER = new Intl.NumberFormat('en');
const ZH_NUMBER = new Intl.NumberFormat('zh-Hans');

export const PICKER_WORDS: Readonly<Record<LanguageId, PickerWords>> = {
  en: {
    title: 'React with an emoji',
    search: 'Find an emoji',
    found: (n) => (n === 0 ? 'Nothing found.' : `${EN_NUMBER.format(n)} found`),
    groups: [
      'Smileys',
      'People',
      'Animals and nature',
      'Food and drink',
      'Travel and places',
      'Activities',
      'Objects',
      'Symbols',
      'Flags',
    ],
    failed: 'Unable to load the emoji. Close this and open it again.',
  },
  zh: {
    title: '选择表情回应',
    search: '查找表情',
    found: (n) => (n === 0 ? '没有找到。' : `找到 ${ZH_NUMBER.format(n)} 个`),
    groups: [
      '笑脸',
      '人物',
      '动物与自然',
      '食物与饮料',
      '旅行与地点',
      '活动',
      '物品',
      '符号',
      '旗帜',
    ],
    failed: '无法载入表情。请关闭后重新打开。',
  },
};
