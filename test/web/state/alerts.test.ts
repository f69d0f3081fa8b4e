import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { ChatMessage } from '../../../functions/protocol.ts';
import { badgeText, titleOf } from '../../../web/device/badge.ts';
import { addBadge } from '../../../web/device/icon-badge.ts';
import {
  ALERT_AFTER_MS,
  ALERT_ELSEWHERE_AFTER_MS,
  type AlertLevel,
  type AlertsNeeds,
  type AlertsOfPage,
  SOUND_EVERY_MS,
  startAlerts,
} from '../../../web/state/alerts.ts';
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
  let needs: AlertsNeeds;
  let alerts: AlertsOfPage;
  let levels: Record<string, AlertLevel>;
  let readTo: Record<string, number>;
  let claimed: Set<string>;
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
    levels = {};
    readTo = { tea: 5 };
    claimed = new Set();
    needs = {
      store,
      wants: () => wants,
      isInFocus: () => isInFocus,
      now: () => performance.now(),
      levelOf: (room) => levels[room] ?? 'all',
      readToIn: (room) => readTo[room],
      claim: async (room) => !claimed.has(room),
      notify: ({ text }) => notified.push(text),
      notifyElsewhere: ({ room, seq, mention }) =>
        notified.push(`${room} ${seq}${mention ? ' @' : ''}`),
      sound: () => {
        sounds += 1;
      },
    };
    alerts = startAlerts(needs);
    store.dispatch({ type: 'connecting' });
    store.dispatch({ type: 'welcome', welcome: welcomeOf() });
    const history = historyOf({ messages: messagesOf(1, 3) });
    store.dispatch({ type: 'history', history, query: { limit: 50 } });
  });

  afterEach(() => {
    alerts.stop();
    jest.useRealTimers();
  });

  const read = (isReading: boolean) => store.dispatch({ type: 'reading', isReading });
  /** Long enough for every alert. */
  const settle = () => jest.advanceTimersByTimeAsync(ALERT_AFTER_MS);

  test('ignore the history and one’s own lines', async () => {
    receive(messageOf(4, 'ada'));
    await settle();
    expect([notified, sounds]).toEqual([[], 0]);
  });

  test('ignore one’s own lines before the welcome, too', async () => {
    alerts.stop();
    store = createStore(reduce, initialState(ROOM));
    alerts = startAlerts({ ...needs, store });
    const before = { user: 'ada', readTo: undefined, unsent: [] };
    store.dispatch({ type: 'restored', before });
    store.dispatch({ type: 'history', history: historyOf(), query: { limit: 50 } });
    receive(messageOf(1, 'ada'));
    await settle();
    expect([notified, sounds]).toEqual([[], 0]);
    receive(messageOf(2));
    await settle();
    expect([notified, sounds]).toEqual([['text 2'], 1]);
  });

  test('name the last of several new messages', async () => {
    receive(messageOf(4), messageOf(5), messageOf(6, 'ada'));
    await settle();
    expect([notified, sounds]).toEqual([['text 5'], 1]);
  });

  test('ring for messages below the screen, and do not notify a person who looks at the page', async () => {
    isInFocus = true;
    receive(messageOf(4));
    await settle();
    expect([notified, sounds]).toEqual([[], 1]);
  });

  test('stay silent for what the person reads as it arrives', async () => {
    read(true);
    receive(messageOf(4));
    read(false);
    await settle();
    expect([notified, sounds]).toEqual([[], 0]);
  });

  test('stay silent for what the person comes to read at once', async () => {
    receive(messageOf(4));
    read(true);
    await settle();
    expect([notified, sounds]).toEqual([[], 0]);
  });

  test('P8: stay silent for what another tab has read, and ring for the next message', async () => {
    receive(messageOf(4));
    store.dispatch({ type: 'read-elsewhere', readTo: 4 });
    await settle();
    expect([notified, sounds]).toEqual([[], 0]);
    receive(messageOf(5));
    await settle();
    expect([notified, sounds]).toEqual([['text 5'], 1]);
  });

  test('are off until the person switches them on', async () => {
    wants = { notifies: false, sounds: false };
    receive(messageOf(4));
    await settle();
    expect([notified, sounds]).toEqual([[], 0]);
  });

  test('come rarely in a busy room', async () => {
    for (let seq = 4; seq < 44; seq += 1) {
      receive(messageOf(seq));
      await jest.advanceTimersByTimeAsync(SOUND_EVERY_MS / 10);
    }
    expect([notified.length, notified[0], sounds]).toEqual([8, 'text 8', 4]);
  });

  test('end', async () => {
    receive(messageOf(4));
    alerts.onUnread({ room: 'tea', seq: 6 });
    alerts.stop();
    await jest.advanceTimersByTimeAsync(ALERT_ELSEWHERE_AFTER_MS);
    expect([notified, sounds]).toEqual([[], 0]);
  });

  test('come of the whole room, of mentions, or of nothing, as its level says', async () => {
    const mention = (seq: number) => ({ ...messageOf(seq), mentions: ['eve', 'ada'] });
    levels = { [ROOM]: 'mentions' };
    receive(messageOf(4), { ...messageOf(5), mentions: ['eve'] });
    await settle();
    expect([notified, sounds]).toEqual([[], 0]);
    receive(mention(6), messageOf(7));
    await settle();
    expect([notified, sounds]).toEqual([['text 6'], 1]);
    levels = { [ROOM]: 'none' };
    receive(mention(8));
    await settle();
    expect([notified, sounds]).toEqual([['text 6'], 1]);
    // It is unread all the same.
    expect(store.state.reading.readTo).toBeLessThan(8);
  });

  test('stay silent for a line of which another tab alerts', async () => {
    claimed = new Set([ROOM, 'tea']);
    receive(messageOf(4));
    alerts.onUnread({ room: 'tea', seq: 6 });
    await jest.advanceTimersByTimeAsync(ALERT_ELSEWHERE_AFTER_MS);
    expect([notified, sounds]).toEqual([[], 0]);
  });

  describe('of another room', () => {
    const later = () => jest.advanceTimersByTimeAsync(ALERT_ELSEWHERE_AFTER_MS);

    test.each<[AlertLevel, boolean, readonly string[], number]>([
      ['all', false, ['tea 7', 'tea 8 @'], 2],
      ['all', true, ['tea 8 @'], 2],
      ['mentions', false, ['tea 8 @'], 1],
      ['mentions', true, ['tea 8 @'], 1],
      ['none', false, [], 0],
    ])('at level %s, in focus %s, are %j', async (level, focus, expected, rings) => {
      levels = { tea: level };
      isInFocus = focus;
      alerts.onUnread({ room: 'tea', seq: 7 });
      await later();
      await jest.advanceTimersByTimeAsync(SOUND_EVERY_MS);
      alerts.onUnread({ room: 'tea', seq: 8, mention: true });
      await later();
      expect([notified, sounds]).toEqual([expected, rings]);
    });

    test('name a mention, also if another line follows it at once', async () => {
      alerts.onUnread({ room: 'tea', seq: 6 });
      alerts.onUnread({ room: 'tea', seq: 7, mention: true });
      alerts.onUnread({ room: 'tea', seq: 8 });
      await later();
      expect([notified, sounds]).toEqual([['tea 7 @'], 1]);
    });

    test('stay silent for what another tab has read meanwhile, and for unknown rooms', async () => {
      alerts.onUnread({ room: 'tea', seq: 6, mention: true });
      alerts.onUnread({ room: 'unknown', seq: 6, mention: true });
      readTo = { tea: 6 };
      await later();
      expect([notified, sounds]).toEqual([[], 0]);
    });
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
    expect(titleOf(EN, 'tea', 3, true)).toBe('(@3) tea · chat');
  });

  test('is drawn onto the icon', () => {
    const draw = (unread: number, isMentioned: boolean) => {
      const icon = addBadge('<svg xmlns="x"><path d="M0 0"/></svg>', unread, isMentioned) ?? '';
      expect(icon).toMatch(/^data:image\/svg\+xml,/);
      return decodeURIComponent(icon.slice(icon.indexOf(',') + 1));
    };
    const svg = draw(120, false);
    const fill = (drawn: string) => /<rect [^>]*fill="([^"]*)"/.exec(drawn)?.[1];
    // A mention is red, and other lines are not.
    expect(fill(draw(1, true))).toBe('#b42318');
    expect(fill(svg)).toBe('#344054');
    expect(svg).toMatch(/^<svg xmlns="x"><path d="M0 0"\/><rect .*>99\+<\/text><\/svg>$/);
    expect(addBadge('<svg></svg>', 0, false)).toBeUndefined();
  });
});
