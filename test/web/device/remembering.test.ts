import { describe, expect, test } from '@jest/globals';
import { rememberedSignIn, rememberSignIn, withToken } from '../../../web/connection/account.ts';
import { openMemory } from '../../../web/device/memory.ts';
import {
  changePreferences,
  readPreferences,
  watchPreferences,
} from '../../../web/device/preferences.ts';
import {
  areKept,
  MOST_CHARACTERS,
  rememberDraft,
  rememberedDraft,
  rememberedUnsent,
  rememberUnsent,
} from '../../../web/device/unsent.ts';
import { markRefused, markStored, type Outbox } from '../../../web/state/outbox.ts';
import { MOST_DRAFT } from '../../../web/text/draft-text.ts';
import { memoryOf } from '../samples.ts';

const noStorage = openMemory(() => {
  throw new Error('SecurityError');
});

describe('what is unsent', () => {
  const OUTBOX: Outbox = [
    { id: 'a', text: 'one', state: 'sending' },
    { id: 'b', text: 'two', state: 'waiting' },
    { id: 'c', text: 'three', state: 'waiting' },
  ];

  test('is kept with its ids and in its order, by room', () => {
    const memory = memoryOf();
    rememberUnsent(memory, 'tea', OUTBOX, []);
    expect(rememberedUnsent(memory, 'tea')).toEqual([
      { id: 'a', text: 'one' },
      { id: 'b', text: 'two' },
      { id: 'c', text: 'three' },
    ]);
    expect(rememberedUnsent(memory, 'coffee')).toEqual([]);
  });

  test('is every line that the room does not have, refused lines included', () => {
    const memory = memoryOf();
    const refused = markRefused(OUTBOX, 'b', { code: 'bad_text', message: 'no.' });
    const stored = markStored(refused, 'a', 1);
    rememberUnsent(memory, 'tea', OUTBOX, []);
    rememberUnsent(memory, 'tea', stored, OUTBOX);
    expect(rememberedUnsent(memory, 'tea').map(({ id }) => id)).toEqual(['b', 'c']);
    rememberUnsent(memory, 'tea', [], stored);
    expect(memory.read('chat.unsent.tea')).toBeUndefined();
  });

  test('is kept with the people whom it mentions', () => {
    const memory = memoryOf();
    const line = { id: 'a', text: '@Bob', mentions: ['bob'], state: 'waiting' } as const;
    rememberUnsent(memory, 'tea', [line], []);
    const { state: _, ...kept } = line;
    expect(rememberedUnsent(memory, 'tea')).toEqual([kept]);
  });

  test('P4: is kept for all tabs of the room: none removes the lines of another', () => {
    const memory = memoryOf();
    const [one, two, three] = [OUTBOX.slice(0, 1), OUTBOX.slice(1, 2), OUTBOX.slice(2)];
    rememberUnsent(memory, 'tea', one, []);
    rememberUnsent(memory, 'tea', two, []);
    rememberUnsent(memory, 'tea', [], one);
    rememberUnsent(memory, 'tea', [...two, ...three], two);
    expect(rememberedUnsent(memory, 'tea').map(({ id }) => id)).toEqual(['b', 'c']);
  });

  test('P4: is kept as refused, so that only the person sends it again', () => {
    const memory = memoryOf();
    rememberUnsent(memory, 'tea', OUTBOX, []);
    const refused = markRefused(OUTBOX, 'b', { code: 'banned', message: 'no.' });
    rememberUnsent(memory, 'tea', refused, OUTBOX);
    const isRefused = () => rememberedUnsent(memory, 'tea').map((line) => line.isRefused === true);
    expect(isRefused()).toEqual([false, true, false]);
    rememberUnsent(memory, 'tea', OUTBOX, refused);
    expect(isRefused()).toEqual([false, false, false]);
  });

  test('P4: is kept up to a size, and what is not kept is known', () => {
    const memory = memoryOf();
    const text = 'x'.repeat(4_000);
    const lines = Array.from({ length: 30 }, (_, n) => {
      return { id: `${n}`, text, state: 'waiting' } as const;
    });
    for (const n of lines.keys()) {
      rememberUnsent(memory, 'tea', lines.slice(0, n + 1), lines.slice(0, n));
      expect(areKept(memory, 'tea', lines.slice(0, n + 1))).toBe(n < 24);
    }
    expect(memory.read('chat.unsent.tea')?.length).toBeLessThan(1.1 * MOST_CHARACTERS);
    expect(rememberedUnsent(memory, 'tea')).toHaveLength(24);
    expect(areKept(noStorage, 'tea', lines.slice(0, 1))).toBe(false);
    expect(areKept(noStorage, 'tea', [])).toBe(true);
  });

  test.each([
    ['[1]'],
    ['{}'],
    ['['],
    ['[{"id":1,"text":"x"}]'],
    [`[{"id":"${'x'.repeat(200)}","text":"x"}]`],
  ])('is nothing if storage holds %s', (text) => {
    expect(rememberedUnsent(memoryOf({ 'chat.unsent.tea': text }), 'tea')).toEqual([]);
  });
});

