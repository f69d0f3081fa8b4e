// Mistakes with reading places, each of which the simulation has to notice. In every thirteenth world people have several devices.

import type { Suspect } from './mutation.ts';

export const READING_MUTATIONS: readonly Suspect[] = [
  {
    name: 'a reading place goes back',
    file: 'functions/reading-places.ts',
    from: 'highest.set(room, Math.max(readTo, highest.get(room) ?? 0));',
    to: 'if (!highest.has(room)) highest.set(room, readTo);',
    within: 100,
    noticedBy: 6,
  },
  {
    name: 'reading places replace the row with any ETag',
    file: 'functions/reading-places.ts',
    from: "? { kind: 'replace', row, etag: stored.etag }",
    to: "? { kind: 'put', row }",
    within: 100,
    noticedBy: 6,
  },
  {
    name: 'a lost race loses what was read',
    file: 'functions/reading-places.ts',
    from: 'if (result.ok) return places;',
    to: 'if (result.ok || attempt === 0) return places;',
    within: 100,
    noticedBy: 6,
  },
  {
    name: 'an erase leaves the reading places',
    file: 'functions/reading-places.ts',
    from: '    await this.#delete(rowKey(userId));\n',
    to: '',
    within: 100,
    noticedBy: 6,
  },
  {
    name: 'reading places never expire',
    file: 'functions/reading-places.ts',
    from: 'if (isOver) await this.#delete(row.key, row.etag);',
    to: '',
    within: 100,
    noticedBy: 6,
  },
  {
    name: 'reading places expire a day early',
    file: 'functions/reading-places.ts',
    from: "to: dayKey(this.#today(), ''),",
    to: "to: dayKey(this.#today() + 2, ''),",
    within: 100,
    noticedBy: 6,
  },
  {
    name: 'a device writes nothing after a failed write',
    file: 'web/connection/account-places.ts',
    from: '    isWriting = false;\n',
    to: '',
    within: 100,
    noticedBy: 6,
  },
  {
    name: 'a device does not take what was read elsewhere',
    file: 'web/connection/account-places.ts',
    from: 'onPlaces(places.filter(({ room }) => !forgotten.has(room)));',
    to: 'onPlaces(places.slice(0, 0));',
    within: 100,
    noticedBy: 6,
  },
];
