// The tests of the stack can run on another host than the embedded one, see CHAT_TEST_HOST in CONTRIBUTING.md.

import { afterEach, describe, expect, test } from '@jest/globals';
import { type Azurite, startAzurite } from '../../local/stack/azurite.ts';
import { callBlobs, KEYS_BLOB, writeHostKeys } from '../support/host-keys.ts';

let azurite: Azurite | undefined;
afterEach(() => azurite?.stop());

describe('the keys of a host', () => {
  test('are in the host’s blob, also when they are written again', async () => {
    azurite = await startAzurite({ tablePort: 0, blobPort: 0 });
    const { connectionString } = azurite;
    await writeHostKeys(connectionString, 'first');
    await writeHostKeys(connectionString, 'second');
    expect(JSON.parse(await callBlobs(connectionString, 'GET', KEYS_BLOB))).toMatchObject({
      masterKey: { name: 'master', value: expect.stringContaining('second') },
      functionKeys: [{ name: 'default', value: 'second', encrypted: false }],
      systemKeys: [{ name: 'signalr_extension', value: expect.stringContaining('second') }],
    });
    const wrong = connectionString.replace('AccountKey=E', 'AccountKey=F');
    await expect(writeHostKeys(wrong, 'third')).rejects.toThrow('storage answers 403');
  });
});
