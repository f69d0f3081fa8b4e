// The words of the room's menu, and of the dialog that asks for a date. They load with either.

import type { LanguageId } from './language.ts';

interface RoomMenuWords {
  readonly goToDate: string;
  readonly date: string;
  readonly noDate: string;
  readonly future: string;
}

export const ROOM_MENU_WORDS: Readonly<Record<LanguageId, RoomMenuWords>> = {
  en: {
    goToDate: 'Go to a date',
    date: 'Date',
    noDate: 'Choose a date.',
    future: 'This date is in the future. Choose today or an earlier date.',
  },
  zh: {
    goToDate: '跳转到日期',
    date: '日期',
    noDate: '请选择一个日期。',
    future: '这一天还没有到。请选择今天或更早的日期。',
  },
};
