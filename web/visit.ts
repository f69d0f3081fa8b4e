// A person's visit to a room: the chat, and what the device remembers and does for it.

import type { Alerts } from './alerts.ts';
import { type Account, withToken } from './connection/account.ts';
import { type ChatClient, startChat } from './connection/chat.ts';
import { type ChatApi, chatApi } from './connection/chat-api.ts';
import { keepGuest } from './connection/guest-token.ts';
import { PAGE } from './connection/history-follower.ts';
import type { Hub } from './connection/hub.ts';
import type { OtherRooms, UnreadByRoom } from './connection/other-rooms.ts';
import { titleOf } from './device/badge.ts';
import { hasCookies } from './device/cookies.ts';
import { ifPossible } from './device/if-possible.ts';
import { nameOfRoom, newMessageId, rememberedName, rememberName } from './device/names.ts';
import type { Owner } from './device/owner.ts';
import { watchOwner } from './device/owner-watch.ts';
import { isVisible, watchPage } from './device/page-watch.ts';
import { type LoadPart, PartMissing } from './device/part-loader.ts';
import type { Preferences } from './device/preferences.ts';
import {
  forget,
  type KnownRoom,
  knownRooms,
  markRead,
  readToIn,
  startOver,
  visit,
} from './device/rooms.ts';
import {
  areKept,
  type Draft,
  rememberDraft,
  rememberedDraft,
  rememberedUnsent,
  rememberUnsent,
} from './device/unsent.ts';
import { readerOf } from './state/chat-state.ts';
import type { Problem } from './state/connection-state.ts';
import { countUnread, isMentioned, startReading } from './state/reading.ts';
import { createStore, type Store } from './state/store.ts';
import type { Language } from './words/language.ts';

export interface RoomsView {
  readonly rooms: readonly KnownRoom[];
  /** By room, without the room of the page. */
  readonly unread: UnreadByRoom;
  /** Undefined until their part has loaded. Without it every room alerts as by default. */
  readonly alerts?: Alerts;
}

export interface Visit {
  readonly room: string;
  readonly chat: ChatClient;
  /** Whether the guest ends with this page. */
  readonly isFleeting: () => boolean;
  /** The name chosen on this device. The room may show another one until the next welcome. */
  readonly name: () => string;
  readonly rename: (name: string) => void;
  readonly draft: Draft;
  readonly loadPart: LoadPart;
  /** With the identity of the visit. */
  readonly fetcher: typeof fetch;
  /** Removes everything personal from the device. Undefined for an account, which signs out. */
  readonly forgetMe: (() => void) | undefined;
  /** Undefined for a guest. */
  readonly signOut: (() => void) | undefined;
  readonly rooms: Store<RoomsView, Partial<RoomsView>>;
  readonly forgetRoom: (room: string) => void;
  /** Preferences have changed: writes the title again, in the current language, and alerts as they say. */
  readonly applySettings: () => void;
  /** Leaves the room: ends the connection, the timers and everything that listens to the page. What is stored stays. */
  readonly stop: () => void;
}

export interface VisitDeps {
  readonly room: string;
  readonly name: string;
  readonly account: Account | undefined;
  readonly fetcher: typeof fetch;
  readonly owner: Owner;
  readonly settings: () => Preferences;
  readonly language: () => Language;
  readonly loadPart: LoadPart;
}

const NOT_FORGOTTEN: Problem = {
  code: 'unavailable',
  message: 'unable to forget you; no answer came. Try again.',
};

