// The contract of a table with the room log. It runs against every implementation.

import { describe, expect, test } from '@jest/globals';
import { MAX_USER_ID_BYTES } from '../../functions/protocol.ts';
import { banKey } from '../../functions/room/rows.ts';
import {
  MAX_KEY_LENGTH,
  MAX_OPERATIONS,
  type Operation,
  type Row,
  type Table,
} from '../../functions/room/table.ts';

const row = (key: string, properties: Row['properties'] = {}): Row => ({ key, properties });
const insert = (key: string, properties?: Row['properties']): Operation => {
  return { kind: 'insert', row: row(key, properties) };
};

export function describeTable(name: string, open: () => Promise<Table>): void {
  describe(`${name} as a table`, () => {
    let partitions = 0;
    const newPartition = () => `partition-${++partitions}-大厅`;

    test('answers undefined for a missing row', async () => {
      const table = await open();
      expect(await table.get(newPartition(), 'nothing')).toBeUndefined();
    });

    test('returns what was stored, including numbers beyond 32 bits and every text', async () => {
      const table = await open();
      const partition = newPartition();
      const properties = {
        small: 1,
        large: 1_767_225_600_123,
        yes: true,
        no: false,
        empty: '',
        text: '你好 👩‍👩‍👧 <script>"\\\' \n\t مرحبا \u0001',
      };
      const key = "c:~odd'key";
      expect(await table.commit(partition, [insert(key, properties)])).toMatchObject({ ok: true });
      expect(await table.get(partition, key)).toMatchObject({ key, properties });
    });

    test('takes the keys of the longest user id, and keys of the greatest length', async () => {
      const table = await open();
      const partition = newPartition();
      const keys = [banKey('🚀'.repeat(MAX_USER_ID_BYTES / 4)), 'k'.repeat(MAX_KEY_LENGTH)];
      for (const key of keys) {
        expect(await table.commit(partition, [insert(key)])).toMatchObject({ ok: true });
        expect(await table.get(partition, key)).toMatchObject({ key });
      }
    });

    test('gives every written row a new ETag, and reads return the same one', async () => {
      const table = await open();
      const partition = newPartition();
      const first = await table.commit(partition, [insert('a'), insert('b')]);
      const a = await table.get(partition, 'a');
      const b = await table.get(partition, 'b');
      expect(first).toEqual({ ok: true, etags: [a?.etag, b?.etag] });
      const again = await table.commit(partition, [
        { kind: 'replace', row: row('a', { n: 2 }), etag: a?.etag ?? '' },
      ]);
      const replaced = await table.get(partition, 'a');
      expect(again).toEqual({ ok: true, etags: [replaced?.etag] });
      expect(replaced?.etag).not.toBe(a?.etag);
    });

    test('replaces a whole row, and inserts a missing one', async () => {
      const table = await open();
      const partition = newPartition();
      await table.commit(partition, [{ kind: 'put', row: row('a', { old: 1 }) }]);
      await table.commit(partition, [{ kind: 'put', row: row('a', { young: 2 }) }]);
      expect((await table.get(partition, 'a'))?.properties).toEqual({ young: 2 });
    });

    test('deletes a row', async () => {
      const table = await open();
      const partition = newPartition();
      await table.commit(partition, [insert('a'), insert('b')]);
      const deleted = await table.commit(partition, [{ kind: 'delete', key: 'a' }]);
      expect(deleted).toMatchObject({ ok: true });
      expect(await table.get(partition, 'a')).toBeUndefined();
      expect(await table.get(partition, 'b')).toBeDefined();
    });

    const refusals: [string, Operation, string][] = [
      ['an insert of a row that exists', insert('there'), 'exists'],
      [
        'a replacement under an old ETag',
        {
          kind: 'replace',
          row: row('there'),
          etag: `W/"datetime'2020-01-01T00%3A00%3A00.0000000Z'"`,
        },
        'changed',
      ],
      [
        'a replacement of a missing row',
        { kind: 'replace', row: row('gone'), etag: '*' },
        'missing',
      ],
      ['a deletion of a row that is not there', { kind: 'delete', key: 'gone' }, 'missing'],
    ];

    test('S10: deletes under an ETag only the row that has it', async () => {
      const table = await open();
      const partition = newPartition();
      await table.commit(partition, [insert('ban', { until: 1 })]);
      const seen = (await table.get(partition, 'ban'))?.etag ?? '';
      await table.commit(partition, [{ kind: 'put', row: row('ban', { until: 2 }) }]);
      const deletion = (etag: string): Operation[] => [{ kind: 'delete', key: 'ban', etag }];
      const changed = { ok: false, reason: 'changed', index: 0 };
      expect(await table.commit(partition, deletion(seen))).toEqual(changed);
      const renewed = await table.get(partition, 'ban');
      expect(renewed?.properties).toEqual({ until: 2 });
      expect(await table.commit(partition, deletion(renewed?.etag ?? ''))).toMatchObject({
        ok: true,
      });
      const missing = { ok: false, reason: 'missing', index: 0 };
      expect(await table.commit(partition, deletion(seen))).toEqual(missing);
    });

    test('S10: refuses a deletion under an ETag among other operations', async () => {
      const table = await open();
      const partition = newPartition();
      await table.commit(partition, [insert('a')]);
      const { etag = '' } = (await table.get(partition, 'a')) ?? {};
      const both: Operation[] = [{ kind: 'delete', key: 'a', etag }, insert('b')];
      await expect(table.commit(partition, both)).rejects.toThrow('Commit it alone');
    });

    test.each(refusals)(
      'does nothing if it refuses %s, and says which operation',
      async (_, operation, reason) => {
        const table = await open();
        const partition = newPartition();
        await table.commit(partition, [insert('there', { n: 1 })]);
        const result = await table.commit(partition, [
          insert('x'),
          insert('y'),
          operation,
          insert('z'),
        ]);
        expect(result).toEqual({ ok: false, reason, index: 2 });
        expect(await table.get(partition, 'x')).toBeUndefined();
        expect(await table.get(partition, 'z')).toBeUndefined();
        expect((await table.get(partition, 'there'))?.properties).toEqual({ n: 1 });
      },
    );

    test('accepts a full transaction, and refuses one operation more', async () => {
      const table = await open();
      const partition = newPartition();
      const text = 'x'.repeat(8_000);
      const many = Array.from({ length: MAX_OPERATIONS }, (_, n) => insert(`r${n}`, { text }));
      expect(await table.commit(partition, many)).toMatchObject({ ok: true });
      const more = Array.from({ length: MAX_OPERATIONS + 1 }, (_, n) => insert(`s${n}`));
      expect(await table.commit(partition, more)).toMatchObject({ ok: false, reason: 'refused' });
    });

    test('lists a range in the order of its keys, limited and filtered', async () => {
      const table = await open();
      const partition = newPartition();
      const operations = ['m:3', 'm:1', 'm:2', 'n:1', 'c:1'].map((key) =>
        insert(key, { open: key !== 'm:2' }),
      );
      await table.commit(partition, operations);
      const keys = async (range: { limit: number; where?: string }) => {
        const rows = await table.list(partition, { from: 'm:', to: 'm;', ...range });
        return rows.map(({ key }) => key);
      };
      expect(await keys({ limit: 10 })).toEqual(['m:1', 'm:2', 'm:3']);
      expect(await keys({ limit: 2 })).toEqual(['m:1', 'm:2']);
      expect(await keys({ limit: 10, where: 'open' })).toEqual(['m:1', 'm:3']);
    });

    test('lets exactly one of many racing transactions win', async () => {
      const table = await open();
      const partition = newPartition();
      await table.commit(partition, [insert('head', { n: 0 })]);
      const etag = (await table.get(partition, 'head'))?.etag ?? '';
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          table.commit(partition, [
            { kind: 'replace', row: row('head', { n }), etag },
            insert(`row-${n}`),
          ]),
        ),
      );
      expect(results.filter(({ ok }) => ok)).toHaveLength(1);
      const rows = await table.list(partition, { from: 'row-', to: 'row.', limit: 100 });
      expect(rows).toHaveLength(1);
    });
  });
}
