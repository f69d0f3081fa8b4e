import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { type Language, openEnglish } from '../words/language.ts';

const LanguageContext = createContext<Language>(openEnglish([]));

export const LanguageProvider = LanguageContext.Provider;

/** The page's language: words and formats. */
export function useLanguage(): Language {
  return useContext(LanguageContext);
}

/** The words of the page's language. */
export function useWords(): Language['words'] {
  return useLanguage().words;
}
