// The sentences of what moderators do. They load when a menu or a dialog needs them.

import type { LanguageId } from './language.ts';

export interface ModerationWords {
  /** In the menu of a message. */
  readonly removeAny: string;
  readonly banName: (name: string) => string;

  /** In the menu of the room. */
  readonly closeRoom: string;

  /** Beside a person. */
  readonly ban: string;

  readonly removeTitle: (name: string) => string;
  readonly removeMeans: string;
  readonly removeNow: string;
  readonly banTitle: (name: string) => string;
  /** `time` is one of {@link times}. */
  readonly banMeans: (name: string, time: string) => string;
  readonly banNow: (time: string) => string;
  readonly closeTitle: string;
  readonly closeMeans: string;
  readonly closeNow: string;
  readonly openTitle: string;
  readonly openMeans: string;
  readonly openNow: string;

  readonly time: string;
  /** By minutes. */
  readonly times: Readonly<Record<BanMinutes, string>>;
  readonly reason: string;
  readonly cancel: string;
  readonly noAnswer: string;
}

/** How long a ban may last: up to a day, and a week. */
export const BAN_MINUTES = [5, 60, 1_440, 10_080] as const;
export type BanMinutes = (typeof BAN_MINUTES)[number];

export const MODERATION_WORDS: Readonly<Record<LanguageId, ModerationWords>> = {
  en: {
    removeAny: 'Remove for everyone…',
    banName: (name) => `Ban ${name}…`,
    closeRoom: 'Close the room…',
    ban: 'Ban…',
    removeTitle: (name) => `Remove the message of ${name}`,
    removeMeans:
      'The text is gone for good, for everyone. Its place says that a moderator removed it, and why.',
    removeNow: 'Remove',
    banTitle: (name) => `Ban ${name}`,
    banMeans: (name, time) =>
      `${name} has to leave at once, reads your reason, and can neither enter nor read this room for ${time}. Nobody can end the ban earlier.`,
    banNow: (time) => `Ban for ${time}`,
    closeTitle: 'Close the room',
    closeMeans:
      'Everyone has to leave at once, you too, and reads your reason. Nobody can enter or write until the room is opened again. You can open it.',
    closeNow: 'Close the room',
    openTitle: 'Open the room again',
    openMeans: 'Everyone can enter and write again.',
    openNow: 'Open again',
    time: 'For how long',
    times: { 5: '5 minutes', 60: '1 hour', 1440: '1 day', 10080: '1 week' },
    reason: 'Reason (optional)',
    cancel: 'Cancel',
    noAnswer: 'Unable to do this; no answer came. Try again.',
  },
  zh: {
    removeAny: '为所有人删除…',
    banName: (name) => `封禁 ${name}…`,
    closeRoom: '关闭房间…',
    ban: '封禁…',
    removeTitle: (name) => `删除 ${name} 的消息`,
    removeMeans: '这条消息的内容会对所有人永久消失。原处会显示它已被管理员删除，以及原因。',
    removeNow: '删除',
    banTitle: (name) => `封禁 ${name}`,
    banMeans: (name, time) =>
      `${name} 会立即离开，看到你写的原因，并且在 ${time}内不能进入也不能查看这个房间。没有人可以提前解除封禁。`,
    banNow: (time) => `封禁 ${time}`,
    closeTitle: '关闭房间',
    closeMeans:
      '包括你在内，所有人都会立即离开，并看到你写的原因。重新开放之前，没有人可以进入或发言。你可以重新开放它。',
    closeNow: '关闭房间',
    openTitle: '重新开放房间',
    openMeans: '所有人都可以再次进入和发言。',
    openNow: '重新开放',
    time: '时长',
    times: { 5: '5 分钟', 60: '1 小时', 1440: '1 天', 10080: '1 周' },
    reason: '原因（可不填）',
    cancel: '取消',
    noAnswer: '没有成功，服务器没有回应。请再试一次。',
  },
};
