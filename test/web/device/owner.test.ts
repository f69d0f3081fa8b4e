import { describe, expect, test } from '@jest/globals';
import { openMemory } from '../../../web/device/memory.ts';
import { rememberedName, rememberName } from '../../../web/device/names.ts';
import { openOwner } from '../../../web/device/owner.ts';
import { knownRooms, markRead, visit } from '../../../web/device/rooms.ts';
import {
  rememberDraft,
  rememberedDraft,
  rememberedUnsent,
  rememberUnsent,
} from '../../../web/device/unsent.ts';
import { memoryOf } from '../samples.ts';

type Owner = ReturnType<typeof openOwner>;

/** Leaves one of everything on the device. */
function leave({ device, tab }: Owner): void {
  rememberName(device, 'Ada');
  visit(device, 'tea');
  markRead(device, 'tea', 7);
  rememberUnsent(device, 'tea', [{ id: 'x', text: 'unsent', state: 'waiting' }], []);
  rememberDraft(tab, 'tea', 'half');
}

const remembered = ({ device, tab }: Owner) => ({
  name: rememberedName(device),
  rooms: knownRooms(device),
  unsent: rememberedUnsent(device, 'tea'),
  draft: rememberedDraft(tab, 'tea'),
});
const EVERYTHING = {
  name: 'Ada',
  rooms: [{ room: 'tea', readTo: 7 }],
  unsent: [{ id: 'x', text: 'unsent' }],
  draft: 'half',
};
const NOTHING = { name: undefined, rooms: [], unsent: [], draft: '' };

describe('P16: what is on the device', () => {
  test.each([
    ['a guest', undefined, 'g-1'],
    ['an account', 'e-1', 'e-1'],
  ])(
    'of %s is there again for the same user, in another tab and after closing',
    (_, account, id) => {
      const [device, tab] = [memoryOf(), memoryOf()];
      const owner = openOwner(device, tab, account);
      if (account === undefined) owner.become(id);
      leave(owner);
      expect(remembered(openOwner(device, tab, account))).toEqual(EVERYTHING);
      expect(remembered(openOwner(device, memoryOf(), account))).toEqual({
        ...EVERYTHING,
        draft: '',
      });
    },
  );

  test.each([
    ['a guest', 'another guest', 'g-1', 'g-2'],
    ['a guest', 'an account', 'g-1', 'e-2'],
    ['an account', 'another account', 'e-1', 'e-2'],
    ['an account', 'a guest', 'e-1', 'g-2'],
  ])('of %s is not there for %s', (_, __, first, second) => {
    const [device, tab] = [memoryOf(), memoryOf()];
    const owner = openOwner(device, tab, first);
    leave(owner);
    const next = openOwner(device, tab, second.startsWith('e-') ? second : undefined);
    if (next.user() !== second) next.become(second);
    expect(remembered(next)).toEqual(NOTHING);
  });

  test('of an account waits for its return, what another guest left is removed', () => {
    const [device, tab] = [memoryOf(), memoryOf()];
    const guest = openOwner(device, tab, undefined);
    guest.become('g-1');
    leave(guest);
    leave(openOwner(device, tab, 'e-1'));
    openOwner(device, tab, 'e-2');
    expect(device.keys().filter((key) => key.startsWith('g-'))).toEqual([]);
    expect(tab.keys()).toEqual([]);
    expect(remembered(openOwner(device, tab, 'e-1'))).toEqual({ ...EVERYTHING, draft: '' });
  });

  test('of a new guest becomes the guest’s with the first welcome', () => {
    const [device, tab] = [memoryOf(), memoryOf()];
    const owner = openOwner(device, tab, undefined);
    leave(owner);
    owner.become('g-1');
    expect(remembered(owner)).toEqual(EVERYTHING);
    expect(remembered(openOwner(device, tab, undefined))).toEqual(EVERYTHING);
    expect([...device.keys(), ...tab.keys()].filter((key) => !key.startsWith('g-1 '))).toEqual([
      'chat.user',
    ]);
  });

  test('of a new guest in a second tab replaces nothing of the first', () => {
    const device = memoryOf();
    const [first, second] = [1, 2].map(() => openOwner(device, memoryOf(), undefined));
    if (!first || !second) throw new Error('two tabs');
    leave(first);
    first.become('g-1');
    visit(second.device, 'coffee');
    second.become('g-1');
    expect(remembered(first)).toEqual(EVERYTHING);
  });

  const V_0_1_0 = {
    device: { 'chat.name': 'Ada', 'chat.rooms': '[{"room":"tea","readTo":7}]' },
    tab: { 'chat.draft.tea': 'half', 'chat.unsent.tea': '[{"id":"x","text":"unsent"}]' },
  };

  test('of version 0.1.0 goes to the first guest, once', () => {
    const [device, tab] = [memoryOf(V_0_1_0.device), memoryOf(V_0_1_0.tab)];
    const owner = openOwner(device, tab, undefined);
    expect(rememberedName(owner.device)).toBe('Ada');
    owner.become('g-1');
    expect(remembered(owner)).toEqual(EVERYTHING);
    owner.become('g-2');
    expect(remembered(owner)).toEqual(NOTHING);
  });

  test('of version 0.1.0 in a second tab goes to the guest as well', () => {
    const device = memoryOf(V_0_1_0.device);
    openOwner(device, memoryOf(), undefined).become('g-1');
    expect(remembered(openOwner(device, memoryOf(V_0_1_0.tab), undefined))).toEqual(EVERYTHING);
  });

  test('of version 0.1.0 goes to no account, and is removed', () => {
    const [device, tab] = [memoryOf(V_0_1_0.device), memoryOf(V_0_1_0.tab)];
    expect(remembered(openOwner(device, tab, 'e-1'))).toEqual(NOTHING);
    expect([device.keys(), tab.keys()]).toEqual([['chat.user'], []]);
  });

  test('is gone after forgetting or signing out, and nothing is written after it', () => {
    const [device, tab] = [
      memoryOf({ 'chat.settings': '{}', 'chat.guest': 't', 'chat.sign-in': '{}', 'msal.x': 'y' }),
      memoryOf(),
    ];
    leave(openOwner(device, tab, 'e-1'));
    const owner = openOwner(device, tab, 'e-2');
    leave(owner);
    owner.forget();
    leave(owner);
    owner.shared.write('chat.guest', 'late');
    expect([device.keys(), tab.keys()]).toEqual([['msal.x'], []]);
  });
});

