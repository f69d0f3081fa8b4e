// The page of one room.

import { useEffect, useState } from 'preact/hooks';
import type { Chat } from '../chat.ts';
import type { ChatState } from '../chat-state.ts';
import { Composer } from './composer.tsx';
import { Header } from './header.tsx';
import { MessageList } from './message-list.tsx';
import { Notices } from './notices.tsx';
import { SidePanel } from './side-panel.tsx';
import { TypingLine } from './typing-line.tsx';

interface AppProps {
  readonly chat: Chat;
  /** The name chosen on this device; the room may know us by another until the next welcome. */
  readonly name: () => string;
  readonly rename: (name: string) => void;
}

export function App({ chat, name, rename }: AppProps) {
  const state = useChatState(chat);
  const [isPanelOpen, setPanelOpen] = useState(false);
  return (
    <div class="app">
      <Header
        state={state}
        isPanelOpen={isPanelOpen}
        togglePanel={() => setPanelOpen(!isPanelOpen)}
      />
      <main class="talk">
        <Notices state={state} dismiss={chat.dismissNotice} reconnect={chat.reconnect} />
        <MessageList state={state} chat={chat} />
        <TypingLine state={state} />
        <Composer write={chat.write} typing={chat.typing} />
      </main>
      <SidePanel
        state={state}
        isOpen={isPanelOpen}
        close={() => setPanelOpen(false)}
        name={name()}
        rename={rename}
      />
    </div>
  );
}

function useChatState({ store }: Chat): ChatState {
  const [state, setState] = useState(store.state);
  useEffect(() => {
    // Between the first rendering and this effect something may have arrived.
    setState(store.state);
    return store.subscribe(setState);
  }, [store]);
  return state;
}
