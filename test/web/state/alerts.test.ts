import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ChatMessage } from '../../../functions/protocol.ts';
import { addBadge, badgeText, titleOf } from '../../../web/device/badge.ts';
import { SOUND_EVERY_MS, startAlerts } from '../../../web/state/alerts.ts';
import {
  type ChatEvent,
  type ChatState,
  initialState,
  reduce,
} from '../../../web/state/chat-state.ts';
import { createStore, type Store } from '../../../web/state/store.ts';
import { LANGUAGES } from '../../../web/words/language.ts';
import { eventsOf, historyOf, messageOf, messagesOf, ROOM, welcomeOf } from '../samples.ts';

describe('alerts', () => {
  let store: Store<ChatState, ChatEvent>;
  let notified: string[];
  let sounds: number;
  let now: number;
  let wants: { notifies: boolean; sounds: boolean };
  let isVisible: boolean;
  let revision: number;

  const receive = (...messages: ChatMessage[]) => {
    revision += 1;
    store.dispatch({ type: 'events', at: now, events: eventsOf({ revision, messages }) });
  };

  beforeEach(() => {
    [notified, sounds, now, revision, isVisible] = [[], 0, 0, 10, false];
    wants = { notifies: true, sounds: true };
    store = createStore(reduce, initialState(ROOM));
    startAlerts({
      store,
      wants: () => wants,
      isVisible: () => isVisible,
      now: () => now,
      notify: ({ text }) => notified.push(text),
      sound: () => {
        sounds += 1;
      },
    });
    store.dispatch({ type: 'connecting' });
    store.dispatch({ type: 'welcome', welcome: welcomeOf() });
    const history = historyOf({ messages: messagesOf(1, 3) });
    store.dispatch({ type: 'history', history, query: { limit: 50 } });
  });

  test('ignore the history and one’s own lines', () => {
    receive(messageOf(4, 'ada'));
    expect([notified, sounds]).toEqual([[], 0]);
  });

  test('name the last of several new messages', () => {
    receive(messageOf(4), messageOf(5), messageOf(6, 'ada'));
    expect([notified, sounds]).toEqual([['text 5'], 1]);
  });

  test('ring for messages below the screen, and notify only while hidden', () => {
    isVisible = true;
    receive(messageOf(4));
    expect([notified, sounds]).toEqual([[], 1]);
  });

  test('stay silent while one reads at the end', () => {
    store.dispatch({ type: 'reading', isReading: true });
    receive(messageOf(4));
    expect([notified, sounds]).toEqual([[], 0]);
  });

  test('are off until the person switches them on', () => {
    wants = { notifies: false, sounds: false };
    receive(messageOf(4));
    expect([notified, sounds]).toEqual([[], 0]);
  });

  test('ring rarely in a busy room', () => {
    for (let seq = 4; seq < 24; seq += 1) {
      receive(messageOf(seq));
      now += SOUND_EVERY_MS / 10;
    }
    expect([notified.length, sounds]).toEqual([20, 2]);
  });
});

describe('badge', () => {
  test.each([
    [0, '0'],
    [7, '7'],
    [99, '99'],
    [100, '99+'],
    [999, '99+'],
  ])('of %d is %s', (unread, text) => {
    expect(badgeText(unread)).toBe(text);
  });

  test('stands in the title in both languages', () => {
    expect(titleOf(LANGUAGES.en, 'tea', 0)).toBe('tea · chat');
    expect(titleOf(LANGUAGES.en, 'tea', 3)).toBe('(3) tea · chat');
    expect(titleOf(LANGUAGES.zh, 'tea', 3)).toBe('（3）tea · 聊天');
  });

  test('is drawn onto the icon', () => {
    const icon = addBadge('<svg xmlns="x"><path d="M0 0"/></svg>', 120) ?? '';
    expect(icon).toMatch(/^data:image\/svg\+xml,/);
    const svg = decodeURIComponent(icon.slice(icon.indexOf(',') + 1));
    expect(svg).toMatch(/^<svg xmlns="x"><path d="M0 0"\/><rect .*>99\+<\/text><\/svg>$/);
    expect(addBadge('<svg></svg>', 0)).toBeUndefined();
  });
});
