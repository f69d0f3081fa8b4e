// The words of the room's menu, and of the dialog that asks for a date. They load with either.

import type { LanguageId } from './language.ts';

interface RoomMenuWords {
  readonly goToDate: string;
  readonly date: string;
}

export const ROOM_MENU_WORDS: Readonly<Record<LanguageId, RoomMenuWords>> = {
  en: { goToDate: 'Go to a date', date: 'Date' },
  zh: { goToDate: '跳转到日期', date: '日期' },
};
