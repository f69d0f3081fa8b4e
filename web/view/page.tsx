// The states of the page: opening, a screen before the room, or the room.

import { useState } from 'preact/hooks';
import type { Preferences } from '../device/preferences.ts';
import type { Problem, SignIn } from '../state/connection-state.ts';
import type { Visit } from '../visit.ts';
import type { Language } from '../words/language.ts';
import type { Words } from '../words/words.ts';
import { App } from './app.tsx';
import { Failed, Guard } from './guard.tsx';
import { type Here, NoSuchRoom, SignInScreen, Welcome } from './join-screens.tsx';
import { LanguageProvider, useWords } from './language.ts';
import { LanguageSelect } from './language-select.tsx';

export type Step =
  /** The page looks up who the person is. */
  | { readonly kind: 'opening' }
  /** The page cannot go on. */
  | { readonly kind: 'failed' }
  | { readonly kind: 'no-room'; readonly problem: Problem }
  | { readonly kind: 'name'; readonly room: string; readonly here: Here | undefined }
  | { readonly kind: 'sign-in'; readonly signIn: SignIn; readonly hasFailed: boolean }
  | { readonly kind: 'room'; readonly visit: Visit };

interface PageProps {
  readonly step: Step;
  readonly language: Language;
  readonly settings: Preferences;
  readonly changeSettings: (change: Partial<Preferences>) => void;
  readonly join: (name: string) => void;
  readonly signIn: (to: SignIn) => void;
}

/** Chooses the screen. */
export function Page(props: PageProps) {
  const { step, language } = props;
  const draft = step.kind === 'room' ? step.visit.draft.read : () => '';
  return (
    <LanguageProvider value={language}>
      <Guard fallback={<FailedPage draft={draft} />}>
        <StepOf {...props} />
      </Guard>
    </LanguageProvider>
  );
}

function signInReason(hasFailed: boolean, words: Words): string {
  // Signing in needs `crypto.subtle`, which a page on plain HTTP does not have.
  if (!isSecureContext) return words.signInInsecure;
  return hasFailed ? words.signInFailed : words.signInHere;
}

/** What the person was writing stays in sight, because not every browser keeps it over a reload. */
function FailedPage({ draft }: { readonly draft: () => string }) {
  const words = useWords();
  const [text] = useState(draft);
  return (
    <main class="join-screen">
      <Failed />
      {text !== '' && (
        <textarea readOnly dir="auto" rows={6} value={text} aria-label={words.write} />
      )}
    </main>
  );
}

function StepOf({ step, language, settings, changeSettings, join, signIn }: PageProps) {
  const { words } = language;
  const footer = <LanguageSelect choose={(chosen) => changeSettings({ language: chosen })} />;
  switch (step.kind) {
    case 'opening':
      return <p class="mark">{words.loading}</p>;
    case 'failed':
      return <FailedPage draft={() => ''} />;
    case 'no-room':
      return (
        <NoSuchRoom
          reason={words.problem(step.problem.code, step.problem.message)}
          footer={footer}
        />
      );
    case 'name':
      return <Welcome room={step.room} here={step.here} join={join} footer={footer} />;
    case 'sign-in':
      return (
        <SignInScreen
          reason={signInReason(step.hasFailed, words)}
          signIn={() => signIn(step.signIn)}
          footer={footer}
        />
      );
    case 'room':
      return (
        <App
          visit={step.visit}
          settings={settings}
          changeSettings={changeSettings}
          signIn={signIn}
        />
      );
  }
}
