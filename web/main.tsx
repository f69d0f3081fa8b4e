// Joins page, state and network; the only file that knows them all.

import { render } from 'preact';
import { ChatError } from '../functions/protocol.ts';
import { startChat } from './chat.ts';
import { chatApi } from './chat-api.ts';
import { openHub } from './hub.ts';
import { rememberedName, rememberName, roomOf } from './names.ts';
import { App } from './view/app.tsx';
import { NoSuchRoom, Welcome } from './view/doors.tsx';
import { WORDS } from './words.ts';

const storage = () => window.localStorage;
// Called as a method of anything but the window it throws.
const fetcher: typeof fetch = (input, init) => fetch(input, init);

function open(page: Element): void {
  try {
    const room = roomOf(location.pathname);
    document.title = WORDS.title(room);
    const name = rememberedName(storage);
    const join = (chosen: string) => {
      rememberName(storage, chosen);
      enter(page, room, chosen);
    };
    if (name === undefined) render(<Welcome room={room} join={join} />, page);
    else enter(page, room, name);
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    render(<NoSuchRoom reason={error.message} />, page);
  }
}

function enter(page: Element, room: string, firstName: string): void {
  let name = firstName;
  const chat = startChat({
    room,
    open: (listener) => openHub({ origin: location.origin, room, name }, listener, fetcher),
    api: chatApi(room, fetcher),
    newId: () => crypto.randomUUID().replaceAll('-', ''),
    random: Math.random,
    isVisible: () => document.visibilityState === 'visible',
  });
  const rename = (chosen: string) => {
    name = chosen;
    rememberName(storage, chosen);
    chat.reconnect();
  };
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') chat.shown();
  });
  window.addEventListener('online', chat.networkChanged);
  window.addEventListener('offline', chat.networkChanged);
  render(<App chat={chat} name={() => name} rename={rename} />, page);
}

const page = document.getElementById('page');
if (page) open(page);
