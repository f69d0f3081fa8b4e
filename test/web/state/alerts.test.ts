import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { ChatMessage } from '../../../functions/protocol.ts';
import { badgeText, titleOf } from '../../../web/device/badge.ts';
import { addBadge } from '../../../web/device/icon-badge.ts';
import { ALERT_AFTER_MS, SOUND_EVERY_MS, startAlerts } from '../../../web/state/alerts.ts';
import {
  type ChatEvent,
  type ChatState,
  initialState,
  reduce,
} from '../../../web/state/chat-state.ts';
import { createStore, type Store } from '../../../web/state/store.ts';
import { EN } from '../../../web/words/en.ts';
import { ZH } from '../../../web/words/zh.ts';
import { eventsOf, historyOf, messageOf, messagesOf, ROOM, welcomeOf } from '../samples.ts';

describe('alerts', () => {
  let store: Store<ChatState, ChatEvent>;
  let notified: string[];
  let sounds: number;
  let wants: { notifies: boolean; sounds: boolean };
  let isInFocus: boolean;
  let end: () => void;
  let revision: number;

  const receive = (...messages: ChatMessage[]) => {
    revision += 1;
    store.dispatch({ type: 'events', at: 0, events: eventsOf({ revision, messages }) });
  };

  beforeEach(() => {
    jest.useFakeTimers();
    [notified, sounds, revision, isInFocus] = [[], 0, 10, false];
    wants = { notifies: true, sounds: true };
    store = createStore(reduce, initialState(ROOM));
    end = startAlerts({
      store,
      wants: () => wants,
      isInFocus: () => isInFocus,
      now: () => performance.now(),
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

  afterEach(() => {
    end();
    jest.useRealTimers();
  });

  const read = (isReading: boolean) => store.dispatch({ type: 'reading', isReading });
  /** Long enough for every alert. */
  const settle = () => jest.advanceTimersByTime(ALERT_AFTER_MS);

  test('ignore the history and one’s own lines', () => {
    receive(messageOf(4, 'ada'));
    settle();
    expect([notified, sounds]).toEqual([[], 0]);
  });

  test('name the last of several new messages', () => {
    receive(messageOf(4), messageOf(5), messageOf(6, 'ada'));
    settle();
    expect([notified, sounds]).toEqual([['text 5'], 1]);
  });

  test('ring for messages below the screen, and do not notify a person who looks at the page', () => {
    isInFocus = true;
    receive(messageOf(4));
    settle();
    expect([notified, sounds]).toEqual([[], 1]);
  });

  test('stay silent for what the person reads as it arrives', () => {
    read(true);
    receive(messageOf(4));
    read(false);
    settle();
    expect([notified, sounds]).toEqual([[], 0]);
  });

  test('stay silent for what the person comes to read at once', () => {
    receive(messageOf(4));
    read(true);
    settle();
    expect([notified, sounds]).toEqual([[], 0]);
  });

  test('P8: stay silent for what another tab has read, and ring for the next message', () => {
    receive(messageOf(4));
    store.dispatch({ type: 'read-elsewhere', readTo: 4 });
    settle();
    expect([notified, sounds]).toEqual([[], 0]);
    receive(messageOf(5));
    settle();
    expect([notified, sounds]).toEqual([['text 5'], 1]);
  });

  test('are off until the person switches them on', () => {
    wants = { notifies: false, sounds: false };
    receive(messageOf(4));
    settle();
    expect([notified, sounds]).toEqual([[], 0]);
  });

  test('come rarely in a busy room', () => {
    for (let seq = 4; seq < 44; seq += 1) {
      receive(messageOf(seq));
      jest.advanceTimersByTime(SOUND_EVERY_MS / 10);
    }
    expect([notified.length, notified[0], sounds]).toEqual([8, 'text 8', 4]);
  });

  test('end', () => {
    receive(messageOf(4));
    end();
    settle();
    expect([notified, sounds]).toEqual([[], 0]);
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
    expect(titleOf(EN, 'tea', 0)).toBe('tea · chat');
    expect(titleOf(EN, 'tea', 3)).toBe('(3) tea · chat');
    expect(titleOf(ZH, 'tea', 3)).toBe('（3）tea · 聊天');
  });

  test('is drawn onto the icon', () => {
    const icon = addBadge('<svg xmlns="x"><path d="M0 0"/></svg>', 120) ?? '';
    expect(icon).toMatch(/^data:image\/svg\+xml,/);
    const svg = decodeURIComponent(icon.slice(icon.indexOf(',') + 1));
    expect(svg).toMatch(/^<svg xmlns="x"><path d="M0 0"\/><rect .*>99\+<\/text><\/svg>$/);
    expect(addBadge('<svg></svg>', 0)).toBeUndefined();
  });
});
