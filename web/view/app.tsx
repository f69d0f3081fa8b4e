// The page of one room.

import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ChatMessage } from '../../functions/protocol.ts';
import type { Mentions } from '../connection/chat.ts';
import { keepFocus } from '../device/focus.ts';
import { ifPossible } from '../device/if-possible.ts';
import { messageAt, pathBelow } from '../device/names.ts';
import type { Preferences } from '../device/preferences.ts';
import { loadStyle } from '../device/style-loader.ts';
import { type ChatState, readerOf } from '../state/chat-state.ts';
import { isShutOut } from '../state/connection-state.ts';
import { isKept } from '../state/message-log.ts';
import { isChangeable } from '../state/outbox.ts';
import { type Editable, lastEditable } from '../state/own-messages.ts';
import type { Store } from '../state/store.ts';
import type { Named } from '../text/mentions.ts';
import { isMentionedElsewhere, unreadElsewhere, type Visit } from '../visit.ts';
import { Composer } from './composer.tsx';
import type { DialogId } from './dialogs.tsx';
import { Guard } from './guard.tsx';
import { Header, type PanelId } from './header.tsx';
import { Invite } from './invite.tsx';
import { SignInScreen } from './join-screens.tsx';
import { useWords } from './language.ts';
import { MessageList } from './message-list.tsx';
import { Notices } from './notices.tsx';
import { OwnName } from './own-name.tsx';
import { useMatches } from './page-signs.ts';
import { Panel } from './panel.tsx';
import type { Jump } from './past/jumps.tsx';
import { JumpContext } from './past-part.tsx';
import { RoomList } from './room-list.tsx';
import { Roster } from './roster.tsx';
import { TypingLine } from './typing-line.tsx';

interface AppProps {
  readonly visit: Visit;
  readonly settings: Preferences;
  readonly changeSettings: (change: Partial<Preferences>) => void;
  readonly signIn: (to: { readonly clientId: string; readonly authority: string }) => void;
}

/** From this width on the rooms, or the search, have a place beside the chat. style/panels.css has the same numbers. */
const WIDE = '(min-width: 64rem)';
/** The same for the people. */
const WIDEST = '(min-width: 80rem)';
/** Up to this width the menu of the room has what the header has no place for. style/room.css has the same number. */
const NARROW = '(max-width: 40rem)';

/** Most visits open no dialog, no search and no menu of the room, so they are parts of their own. */
let dialogs: typeof import('./dialogs.tsx') | undefined;
let searching: typeof import('./search/search-panel.tsx') | undefined;
let menus: typeof import('./room-menu.tsx') | undefined;