test('a draft is kept by room, until it is empty', () => {
  const memory = memoryOf();
  rememberDraft(memory, 'tea', 'half');
  expect([rememberedDraft(memory, 'tea'), rememberedDraft(memory, 'coffee')]).toEqual(['half', '']);
  rememberDraft(memory, 'tea', '');
  expect(memory.read('chat.draft.tea')).toBeUndefined();
});

describe('P10: a draft that is too long for the composer', () => {
  const huge = `${'x'.repeat(1_000_000)}`;

  test('is cut before it is stored', () => {
    const memory = memoryOf();
    rememberDraft(memory, 'tea', huge);
    expect(memory.read('chat.draft.tea')).toHaveLength(MOST_DRAFT);
  });

  test('is cut if it is stored already', () => {
    expect(rememberedDraft(memoryOf({ 'chat.draft.tea': huge }), 'tea')).toHaveLength(MOST_DRAFT);
  });
});

describe('settings', () => {
  const NO_SETTINGS = { language: undefined, notifies: false, sounds: false };

  test('are remembered', () => {
    const memory = memoryOf();
    const chosen = { language: 'zh', notifies: true, sounds: true } as const;
    expect(changePreferences(memory, NO_SETTINGS, chosen)).toEqual(chosen);
    expect(readPreferences(memory)).toEqual(chosen);
  });

  test('keep what another tab has chosen meanwhile', () => {
    const memory = memoryOf();
    const here = readPreferences(memory);
    changePreferences(memory, readPreferences(memory), { sounds: true });
    const changed = { language: 'zh', notifies: false, sounds: true };
    expect(changePreferences(memory, here, { language: 'zh' })).toEqual(changed);
    expect(readPreferences(memory)).toEqual(changed);
  });

  test('hold while the page is open if nothing can be stored', () => {
    const memory = { ...memoryOf(), write: () => {} };
    const changed = changePreferences(memory, NO_SETTINGS, { sounds: true });
    expect(changePreferences(memory, changed, { notifies: true })).toEqual({
      ...NO_SETTINGS,
      notifies: true,
      sounds: true,
    });
  });

  test('follow those of another tab', () => {
    const memory = memoryOf();
    const page = new EventTarget();
    const followed: unknown[] = [];
    watchPreferences(page, memory, (settings) => followed.push(settings));
    const stored = (key: string) =>
      page.dispatchEvent(Object.assign(new Event('storage'), { key }));
    memory.write('chat.settings', '{"sounds":true}');
    stored('chat.settings');
    stored('g-ada chat.rooms');
    expect(followed).toEqual([{ ...NO_SETTINGS, sounds: true }]);
  });

  test.each([['x'], ['null'], ['{}'], ['{"language":"xx","notifies":1,"sounds":"yes"}']])(
    'are the defaults if storage holds %s',
    (text) => {
      expect(readPreferences(memoryOf({ 'chat.settings': text }))).toEqual(NO_SETTINGS);
    },
  );
});

describe('an account', () => {
  test('leaves its way to sign in on the device', () => {
    const memory = memoryOf();
    const signIn = { clientId: 'c', authority: 'https://a.example/t' };
    rememberSignIn(memory, signIn);
    expect(rememberedSignIn(memory)).toEqual(signIn);
    expect(rememberedSignIn(memoryOf({ 'chat.sign-in': '{"clientId":7}' }))).toBeUndefined();
  });

  test('adds its token to requests, and nothing without one', async () => {
    const sent: (string | null)[] = [];
    const fetcher: typeof fetch = async (_, init) => {
      sent.push(new Headers(init?.headers).get('authorization'));
      return new Response();
    };
    await withToken(fetcher, async () => 'a.b.c')('/api/x', { headers: { accept: 'x' } });
    await withToken(fetcher, async () => undefined)('/api/x');
    expect(sent).toEqual(['Bearer a.b.c', null]);
  });
});
