// The sentences of jumps and of older messages. They load with them.

import type { LanguageId } from './language.ts';

export interface PastWords {
  readonly back: string;
  readonly jumpedTo: (name: string, time: string) => string;
  readonly notThere: string;
  /** Before the author and the text of the message that a line answers. */
  readonly answers: string;
  /** A message that is not loaded. */
  readonly earlier: string;
  /** A message that has expired. */
  readonly gone: string;
  readonly older: string;
  readonly toNow: string;
  readonly newLines: (n: number) => string;
  readonly nothingSince: string;
  readonly nothingYet: string;
  /** A date leads to a message of another day. `day` is that of the message. */
  readonly beforeFirst: (day: string) => string;
  /** Older messages have expired. */
  readonly beforeKept: (day: string) => string;
  /** `day` is the one that the person chose. */
  readonly nothingOn: (day: string) => string;
  readonly failed: string;
}

const EN_NUMBER = new Intl.NumberFormat('en');
const ZH_NUMBER = new Intl.NumberFormat('zh-Hans');

export const PAST_WORDS: Readonly<Record<LanguageId, PastWords>> = {
  en: {
    back: 'Back to where you were',
    jumpedTo: (name, time) => `Message of ${name}, ${time}`,
    notThere: 'Unable to show this message; it has expired, or the link is wrong.',
    answers: 'In answer to',
    earlier: 'an earlier message',
    gone: 'Answers a message that is no longer there.',
    older: 'You are reading older messages',
    toNow: 'Back to now',
    newLines: (n) => `${EN_NUMBER.format(n)} new`,
    nothingSince: 'Nothing has been said since that date. These are the latest messages.',
    nothingYet: 'Nothing has been said in this room yet.',
    beforeFirst: (day) => `This is the first message of the room. It is of ${day}.`,
    beforeKept: (day) => `Older messages have expired. This is the first one left, of ${day}.`,
    nothingOn: (day) => `Nothing was said on ${day}. This is the next message.`,
    failed: 'Unable to load older messages; no answer came.',
  },
  zh: {
    back: '回到刚才的位置',
    jumpedTo: (name, time) => `${name} 的消息，${time}`,
    notThere: '无法显示这条消息，它已过期，或者链接有误。',
    answers: '回复',
    earlier: '一条更早的消息',
    gone: '回复的消息已不存在。',
    older: '你正在看以前的消息',
    toNow: '回到现在',
    newLines: (n) => `${ZH_NUMBER.format(n)} 条新消息`,
    nothingSince: '那天以后没有人说话。这些是最新的消息。',
    nothingYet: '这个房间里还没有人说过话。',
    beforeFirst: (day) => `这是房间的第一条消息，发送于${day}。`,
    beforeKept: (day) => `更早的消息已过期。这是现存的第一条，发送于${day}。`,
    nothingOn: (day) => `${day}没有人说话。这是之后的第一条消息。`,
    failed: '无法载入以前的消息，服务器没有回应。',
  },
};
