// Entry point of the page: finds out who enters which room, and renders it.

import { render } from 'preact';
import { ChatError, parseName } from '../functions/protocol.ts';
import { type Account, rememberedSignIn, rememberSignIn } from './connection/account.ts';
import { chatApi } from './connection/chat-api.ts';
import { parseSignIn } from './connection/incoming.ts';
import { watchCalendar } from './device/calendar.ts';
import { ifPossible } from './device/if-possible.ts';
import { keepComposingKeys } from './device/input-method.ts';
import { openMemory } from './device/memory.ts';
import { nameOfRoom, pathBelow, rememberedName, rememberName, roomOf } from './device/names.ts';
import { type Owner, openOwner } from './device/owner.ts';
import { partLoader } from './device/part-loader.ts';
import {
  changePreferences,
  type Preferences,
  readPreferences,
  watchPreferences,
} from './device/preferences.ts';
import type { SignIn } from './state/connection-state.ts';
import { applySnapshot, EMPTY_ROSTER, usersIn } from './state/roster.ts';
import { reportLater } from './state/store.ts';
import { Page, type Step } from './view/page.tsx';
import { startVisit } from './visit.ts';
import {
  chooseLanguage,
  type Language,
  loadWords,
  openEnglish,
  openLanguage,
} from './words/language.ts';

const device = openMemory(() => window.localStorage);
const tab = openMemory(() => window.sessionStorage);
// `fetch` throws if it is called as a method of another object than the window.
const plainFetch: typeof fetch = (input, init) => fetch(input, init);

const loadPart = partLoader({
  tab,
  now: Date.now,
  isServed: async () => {
    const answer = await plainFetch('./', { method: 'HEAD' }).catch(() => undefined);
    return answer?.ok ?? false;
  },
  reload: () => location.reload(),
});

let settings = readPreferences(device);
let language = openEnglish(preferredLanguages());
let step: Step = { kind: 'opening' };
/** Whether a sign-in has just returned without a token. */
let hasFailed = false;

function preferredLanguages(): readonly string[] {
  return ifPossible(() => navigator.languages) ?? [];
}

/** English if the words of the chosen language cannot be loaded. */
async function loadLanguage({ language: chosen }: Preferences): Promise<Language> {
  const preferred = preferredLanguages();
  const id = chooseLanguage(chosen, preferred);
  try {
    return openLanguage(id, await loadWords(id), preferred);
  } catch {
    return openEnglish(preferred);
  }
}

function show(next: Step): void {
  step = next;
  draw();
}

function draw(): void {
  const page = document.getElementById('page');
  if (!page) return;
  document.documentElement.lang = language.tag;
  render(
    <Page
      step={step}
      language={language}
      settings={settings}
      changeSettings={changeSettings}
      join={join}
      signIn={(to) => void signIn(to)}
    />,
    page,
  );
}

function changeSettings(change: Partial<Preferences>): void {
  takeSettings(changePreferences(device, settings, change));
}

function takeSettings(changed: Preferences): void {
  const isOtherLanguage = changed.language !== settings.language;
  settings = changed;
  // A translator has taken the text nodes out of the page (view/live.tsx), so other words would not show.
  if (isOtherLanguage && document.querySelector('font')) location.reload();
  draw();
  void changeLanguage(changed);
}

async function changeLanguage(changed: Preferences): Promise<void> {
  const loaded = await loadLanguage(changed);
  // Meanwhile the person may have chosen again.
  if (settings !== changed) return;
  language = loaded;
  draw();
  if (step.kind === 'room') step.visit.applySettings();
}

async function open(): Promise<void> {
  language = await loadLanguage(settings);
  const room = roomHere();
  document.title = language.words.title(nameOfRoom(room).name);
  const account = await rememberedAccount();
  const owner = openOwner(device, tab, account?.userId);
  if (account) return enter(room, nameOf(account), account, owner);
  const name = rememberedName(owner.device);
  if (name !== undefined) return enter(room, name, undefined, owner);
  show({ kind: 'name', room, here: undefined });
  await peek(room);
}

/** Before the person joins: asks who is there, and whether a sign-in is required. */
async function peek(room: string): Promise<void> {
  try {
    const members = await chatApi(room, plainFetch).members();
    const people = usersIn(applySnapshot(EMPTY_ROSTER, members));
    if (step.kind === 'name') show({ ...step, here: { online: members.online, people } });
  } catch (error) {
    const signIn = error instanceof ChatError ? parseSignIn(error.cause) : undefined;
    if (signIn && step.kind === 'name') show({ kind: 'sign-in', signIn, hasFailed });
  }
}

/** The account that has signed in on this device, or that has just returned from signing in. */
async function rememberedAccount(): Promise<Account | undefined> {
  const to = rememberedSignIn(device);
  if (!to) return undefined;
  show({ kind: 'opening' });
  try {
    const { openGate } = await loadPart(() => import('./connection/entra.ts'));
    return (await openGate(to, document.baseURI)).account;
  } catch {
    // The room's answer shows whether a sign-in is needed. The sign-in screen then says that it failed.
    hasFailed = true;
    return undefined;
  }
}

async function signIn(to: SignIn): Promise<void> {
  rememberSignIn(device, to);
  try {
    const { openGate } = await loadPart(() => import('./connection/entra.ts'));
    await (await openGate(to, document.baseURI)).signIn();
  } catch {
    show({ kind: 'sign-in', signIn: to, hasFailed: true });
  }
}

/** Throws `bad_room`. */
function roomHere(): string {
  return roomOf(pathBelow(document.baseURI, location.href) ?? '/');
}

function join(name: string): void {
  const owner = openOwner(device, tab, undefined);
  rememberName(owner.device, name);
  try {
    enter(roomHere(), name, undefined, owner);
  } catch (error) {
    fail(error);
  }
}

/** An address without a room, or a page that cannot go on. */
function fail(error: unknown): void {
  if (error instanceof ChatError) show({ kind: 'no-room', problem: error });
  else {
    reportLater(error);
    show({ kind: 'failed' });
  }
}

function enter(room: string, name: string, account: Account | undefined, owner: Owner): void {
  const visit = startVisit({
    room,
    name,
    account,
    fetcher: plainFetch,
    owner,
    settings: () => settings,
    language: () => language,
    loadPart,
  });
  show({ kind: 'room', visit });
}

/** The name to ask for. The functions decide an account's name. */
function nameOf(account: Account): string {
  try {
    return parseName([...account.name].slice(0, 32).join(''));
  } catch {
    return 'Guest';
  }
}

watchPreferences(window, device, takeSettings);

watchCalendar({
  signs: [window, document],
  now: Date.now,
  zone: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
  onChange: () => {
    // A new language object has formats of the current time zone, and renders every date again.
    language = openLanguage(language.id, language.words, preferredLanguages());
    draw();
  },
});

keepComposingKeys(window);
open().catch(fail);

// After everything that the page itself needs to load.
addEventListener('load', () => {
  // Private windows and plain HTTP have no service worker. The page works without it.
  ifPossible(() => navigator.serviceWorker.register('service-worker.js').catch(() => {}));
});
