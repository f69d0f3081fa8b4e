// Azurite as the stack starts it: its tables, and the reasons why it cannot start.

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openTable, toTableTrouble } from '../../functions/room/azure-table.ts';
import { type Azurite, type AzuriteOptions, startAzurite } from '../../local/stack/azurite.ts';
import { allGone } from '../support/processes.ts';

const ENTITY = { partitionKey: 'lobby', rowKey: 'head', seq: 7 };

let folder: string;
let started: Azurite[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'azurite-'));
  started = [];
});
afterEach(async () => {
  await Promise.all(started.map((azurite) => azurite.stop()));
  await rm(folder, { recursive: true });
});

describe('Azurite', () => {
  test('keeps writes right before stop(), SIGTERM and SIGINT', async () => {
    const ends = {
      stop: (azurite: Azurite) => azurite.stop(),
      SIGTERM: (azurite: Azurite) => azurite.child.stop('SIGTERM'),
      SIGINT: (azurite: Azurite) => azurite.child.stop('SIGINT'),
    };
    let azurite = await start({ tablePort: 0, folder });
    await tableOf(azurite).createTable();
    for (const [rowKey, end] of Object.entries(ends)) {
      await tableOf(azurite).createEntity({ ...ENTITY, rowKey });
      await end(azurite);
      await allGone([azurite.child.pid]);
      azurite = await start({ tablePort: 0, folder });
      const kept = await tableOf(azurite).getEntity('lobby', rowKey);
      expect(kept).toMatchObject({ ...ENTITY, rowKey });
    }
  });

  test('in memory keeps nothing', async () => {
    const first = await start({ tablePort: 0 });
    await tableOf(first).createTable();
    await tableOf(first).createEntity(ENTITY);
    await first.stop();

    const second = await start({ tablePort: 0 });
    await expect(tableOf(second).getEntity('lobby', 'head')).rejects.toMatchObject({
      statusCode: 404,
    });
  });

  test('listens at the address of the connection string, and has blobs on demand', async () => {
    const azurite = await start({ tablePort: 0, blobPort: 0 });
    expect(azurite.connectionString).toContain(`TableEndpoint=${azurite.tableEndpoint};`);
    expect(new URL(azurite.tableEndpoint).hostname).toBe('127.0.0.1');
    await expect(tableOf(azurite).createTable()).resolves.toBeUndefined();
    const [, endpoint] = /BlobEndpoint=([^;]+)/.exec(azurite.connectionString) ?? [];
    const { headers } = await fetch(`${endpoint}?comp=list`);
    expect(headers.get('server')).toMatch(/^Azurite-Blob/);
  });

  test('names a port in use', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve(Number(Object(other.address()).port)));
    });
    try {
      await expect(start({ tablePort: port })).rejects.toThrow(
        `unable to start Azurite; port ${port} is taken.`,
      );
    } finally {
      other.close();
    }
  });

  test('refuses a folder while another Azurite uses it', async () => {
    const first = await start({ tablePort: 0, folder });
    await expect(start({ tablePort: 0, folder })).rejects.toThrow(
      `unable to keep tables in ${folder}; process ${first.child.pid} uses this folder.`,
    );
    await first.child.stop('SIGKILL');
    await expect(start({ tablePort: 0, folder })).resolves.toBeDefined();
  });

  test.each(['', '{"pid":1,"port":70000}'])(
    'takes a folder with the broken lock %j',
    async (lock) => {
      await writeFile(join(folder, 'lock'), lock);
      await expect(start({ tablePort: 0, folder })).resolves.toBeDefined();
    },
  );

  test('refuses tables that it cannot read, and does not change them', async () => {
    const path = join(folder, '__azurite_db_table__.json');
    await writeFile(path, '{"collections": [');
    await expect(start({ tablePort: 0, folder })).rejects.toThrow(
      `unable to read the tables kept in ${folder}; `,
    );
    expect(await readFile(path, 'utf8')).toBe('{"collections": [');
  });

  test('distinguishes tables by letter case, and the chat says so', async () => {
    const { connectionString } = await start({ tablePort: 0 });
    const storage = { kind: 'key', connectionString } as const;
    await openTable(storage, 'Chat').get('p', 'k');
    const error = await openTable(storage, 'chat')
      .get('p', 'k')
      .catch((cause: unknown) => cause);
    expect(toTableTrouble(error)).toBe('taken');
  });

  test('H7: reports a file of tables that lost its content, and keeps it', async () => {
    await writeFile(join(folder, '__azurite_db_table__.json'), '');
    const lines: string[] = [];
    const azurite = await start({ tablePort: 0, folder, onLine: (line) => lines.push(line) });
    await tableOf(azurite).createTable();
    expect(lines).toContainEqual(expect.stringMatching(/^no messages are kept from before; .+\.$/));
    const kept = (await readdir(folder)).find((name) => /\.json\.\d/.test(name));
    expect(await readFile(join(folder, String(kept)), 'utf8')).toBe('');
  });

  test('refuses an impossible folder', async () => {
    await writeFile(join(folder, 'file'), '');
    const impossible = join(folder, 'file', 'tables');
    await expect(start({ tablePort: 0, folder: impossible })).rejects.toThrow(
      `unable to keep tables in ${impossible}; `,
    );
  });
});

async function start(options: AzuriteOptions): Promise<Azurite> {
  const azurite = await startAzurite(options);
  started.push(azurite);
  return azurite;
}

function tableOf({ connectionString }: Azurite): TableClient {
  return TableClient.fromConnectionString(connectionString, 'rooms', {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
  });
}
