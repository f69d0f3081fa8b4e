// A person with the page's own logic (state, connection, catching up, sending) and without its view. It reconnects after every
// end, retries a message with the same id, and fetches missed messages over HTTP.
// Its state is checked at every step. Violations are in `complaints`.

import type { ChatMessage } from '../../functions/protocol.ts';
import { type ChatClient, startChat } from '../../web/connection/chat.ts';
import { chatApi } from '../../web/connection/chat-api.ts';
import { openHub } from '../../web/connection/hub.ts';
import type { ChatState } from '../../web/state/chat-state.ts';

export interface SteadyClient {
  readonly name: string;
  /** The texts of all lines written so far. */
  readonly written: readonly string[];
  /** Violations of the page's promises. */
  readonly complaints: readonly string[];
  readonly state: ChatState;
  readonly isOnline: boolean;
  write(text: string): void;
  stop(): void;
}

/** Does not wait for the room's welcome. */
export function stay(origin: string, room: string, name: string): SteadyClient {
  const written: string[] = [];
  const complaints: string[] = [];
  const fetcher = browserFetch(origin);
  const token = async () => undefined;
  const route = { isSilent: false, pollsUntil: 0 };
  const chat: ChatClient = startChat({
    room,
    open: (listener) =>
      openHub({ base: `${origin}/`, room, name, token, route }, listener, fetcher),
    api: chatApi(room, fetcher),
    newId: () => crypto.randomUUID(),
    random: Math.random,
    isVisible: () => true,
  });
  chat.store.subscribe((state, before) => {
    const problem = wrongIn(state.log.shown, before.log.shown);
    if (problem) complaints.push(`${name} ${problem}`);
  });
  return {
    name,
    written,
    complaints,
    get state() {
      return chat.store.state;
    },
    get isOnline() {
      return chat.store.state.connection.kind === 'online';
    },
    write: (text) => {
      written.push(text);
      chat.write(text);
    },
    stop: chat.stop,
  };
}

/** The violation between two states of the log. Undefined without one. */
function wrongIn(
  shown: readonly ChatMessage[],
  before: readonly ChatMessage[],
): string | undefined {
  if (shown === before) return undefined;
  if (before.some((message, index) => shown[index]?.seq !== message.seq)) {
    return `does not show any more what it had shown (${before.length}, now ${shown.length})`;
  }
  const after = Math.max(1, before.length);
  const jump = shown.findIndex(
    ({ seq }, index) => index >= after && seq !== (shown[index - 1]?.seq ?? 0) + 1,
  );
  return jump < 0 ? undefined : `shows ${shown[jump]?.seq} after ${shown[jump - 1]?.seq}`;
}

/** The `fetch` of a page of that origin: it resolves paths, and keeps cookies, so that it stays the same guest. */
function browserFetch(origin: string): typeof fetch {
  const cookies = new Map<string, string>();
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(new URL(String(input), origin), { ...init, headers });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    return response;
  };
}
