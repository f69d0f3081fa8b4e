import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { type Language, openLanguage } from '../words/language.ts';

const LanguageContext = createContext<Language>(openLanguage('en', []));

export const LanguageProvider = LanguageContext.Provider;

export function useLanguage(): Language {
  return useContext(LanguageContext);
}

export function useWords(): Language['words'] {
  return useLanguage().words;
}