/** Connects at once, and lasts until `stop`. A page has one visit at a time. */
export function startVisit(deps: VisitDeps): Visit {
  const { room, account, owner, loadPart } = deps;
  const { device, tab } = owner;
  const guest = account
    ? undefined
    : keepGuest(deps.fetcher, owner.shared, location.origin, hasCookies);
  const fetcher = guest?.fetch ?? deps.fetcher;
  let name = deps.name;
  // Also without storage a composer that is rendered anew has its text.
  let draft = rememberedDraft(tab, room);
  const rooms = createStore<RoomsView, Partial<RoomsView>>((view, next) => ({ ...view, ...next }), {
    rooms: visit(device, room),
    unread: new Map(),
  });
  /** Before the first message of a first visit there is nothing to alert of, or to choose. */
  const isReturning = rooms.state.rooms.some(({ readTo }) => readTo !== undefined);
  const token = account?.token ?? (async () => undefined);
  const route = { isSilent: false, pollsUntil: 0 };
  const apiOf = (named: string) => chatApi(named, withToken(fetcher, token));
  // Without the part the device has its own places.
  const places =
    account &&
    loadPart(() => import('./connection/account-reading.ts')).then(
      ({ startAccountReading }) =>
        startAccountReading({ account, device, fetcher, rooms, onChange: () => lookAtDevice() }),
      () => undefined,
    );
  /** The first answer waits for the places of an account, and reaches back to the first unread message. */
  const openAtUnread = (api: ChatApi): ChatApi => ({
    ...api,
    history: async (query) => {
      const [latest] = await Promise.all([api.history(query), places?.then((part) => part?.came)]);
      const { log } = chat.store.state;
      const reading = startReading(chat.store.state.reading, latest.seq);
      const { readTo = reading.readElsewhere ?? latest.seq } = reading;
      if (log.to !== undefined || latest.seq - readTo < PAGE) return latest;
      const { fillBack } = await loadPart(() => import('./connection/opening.ts'));
      return fillBack(api, latest, readTo);
    },
  });
  const chat = startChat({
    room,
    open: (listener) => {
      const opened = loadPart(() => import('./connection/hub.ts')).then(({ openHub }) =>
        openHub({ base: document.baseURI, room, name, token, route }, listener, fetcher),
      );
      opened.catch((error: unknown) => {
        if (!(error instanceof PartMissing)) return;
        chat.store.dispatch({ type: 'notice', notice: { kind: 'part-missing' } });
      });
      return whenOpened(opened);
    },
    api: openAtUnread(apiOf(room)),
    newId: newMessageId,
    random: Math.random,
    isVisible,
    onUnread: (unread) => {
      otherRooms?.onUnread(unread);
      rooms.state.alerts?.onUnread(unread);
    },
    before: {
      user: account ? undefined : owner.user(),
      account: account?.userId,
      readTo: readToIn(knownRooms(device), room),
      // Version 0.1.0 kept the lines in the tab.
      unsent: [...rememberedUnsent(tab, room), ...rememberedUnsent(device, room)],
    },
  });
  chat.store.subscribe(({ me, outbox }) => {
    const user = owner.user();
    if (account || me === undefined || me.userId === user) return;
    owner.become(me.userId);
    rememberName(device, name);
    // Another tab of a new guest may have been welcomed earlier. Lines of another guest are held back, and not kept.
    if (user === undefined) rememberUnsent(device, room, outbox, []);
    rooms.dispatch({ rooms: visit(device, room) });
  });
  saveOnChange(chat, deps, rooms);
  const retitle = keepBadge(chat, rooms, deps);
  const elsewhere = () => knownRooms(device).filter((known) => known.room !== room);
  let otherRooms: OtherRooms | undefined;
  let isWatching = false;
  let hasStopped = false;
  /** On a first visit there are no other rooms, and nothing to load. */
  const watchElsewhere = async () => {
    if (isWatching || elsewhere().length === 0) return;
    isWatching = true;
    const { watchOtherRooms } = await loadPart(() => import('./connection/other-rooms.ts'));
    otherRooms = watchOtherRooms({
      rooms: elsewhere,
      watch: chat.watch,
      random: Math.random,
      api: apiOf,
      me: () => readerOf(chat.store.state),
      onCounts: (unread) => rooms.dispatch({ rooms: knownRooms(device), unread }),
      onStartedOver: (other, last) => rooms.dispatch({ rooms: startOver(device, other, last) }),
    });
    const { me, online = 1 } = chat.store.state;
    if (me && !hasStopped) otherRooms.onWelcome(online);
  };
  // Without the part the counts stay away.
  const lookElsewhere = () => void watchElsewhere().catch(() => {});
  lookElsewhere();
  chat.store.subscribe(({ me, online = 1 }, before) => {
    if (me && me.connectionId !== before.me?.connectionId) otherRooms?.onWelcome(online);
  });
  /** Another tab may have read this room, entered a room or forgotten one, or the account has on another device. */
  const lookAtDevice = () => {
    const known = knownRooms(device);
    const readTo = readToIn(known, room);
    if (readTo !== undefined) chat.store.dispatch({ type: 'read-elsewhere', readTo });
    rooms.dispatch({ rooms: known });
    otherRooms?.changed();
    lookElsewhere();
  };
  let isAlerting = false;
  const lookForAlerts = async () => {
    const { notifies, sounds } = deps.settings();
    if (isAlerting || !(notifies || sounds || isReturning)) return;
    isAlerting = true;
    const { openAlerts } = await loadPart(() => import('./alerts.ts'));
    const alerts = await openAlerts({
      ...deps,
      device,
      store: chat.store,
      api: apiOf,
      onChange: () => rooms.dispatch({}),
    });
    if (hasStopped) alerts.stop();
    else rooms.dispatch({ alerts });
  };
  const applySettings = () => {
    retitle();
    // Without the part nothing alerts, and the next change tries again.
    lookForAlerts().catch(() => {
      isAlerting = false;
    });
  };
  applySettings();
  const stop = () => {
    unwatch();
    hasStopped = true;
    chat.stop();
    otherRooms?.stop();
    void places?.then((part) => part?.stop());
    rooms.state.alerts?.stop();
    watch.stop();
  };
  const end = () => {
    stop();
    owner.end();
    // The page comes back as the current user of the device.
    location.reload();
  };
  const watch = watchOwner(owner, end);
  const forgetUser = () => {
    owner.forget();
    watch.announce();
  };
  const unwatch = watchPage({
    shown: chat.shown,
    stored: () => {
      lookAtDevice();
      // A person has one name in all tabs.
      const chosen = account ? undefined : rememberedName(device);
      if (chosen === undefined || chosen === name) return;
      name = chosen;
      chat.reconnect();
    },
    networkChanged: (isUp) => {
      route.pollsUntil = 0;
      chat.networkChanged(isUp);
    },
    wouldLose: () => !owner.hasEnded() && !areKept(device, room, chat.store.state.outbox),
  });
  if (ifPossible(() => navigator.onLine) === false)
    chat.store.dispatch({ type: 'network', isUp: false });
  return {
    room,
    chat,
    isFleeting: () => guest?.isFleeting() ?? false,
    name: () => name,
    rename: (chosen) => {
      name = chosen;
      rememberName(device, chosen);
      chat.reconnect();
    },
    draft: {
      room,
      memory: tab,
      read: () => draft,
      write: (text) => {
        draft = text;
        rememberDraft(tab, room, text);
      },
    },
    loadPart,
    fetcher: withToken(fetcher, token),
    forgetMe:
      guest &&
      (() => {
        guest.forget().then(
          () => {
            forgetUser();
            end();
          },
          () =>
            chat.store.dispatch({
              type: 'notice',
              notice: { kind: 'problem', problem: NOT_FORGOTTEN },
            }),
        );
      }),
    signOut:
      account &&
      (() => {
        chat.stop();
        // Signed out here, even if the authority does not answer.
        account.signOut(forgetUser).catch(end);
      }),
    rooms,
    forgetRoom: (other) => {
      rooms.dispatch({ rooms: forget(device, other) });
      void places?.then((part) => part?.forget(other));
    },
    applySettings,
    stop,
  };
}

