// The app's own key, in its table. It signs tickets and guest tokens, and all instances share it.

import { randomBytes, type webcrypto } from 'node:crypto';
import type { Table } from '../room/table.ts';

// No room can have the name of this partition.
export const KEYS_PARTITION = '.keys';
export const SIGNING_KEY_ROW = 'ticket';

/** The first process that needs the key makes it. */
export class SigningKey {
  readonly #table: Table;
  #key: Promise<webcrypto.CryptoKey> | undefined;

  constructor(table: Table) {
    this.#table = table;
  }

  /** A key for HMAC with SHA-256, of 32 bytes, read once. Rejects with `TableUnavailable` if storage does not answer. */
  read(): Promise<webcrypto.CryptoKey> {
    this.#key ??= this.#load().catch((error) => {
      this.#key = undefined;
      throw error;
    });
    return this.#key;
  }

  async #load(): Promise<webcrypto.CryptoKey> {
    for (;;) {
      const row = await this.#table.get(KEYS_PARTITION, SIGNING_KEY_ROW);
      if (row) return toKey(Buffer.from(String(row.properties.key), 'base64url'));
      const key = randomBytes(32).toString('base64url');
      // If another process was faster, the next round reads its key.
      await this.#table.commit(KEYS_PARTITION, [
        { kind: 'insert', row: { key: SIGNING_KEY_ROW, properties: { key } } },
      ]);
    }
  }
}

/** Imported once. A library would import the bytes again for each token. */
function toKey(bytes: Uint8Array<ArrayBuffer>): Promise<webcrypto.CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign', 'verify']);
}