describe('P16: a page', () => {
  test.each([
    ['the user is forgotten or signs out', (other: Owner) => other.forget(), true],
    ['another account comes', (other: Owner) => other.become('e-2'), true],
    ['a guest comes', (other: Owner) => other.become('g-1'), true],
    ['the same account comes', (other: Owner) => other.become('e-1'), false],
  ])('of an account is replaced in another tab: %s', (_, act, isReplaced) => {
    const device = memoryOf();
    const owner = openOwner(device, memoryOf(), 'e-1');
    expect(owner.isReplaced()).toBe(false);
    act(openOwner(device, memoryOf(), 'e-1'));
    expect(owner.isReplaced()).toBe(isReplaced);
  });

  test.each([
    ['the guest is forgotten', (other: Owner) => other.forget(), true],
    ['an account comes', (other: Owner) => other.become('e-1'), true],
    ['tabs without a cookie are several guests', (other: Owner) => other.become('g-2'), false],
  ])('of a guest is replaced in another tab: %s', (_, act, isReplaced) => {
    const device = memoryOf();
    const owner = openOwner(device, memoryOf(), undefined);
    expect(owner.isReplaced()).toBe(false);
    owner.become('g-1');
    expect(owner.isReplaced()).toBe(false);
    act(openOwner(device, memoryOf(), undefined));
    expect(owner.isReplaced()).toBe(isReplaced);
  });

  test('is never replaced without storage, where no tab can know', () => {
    const nothing = openMemory(() => {
      throw new Error('SecurityError');
    });
    const owner = openOwner(nothing, nothing, 'e-1');
    expect([owner.user(), owner.isReplaced()]).toEqual(['e-1', false]);
    leave(owner);
    expect(remembered(owner)).toEqual(NOTHING);
  });

  test('that ends clears what it wrote while another tab cleared the device', () => {
    const device = memoryOf();
    const owner = openOwner(device, memoryOf(), 'e-1');
    openOwner(device, memoryOf(), 'e-1').forget();
    leave(owner);
    owner.end();
    expect(device.keys()).toEqual([]);
  });

  test('that ends because another account has come leaves the lines of its own account', () => {
    const device = memoryOf();
    const owner = openOwner(device, memoryOf(), 'e-1');
    leave(owner);
    openOwner(device, memoryOf(), 'e-2');
    owner.end();
    expect(rememberedUnsent(openOwner(device, memoryOf(), 'e-1').device, 'tea')).toHaveLength(1);
  });
});