/** A room after joining. */
export function App({ visit, settings, changeSettings, signIn }: AppProps) {
  const { chat, room } = visit;
  const words = useWords();
  const state = useStore(chat.store);
  const view = useStore(visit.rooms);
  const { rooms, unread, alerts } = view;
  const isWide = useMatches(WIDE);
  const isWidest = useMatches(WIDEST);
  const isNarrow = useMatches(NARROW);
  const [chosenPanel, setPanel] = useState<PanelId>();
  const [hasPeople, setHasPeople] = useState(true);
  const [dialog, setDialog] = useState<DialogId>();
  const [hasMenu, setMenu] = useState(false);
  const [mentioned, setMentioned] = useState<Named>();
  const [replyTo, setReplyTo] = useState<ChatMessage>();
  const endReply = useCallback(() => setReplyTo(undefined), []);
  const [jump, setJump] = useState(linkedMessage);
  const jumpTo = useCallback((seq: number) => setJump({ seq }), []);
  const jumping = useMemo(() => ({ chat, jumpTo }), [chat]);
  const [edited, setEdited] = useState<Editable>();
  const endEdit = useCallback(() => setEdited(undefined), []);
  const edit = useCallback((what: Editable | undefined) => {
    setReplyTo(undefined);
    setEdited(what);
  }, []);
  const reply = useCallback((message: ChatMessage) => {
    setEdited(undefined);
    setReplyTo(message);
  }, []);
  const save = useCallback(
    (text: string, mentions?: Mentions) => {
      if (!edited || text === edited.text) return;
      if ('seq' in edited) chat.edit(edited.seq, text);
      else chat.rewrite(edited.id, text, mentions);
    },
    [chat, edited],
  );
  const editLast = useCallback(() => edit(lastEditable(chat.store.state, Date.now())), [chat]);
  const close = () => setPanel(undefined);
  const isBeside = chosenPanel === 'people' ? isWidest : isWide;
  const panel = isBeside ? undefined : chosenPanel;
  const isSearching = chosenPanel === 'search';
  /** The search leaves the header as it is. */
  const isCovered = panel !== undefined && !isSearching;
  const toggle = (id: PanelId) => {
    if (id === 'people' && isWidest && !isSearching) setHasPeople(!hasPeople);
    else setPanel(id === chosenPanel ? undefined : id);
  };
  const orNotice = async (load: () => Promise<void>) => {
    try {
      await load();
    } catch {
      chat.store.dispatch({ type: 'notice', notice: { kind: 'part-missing' } });
    }
  };
  const open = (id: DialogId) =>
    orNotice(async () => {
      const style = dialogs ?? loadStyle('dialogs.css');
      dialogs ??= await visit.loadPart(() => import('./dialogs.tsx'));
      await style;
      setDialog(id);
    });
  const openSearch = () =>
    void orNotice(async () => {
      const style = searching ?? loadStyle('search.css');
      searching ??= await visit.loadPart(() => import('./search/search-panel.tsx'));
      await style;
      toggle('search');
    });
  const toggleMenu = () =>
    void orNotice(async () => {
      menus ??= await visit.loadPart(() => import('./room-menu.tsx'));
      await menus.loadMenuStyle();
      setMenu(!hasMenu);
    });
  const openSettings = () => void open('settings');
  const isSilent = !settings.notifies && !settings.sounds;
  const mention = useCallback(({ userId, name }: Named) => {
    setPanel(undefined);
    setMentioned({ userId, name });
  }, []);
  const mayModerate = state.connection.kind === 'online' && state.me?.moderator;
  const moderate = mayModerate ? (what: DialogId) => void open(what) : undefined;
  useShortcut('k', false, () => void open('switcher'));
  useShortcut('f', true, openSearch);
  // Nobody replies to a message that has been removed or erased meanwhile.
  const isAnswerable = replyTo !== undefined && isKept(state.log, replyTo.seq);

  const isInside = state.connection.kind !== 'signed-out';
  useEffect(() => {
    if (!isInside) return undefined;
    // The join screen is gone, or this is another room: without the focus a keyboard begins at the top of the page.
    if (document.activeElement === document.body) placeOfFocus()?.focus({ preventScroll: true });
    return keepFocus(document.body, placeOfFocus);
  }, [isInside]);

  if (state.connection.kind === 'signed-out') {
    const { signIn: to, problem } = state.connection;
    const again = to ? () => signIn(to) : chat.reconnect;
    return <SignInScreen reason={words.problem(problem.code, problem.message)} signIn={again} />;
  }
  return (
    <div class="app" data-people={hasPeople} data-search={isSearching}>
      <div class="talk" inert={isCovered || dialog !== undefined}>
        <Guard>
          <Header
            state={state}
            isOpen={{
              rooms: panel === 'rooms',
              search: isSearching,
              people: isWidest ? hasPeople && !isSearching : panel === 'people',
            }}
            toggle={toggle}
            reconnect={chat.reconnect}
            openSearch={openSearch}
            unreadElsewhere={unreadElsewhere(view)}
            isMentionedElsewhere={isMentionedElsewhere(view)}
            toggleMenu={toggleMenu}
            menu={
              hasMenu &&
              menus && (
                <menus.RoomMenu
                  room={room}
                  close={() => setMenu(false)}
                  open={open}
                  moderate={moderate}
                  alerts={isNarrow ? alerts : undefined}
                  areOff={isSilent}
                />
              )
            }
            bell={
              !isNarrow &&
              alerts && (
                <alerts.Bell
                  level={alerts.levelOf(room)}
                  choose={(level) => alerts.choose(room, level)}
                  areOff={isSilent}
                  openSettings={openSettings}
                />
              )
            }
          />
        </Guard>
        <main class="conversation" inert={panel === 'search'}>
          <Guard>
            <Notices
              state={state}
              dismiss={chat.dismissNotice}
              reconnect={chat.reconnect}
              openRoom={() => void open({ deed: 'open' })}
            />
          </Guard>
          <Guard>
            <JumpContext.Provider value={jumping}>
              <MessageList
                state={state}
                chat={chat}
                reply={reply}
                edit={edit}
                jump={jump}
                moderate={moderate}
              />
            </JumpContext.Provider>
          </Guard>
          <Guard fallback={<p class="typing" />}>
            <TypingLine state={state} />
          </Guard>
          <Composer
            store={chat.store}
            write={chat.write}
            typing={chat.typing}
            isShutOut={isShutOut(state.connection)}
            draft={visit.draft}
            mention={mentioned}
            replyTo={isAnswerable ? replyTo : undefined}
            endReply={endReply}
            jumpTo={jumpTo}
            edited={edited && isStillThere(state, edited) ? edited : undefined}
            save={save}
            endEdit={endEdit}
            editLast={editLast}
          />
        </main>
      </div>
      {isSearching && searching && (
        <Guard>
          <searching.SearchPanel
            visit={visit}
            isNetworkUp={state.isNetworkUp}
            close={close}
            jumpTo={(seq) => {
              if (panel) close();
              jumpTo(seq);
            }}
          />
        </Guard>
      )}
      <Panel id="rooms" label={words.menu} isOpen={panel === 'rooms'} close={close}>
        <RoomList
          room={room}
          rooms={rooms}
          unread={unread}
          alerts={alerts}
          forget={visit.forgetRoom}
          add={() => void open('rooms')}
        />
        <OwnName
          userId={readerOf(state) ?? ''}
          name={state.me?.name ?? visit.name()}
          openSettings={openSettings}
        />
        {visit.isFleeting() && (
          <p class="hint" data-testid="fleeting">
            {words.fleeting}
          </p>
        )}
      </Panel>
      <Panel id="side" label={words.people} isOpen={panel === 'people'} close={close}>
        <Roster state={state} mention={mention} moderate={moderate} />
        {state.connection.kind !== 'blocked' && <Invite room={room} />}
      </Panel>
      {panel !== undefined && <div class="shade" onClick={close} aria-hidden="true" />}
      {dialog !== undefined && dialogs && (
        <Guard>
          <dialogs.Dialogs
            which={dialog}
            close={() => setDialog(undefined)}
            visit={visit}
            state={state}
            view={view}
            settings={settings}
            changeSettings={changeSettings}
            mention={mention}
            goToTime={(at) => {
              close();
              setJump({ at });
            }}
          />
        </Guard>
      )}
    </div>
  );
}

