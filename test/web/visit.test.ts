// A visit on a page without a browser: window and document are event targets, hub and HTTP API are fake.

import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { History } from '../../functions/protocol.ts';
import type { AlertsDeps } from '../../web/alerts.ts';
import type { Account } from '../../web/connection/account.ts';
import { openOwner } from '../../web/device/owner.ts';
import { startAlerts } from '../../web/state/alerts.ts';
import { startVisit, type Visit } from '../../web/visit.ts';
import { openEnglish } from '../../web/words/language.ts';
import { FakeHub } from './connection/fake-chat.ts';
import { historyOf, memberOf, membersOf, memoryOf, messageOf, ROOM } from './samples.ts';

const USER = 'g-ada';

/** Knows the types that somebody listens to, once for each listener. */
class Target extends EventTarget {
  readonly types: string[] = [];

  override addEventListener(
    type: string,
    listener: EventListener,
    options: AddEventListenerOptions = {},
  ): void {
    super.addEventListener(type, listener, options);
    this.types.push(type);
    options.signal?.addEventListener('abort', () => this.#forget(type));
  }

  override removeEventListener(type: string, listener: EventListener): void {
    super.removeEventListener(type, listener);
    this.#forget(type);
  }

  #forget(type: string): void {
    this.types.splice(this.types.indexOf(type), 1);
  }
}

const windowTarget = new Target();
const documentTarget = Object.assign(new Target(), {
  baseURI: 'http://localhost/',
  visibilityState: 'visible',
  title: '',
  hasFocus: () => true,
  querySelector: () => null,
});
const reload = jest.fn();
const browser = {
  window: windowTarget,
  document: documentTarget,
  location: { origin: 'http://localhost', reload },
};

const listeners = () => [...windowTarget.types, ...documentTarget.types];

/** Lets the promises of the page settle. */
const settle = () => jest.advanceTimersByTimeAsync(0);

let hubs: FakeHub[];
let device: ReturnType<typeof memoryOf>;
let history: History;
let visit: Visit;

/** The alerts of the part that loads, without what it shows. */
const openAlerts = async ({ store, settings }: AlertsDeps) => ({
  levelOf: () => 'all',
  ...startAlerts({
    store,
    wants: settings,
    levelOf: () => 'all',
    readToIn: () => undefined,
    claim: async () => true,
    isInFocus: () => false,
    now: () => 0,
    notify: () => {},
    notifyElsewhere: () => {},
    sound: () => {},
  }),
});

beforeEach(async () => {
  jest.useFakeTimers();
  Object.assign(globalThis, browser);
  reload.mockClear();
  hubs = [];
  history = historyOf();
  device = memoryOf({ 'chat.user': USER, [`${USER} chat.name`]: 'Ada' });
  await begin();
});

async function begin(account?: Account): Promise<void> {
  const openHub = (_: unknown, listener: ConstructorParameters<typeof FakeHub>[0]) => {
    const hub = new FakeHub(listener);
    hubs.push(hub);
    return hub;
  };
  visit = startVisit({
    room: ROOM,
    name: 'Ada',
    account,
    fetcher: async (input) =>
      Response.json(String(input).includes('/members') ? membersOf([]) : history),
    owner: openOwner(device, memoryOf(), account?.userId),
    settings: () => ({ language: undefined, notifies: false, sounds: true }),
    language: () => openEnglish([]),
    loadPart: async <T>() => ({ openHub, openAlerts, startAccountReading: () => undefined }) as T,
  });
  await settle();
}

afterEach(() => {
  visit.stop();
  jest.useRealTimers();
  for (const name of Object.keys(browser)) Reflect.deleteProperty(globalThis, name);
});

