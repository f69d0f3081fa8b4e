// The page's language, and its formats of times and days.

import { ifPossible } from '../device/if-possible.ts';
import { EN } from './en.ts';
import type { Words } from './words.ts';

export type LanguageId = 'en' | 'zh';

export const LANGUAGE_IDS: readonly LanguageId[] = ['en', 'zh'];

/** Each language by its own name. */
export const LANGUAGE_NAMES: Readonly<Record<LanguageId, string>> = {
  en: 'English',
  zh: '简体中文',
};

/** English is part of the page, other words are files of their own. Rejects if the file cannot be loaded. */
export async function loadWords(id: LanguageId): Promise<Words> {
  return id === 'en' ? EN : (await import('./zh.ts')).ZH;
}

/** Values of the `lang` attribute, for screen readers and fonts. */
const TAGS: Readonly<Record<LanguageId, string>> = { en: 'en', zh: 'zh-Hans' };

export interface Language {
  readonly id: LanguageId;
  readonly tag: string;
  readonly words: Words;
  readonly formats: Formats;
}

interface Formats {
  readonly time: (at: number) => string;
  readonly full: (at: number) => string;
  /** The end of a period: the time rounded up to minutes, with the date if it is not today. */
  readonly end: (at: number, today: number) => string;
  /** *Today*, *yesterday*, or the date with its weekday. */
  readonly day: (at: number, today: number) => string;
}

/** The person's choice, or the first of the browser's languages that the page has, or English. */
export function chooseLanguage(
  chosen: string | undefined,
  preferred: readonly string[],
): LanguageId {
  const first = [chosen ?? '', ...preferred].find((tag) => idOf(tag) !== undefined);
  return idOf(first ?? '') ?? 'en';
}

function idOf(tag: string): LanguageId | undefined {
  return LANGUAGE_IDS.find((id) => tag.toLowerCase().split('-')[0] === id);
}

/** Uses the date format of the browser's region if its language is the chosen one: en-GB differs from en-US. */
export function openLanguage(id: LanguageId, words: Words, preferred: readonly string[]): Language {
  const locale = preferred.find((tag) => idOf(tag) === id);
  // Some browsers name a locale that they refuse, such as en-US@posix.
  const formats = locale === undefined ? undefined : ifPossible(() => formatsOf(locale));
  return { id, tag: TAGS[id], words, formats: formats ?? formatsOf(TAGS[id]) };
}

export function openEnglish(preferred: readonly string[]): Language {
  return openLanguage('en', EN, preferred);
}

/** Throws a RangeError for a locale that the browser refuses. Each format is made when it is first used: that takes time. */
function formatsOf(locale: string): Formats {
  Intl.DateTimeFormat.supportedLocalesOf(locale);
  const dates = (options: Intl.DateTimeFormatOptions) =>
    once(() => new Intl.DateTimeFormat(locale, options));
  const time = dates({ timeStyle: 'short' });
  const full = dates({ dateStyle: 'full', timeStyle: 'medium' });
  const day = dates({ dateStyle: 'full' });
  const dayAndTime = dates({ dateStyle: 'medium', timeStyle: 'short' });
  const near = once(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));
  return {
    time: (at) => time().format(at),
    full: (at) => full().format(at),
    end: (at, today) => {
      const minute = Math.ceil(at / 60_000) * 60_000;
      const format = daysBetween(minute, today) === 0 ? time : dayAndTime;
      return format().format(minute);
    },
    day: (at, today) => {
      const ago = daysBetween(at, today);
      return ago === 0 || ago === 1 ? near().format(-ago, 'day') : day().format(at);
    },
  };
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** Whole days of the local calendar between two times. A day with a clock change counts as one. */
function daysBetween(from: number, to: number): number {
  return Math.round((startOfDay(to) - startOfDay(from)) / 86_400_000);
}

/** Midnight before the time, local time, in epoch milliseconds. */
export function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
