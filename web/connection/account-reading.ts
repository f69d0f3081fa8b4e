// The reading places of an account in a visit: between its device and the server. A part of the page that only people with an
// account load.

import { type Places, parsePlace } from '../../functions/protocol.ts';
import { addPlaces } from '../device/account-rooms.ts';
import { ifPossible } from '../device/if-possible.ts';
import type { Memory } from '../device/memory.ts';
import { isVisible } from '../device/page-watch.ts';
import { knownRooms } from '../device/rooms.ts';
import type { Store } from '../state/store.ts';
import type { Account } from './account.ts';
import { type AccountPlaces, keepAccountPlaces, type PlacesChange } from './account-places.ts';
import { fromJson } from './chat-api.ts';
import { fetchText } from './timed-fetch.ts';

const PATH = 'api/reading';
const ANSWER_LIMIT_MS = 15_000;
/** How long the messages of a room wait for what the account has read elsewhere. */
const WAIT_MS = 1_000;

interface AccountReadingDeps {
  readonly device: Memory;
  readonly fetcher: typeof fetch;
  readonly account: Pick<Account, 'token'>;
  /** Changes with the rooms of the device, and with what was read in them. */
  readonly rooms: Pick<Store<unknown, never>, 'subscribe'>;
  /** The device has new places. */
  readonly onChange: () => void;
}

interface AccountReading extends Pick<AccountPlaces, 'forget' | 'stop'> {
  /** Resolves when the places have come, or after {@link WAIT_MS}. */
  readonly came: Promise<unknown>;
}

export function startAccountReading(deps: AccountReadingDeps): AccountReading {
  const { device, fetcher, account, rooms, onChange } = deps;
  /** The last token. A page that ends waits for no other one. */
  let bearer: string | undefined;

  async function call(init: RequestInit, isLast = false): Promise<Places> {
    if (!isLast || bearer === undefined) bearer = await account.token();
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
    // It may outlive the page.
    const request = { ...init, headers, keepalive: true };
    const limit = { limitMs: ANSWER_LIMIT_MS };
    const { response, text } = await fetchText(fetcher, PATH, request, limit);
    const places = response.ok ? parsePlaces(fromJson(text)) : undefined;
    if (!places)
      throw new Error(`unable to keep the reading place; the answer is ${response.status}.`);
    return places;
  }

  const places = keepAccountPlaces({
    rooms: () => knownRooms(device),
    read: () => call({}),
    write: (change: PlacesChange, isLast) =>
      call({ method: 'PUT', body: JSON.stringify(change) }, isLast),
    onPlaces: (all) => {
      if (addPlaces(device, all)) onChange();
    },
    now: () => performance.now(),
  });
  const unsubscribe = rooms.subscribe(places.changed);
  const watch = new AbortController();
  const until = { signal: watch.signal };
  const onVisibility = () => (isVisible() ? places.came() : places.left());
  document.addEventListener('visibilitychange', onVisibility, until);
  window.addEventListener('pagehide', places.left, until);
  window.addEventListener('focus', places.came, until);
  window.addEventListener('blur', places.paused, until);
  return {
    came: Promise.race([places.asked, new Promise((late) => setTimeout(late, WAIT_MS))]),
    forget: places.forget,
    stop: () => {
      watch.abort();
      unsubscribe();
      places.stop();
    },
  };
}

/** Undefined for any other shape. */
export function parsePlaces(value: unknown): Places | undefined {
  const { places } = Object(value) as { readonly places?: unknown };
  if (!Array.isArray(places)) return undefined;
  return { places: places.flatMap((place: unknown) => ifPossible(() => parsePlace(place)) ?? []) };
}
