// Alerts of a visit, and where the person chooses them. A part of the page that loads once they can matter: when notifications or
// sounds are on, or on a second visit.

import type { FunctionComponent } from 'preact';
import type { Unread } from '../functions/protocol.ts';
import type { ChatApi } from './connection/chat-api.ts';
import { claimAlerts } from './device/alert-claim.ts';
import { chooseDefaultLevel, chooseLevel, defaultLevel, levelOf } from './device/alert-levels.ts';
import { isInFocus } from './device/focus.ts';
import type { Memory } from './device/memory.ts';
import { nameOfRoom } from './device/names.ts';
import { closeNotifications, showNotification } from './device/notify.ts';
import type { Preferences } from './device/preferences.ts';
import { knownRooms, readToIn } from './device/rooms.ts';
import { playSound } from './device/sound.ts';
import { loadStyle } from './device/style-loader.ts';
import { type AlertLevel, startAlerts } from './state/alerts.ts';
import type { ChatEvent, ChatState } from './state/chat-state.ts';
import type { Store } from './state/store.ts';
import { excerptOf } from './text/excerpt.ts';
import {
  Bell,
  type BellProps,
  type LevelChoice,
  LevelGroup,
  OffHint,
} from './view/alerts/bell.tsx';
import { LevelFields, type LevelFieldsProps } from './view/alerts/level-fields.tsx';
import { loadMenuStyle } from './view/menu.tsx';
import { ALERT_WORDS } from './words/alert-words.ts';
import type { Language } from './words/language.ts';

export interface Alerts {
  readonly levelOf: (room: string) => AlertLevel;
  readonly choose: (room: string, level: AlertLevel) => void;
  readonly defaultLevel: () => AlertLevel;
  readonly chooseDefault: (level: AlertLevel) => void;
  /** There are new lines in another room. */
  readonly onUnread: (unread: Unread) => void;
  readonly stop: () => void;
  readonly Bell: FunctionComponent<BellProps>;
  readonly LevelGroup: FunctionComponent<LevelChoice>;
  readonly OffHint: FunctionComponent<Pick<BellProps, 'openSettings'>>;
  readonly LevelFields: FunctionComponent<LevelFieldsProps>;
}

export interface AlertsDeps {
  readonly room: string;
  readonly device: Memory;
  readonly store: Store<ChatState, ChatEvent>;
  readonly settings: () => Preferences;
  readonly language: () => Language;
  readonly api: (room: string) => Pick<ChatApi, 'history'>;
  /** A level is another one now. */
  readonly onChange: () => void;
}

/** Resolves when the style applies, too. */
export async function openAlerts(deps: AlertsDeps): Promise<Alerts> {
  const { room, device, store, settings, language, api, onChange } = deps;
  const style = loadStyle('alerts.css');
  const readTo = (named: string) => readToIn(knownRooms(device), named);

  async function notifyElsewhere({ room: other, seq, mention }: Unread): Promise<void> {
    const { id, words } = language();
    const { name } = nameOfRoom(other);
    // One request for each mention that is shown. The text of other lines is not worth one.
    const answer =
      mention &&
      (await api(other)
        .history({ after: seq - 1, limit: 1 })
        .catch(() => undefined));
    const message = answer ? answer.messages.find((one) => one.seq === seq) : undefined;
    const count = words.newMessages(Math.max(1, seq - (readTo(other) ?? 0)));
    const body = message ? excerptOf(message) : mention ? ALERT_WORDS[id].mentioned : count;
    const title = message ? words.notice(message.name, name) : name;
    await showNotification({ title, body, room: other, isHere: false });
  }

  const alerts = startAlerts({
    store,
    wants: settings,
    levelOf: (named) => levelOf(device, named),
    readToIn: readTo,
    claim: claimAlerts(),
    isInFocus,
    now: () => performance.now(),
    notify: (message) => {
      const title = language().words.notice(message.name, nameOfRoom(room).name);
      void showNotification({ title, body: excerptOf(message), room, isHere: true });
    },
    notifyElsewhere: (unread) => void notifyElsewhere(unread),
    sound: playSound,
  });
  const unsubscribe = store.subscribe(({ reading }, before) => {
    const hasRead = reading.readTo !== undefined && reading.readTo !== before.reading.readTo;
    if (hasRead && settings().notifies) void closeNotifications(room);
  });
  await Promise.all([style, loadMenuStyle()]);
  return {
    levelOf: (named) => levelOf(device, named),
    choose: (named, level) => {
      chooseLevel(device, named, level);
      onChange();
    },
    defaultLevel: () => defaultLevel(device),
    chooseDefault: (level) => {
      chooseDefaultLevel(device, level);
      onChange();
    },
    onUnread: alerts.onUnread,
    stop: () => {
      unsubscribe();
      alerts.stop();
    },
    Bell,
    LevelGroup,
    OffHint,
    LevelFields,
  };
}