/** Nobody edits a message that was removed meanwhile, or a line that was sent. */
function isStillThere({ log, outbox }: ChatState, what: Editable): boolean {
  return 'seq' in what
    ? isKept(log, what.seq)
    : outbox.some((line) => line.id === what.id && isChangeable(line));
}

/** The message that the page's address names. */
function linkedMessage(): Jump | undefined {
  const seq = messageAt(pathBelow(document.baseURI, location.href) ?? '');
  return seq === undefined ? undefined : { seq, isLink: true };
}

/** A letter with Ctrl, or ⌘. */
function useShortcut(letter: string, isShifted: boolean, open: () => void): void {
  const opening = useRef(open);
  opening.current = open;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isWanted = event.key.toLowerCase() === letter && (event.ctrlKey || event.metaKey);
      if (!isWanted || event.shiftKey !== isShifted || event.altKey) return;
      event.preventDefault();
      opening.current();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

/** Where the focus goes when the element that had it is gone: to what lies over the chat, to the log, or to the composer. */
function placeOfFocus(gone?: Element): HTMLElement | null {
  const open = document.querySelector('.dialog, .side[data-open=true]');
  if (open) return open.querySelector('button');
  if (gone?.matches('.forget')) return document.querySelector('.rooms [aria-current]');
  // On a touch screen a keyboard would open, which nobody asked for.
  const isTouched = ifPossible(() => matchMedia('(pointer: coarse)').matches) ?? false;
  return document.querySelector(
    isTouched || gone?.closest('.line') ? '.log' : '.composer textarea',
  );
}

/** Render interval of a hidden page. It is enough for screen readers. */
const HIDDEN_DRAW_MS = 500;

/** The store's state. Renders at most once per frame. */
function useStore<State>(store: Store<State, never>): State {
  const [state, setState] = useState(store.state);
  useEffect(() => {
    let end = () => {};
    let isDue = false;
    const draw = () => {
      isDue = false;
      setState(store.state);
    };
    const request = () => {
      if (isDue) return;
      isDue = true;
      end = document.hidden ? drawSoon(draw) : nextFrame(draw);
    };
    // Events may have arrived between the first rendering and this effect.
    request();
    const unsubscribe = store.subscribe(request);
    return () => {
      unsubscribe();
      end();
    };
  }, [store]);
  return state;
}

function nextFrame(draw: () => void): () => void {
  const id = requestAnimationFrame(draw);
  return () => cancelAnimationFrame(id);
}

function drawSoon(draw: () => void): () => void {
  const id = setTimeout(draw, HIDDEN_DRAW_MS);
  return () => clearTimeout(id);
}