/** The SignalR client is half of the page's code. It loads after the page is rendered. */
function whenOpened(opened: Promise<Hub>): Hub {
  return {
    start: async () => (await opened).start(),
    stop: async () => (await opened).stop(),
    send: async (...message) => (await opened).send(...message),
    edit: async (seq, text, id) => (await opened).edit(seq, text, id),
    remove: async (seq) => (await opened).remove(seq),
    react: async (...vote) => (await opened).react(...vote),
    moderate: async (...call) => (await opened).moderate(...call),
    typing: async () => (await opened).typing(),
    watch: async (rooms) => (await opened).watch(rooms),
  };
}

function saveOnChange(
  { store }: ChatClient,
  { room, owner: { device } }: VisitDeps,
  rooms: Visit['rooms'],
): void {
  store.subscribe((state, before) => {
    if (state.outbox !== before.outbox) {
      rememberUnsent(device, room, state.outbox, before.outbox);
    }
    const { readTo } = state.reading;
    if (readTo === undefined || readTo === before.reading.readTo) return;
    // What another tab has read, it has stored.
    if (readTo <= (state.reading.readElsewhere ?? -1)) return;
    rooms.dispatch({ rooms: markRead(device, room, readTo) });
  });
}

/**
 * Unread messages in the listed rooms. A room that was just forgotten may still have a count. One that alerts of nothing counts
 * only with a mention.
 */
export function unreadElsewhere({ rooms, unread, alerts }: RoomsView): number {
  return rooms.reduce((sum, { room }) => {
    const { count = 0, mention } = unread.get(room) ?? {};
    return mention || alerts?.levelOf(room) !== 'none' ? sum + count : sum;
  }, 0);
}

/** Whether something unread in the listed rooms mentions the person. */
export function isMentionedElsewhere({ rooms, unread }: RoomsView): boolean {
  return rooms.some(({ room }) => unread.get(room)?.mention);
}

/** Keeps title and icon up to date. Returns a function that writes the title again. */
function keepBadge(
  { store }: ChatClient,
  rooms: Visit['rooms'],
  { room, language }: VisitDeps,
): () => void {
  const link = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  // Asked for when a first message is unread, so it does not delay the start.
  let icon: ReturnType<typeof import('./device/icon-badge.ts').openIconBadge> | undefined;
  const retitle = () => {
    const { reading, log } = store.state;
    const reader = readerOf(store.state);
    const unread = countUnread(reading, log, reader) + unreadElsewhere(rooms.state);
    const isRed = isMentioned(reading, log, reader) || isMentionedElsewhere(rooms.state);
    const title = titleOf(language().words, nameOfRoom(room).name, unread, isRed);
    if (document.title === title) return;
    document.title = title;
    if (!link || (unread === 0 && !icon)) return;
    icon ??= import('./device/icon-badge.ts').then(({ openIconBadge }) => openIconBadge(link));
    // Without the icon the title still has the number.
    void icon.then(
      (show) => show(unread, isRed),
      () => {},
    );
  };
  store.subscribe(retitle);
  rooms.subscribe(retitle);
  return retitle;
}
