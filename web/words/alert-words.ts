// The sentences of alerts. They load with them.

import type { AlertLevel } from '../state/alerts.ts';
import type { LanguageId } from './language.ts';

export interface AlertWords {
  /** The name of the bell. */
  readonly bell: (level: AlertLevel) => string;
  readonly levels: Readonly<Record<AlertLevel, string>>;
  readonly inThisRoom: string;
  readonly inNewRooms: string;
  readonly areOff: string;
  /** The text of a notification, if the message does not come. */
  readonly mentioned: string;
}

const EN_LEVELS = { all: 'All messages', mentions: 'Mentions only', none: 'Nothing' } as const;
const ZH_LEVELS = { all: '所有消息', mentions: '仅提到我的', none: '不通知' } as const;

export const ALERT_WORDS: Readonly<Record<LanguageId, AlertWords>> = {
  en: {
    bell: (level) => `Notifications in this room: ${EN_LEVELS[level].toLowerCase()}`,
    levels: EN_LEVELS,
    inThisRoom: 'Notify me in this room of',
    inNewRooms: 'In rooms without a choice of their own, notify me of',
    areOff: 'Notifications and sounds are off on this device.',
    mentioned: 'You are mentioned.',
  },
  zh: {
    bell: (level) => `此房间的通知：${ZH_LEVELS[level]}`,
    levels: ZH_LEVELS,
    inThisRoom: '此房间的通知',
    inNewRooms: '未单独设置的房间的通知',
    areOff: '此设备上的通知和提示音均已关闭。',
    mentioned: '有人提到了你。',
  },
};