describe('a visit that has stopped', () => {
  test('listens to nothing, and has no timer and no connection', async () => {
    hubs[0]?.welcome(1);
    await settle();
    // Each of these starts a timer: presence, typing, a message in a gap, and an alert.
    hubs[0]?.receive({ revision: 2, joined: [memberOf('c-bob', 'bob')] });
    hubs[0]?.listener.typing({ userId: 'bob', name: 'BOB' });
    hubs[0]?.receive({ revision: 3, messages: [messageOf(1)] });
    hubs[0]?.receive({ revision: 5, messages: [messageOf(3)] });
    expect(listeners()).not.toEqual([]);
    expect(jest.getTimerCount()).toBeGreaterThan(4);

    visit.stop();
    await settle();
    expect(listeners()).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
    expect(hubs.map(({ isStopped }) => isStopped)).toEqual([true]);
    expect(reload).not.toHaveBeenCalled();
  });

  test('does not come back when the network, the page or another tab does', async () => {
    visit.stop();
    device.write('chat.user', 'g-bob');
    documentTarget.dispatchEvent(new Event('visibilitychange'));
    for (const type of ['storage', 'offline', 'online']) {
      windowTarget.dispatchEvent(new Event(type));
    }
    await jest.advanceTimersByTimeAsync(300_000);
    expect(hubs).toHaveLength(1);
    expect(reload).not.toHaveBeenCalled();
  });
});

describe('what another tab stores', () => {
  test('is read by one listener: rooms, and a new name, under which the page reconnects', async () => {
    // The other one ends the page of a user who has signed out.
    expect(windowTarget.types.filter((type) => type === 'storage')).toHaveLength(2);
    device.write(`${USER} chat.name`, 'Lovelace');
    device.write(
      `${USER} chat.rooms`,
      JSON.stringify([{ room: ROOM, readTo: 7 }, { room: 'tea' }]),
    );
    windowTarget.dispatchEvent(new Event('storage'));
    await settle();
    expect(visit.name()).toBe('Lovelace');
    expect(visit.rooms.state.rooms.map(({ room }) => room)).toEqual([ROOM, 'tea']);
    expect(visit.chat.store.state.reading.readElsewhere).toBe(7);
    expect(hubs.map(({ isStopped }) => isStopped)).toEqual([true, false]);
  });

  test('ends the page once if the device belongs to somebody else', async () => {
    device.write('chat.user', 'e-account');
    windowTarget.dispatchEvent(new Event('storage'));
    windowTarget.dispatchEvent(new Event('storage'));
    await settle();
    expect(reload).toHaveBeenCalledTimes(1);
    expect(listeners()).toEqual([]);
  });
});

test('the browser asks before a page is left that would lose a line, and only then', () => {
  const leave = () => windowTarget.dispatchEvent(new Event('beforeunload', { cancelable: true }));
  expect(leave()).toBe(true);
  visit.chat.write('kept by the device');
  expect(leave()).toBe(true);
  // The device loses it.
  for (const key of device.keys()) if (key.includes('unsent')) device.write(key, undefined);
  expect(leave()).toBe(false);
});

describe('before the welcome', () => {
  const ACCOUNT: Account = {
    userId: 'e-ada',
    name: 'Ada',
    token: async () => undefined,
    signOut: async () => {},
  };

  test.each([
    ['a guest', undefined, USER],
    ['an account', ACCOUNT, 'e-ada'],
  ])('the title of %s counts the lines of other people only', async (_, account, user) => {
    visit.stop();
    device = memoryOf({
      'chat.user': user,
      [`${user} chat.rooms`]: JSON.stringify([{ room: ROOM, readTo: 0 }]),
    });
    history = historyOf({ messages: [messageOf(1, user), messageOf(2), messageOf(3, user)] });
    await begin(account);
    expect(visit.chat.store.state.me).toBeUndefined();
    expect(document.title).toMatch(/^\(1\) /);
  });
});

test('an empty room is read up to its beginning, so that its first line is unread elsewhere', () => {
  expect(visit.rooms.state.rooms).toEqual([{ room: ROOM, readTo: 0 }]);
  expect(device.read(`${USER} chat.rooms`)).toBe(JSON.stringify([{ room: ROOM, readTo: 0 }]));
});
