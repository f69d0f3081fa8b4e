// The signing keys of an Entra tenant. They change rarely, so keys that were good go on counting while the key server fails,
// is slow, or answers junk. All processes of the app share them in the table: a new process needs no key server.
// Source: learn.microsoft.com/entra/identity-platform/signing-key-rollover

import { createLocalJWKSet, errors, importJWK, type JWTVerifyGetKey } from 'jose';
import { ChatError } from '../protocol.ts';
import { toReason } from '../room/commit-note.ts';
import type { Table } from '../room/table.ts';
import { AUTHORITY_HOST } from './entra-token.ts';
import { KEYS_PARTITION } from './signing-key.ts';

/** Older keys are fetched again. Meanwhile they count. */
const FRESH_MS = 60 * 60_000;
/** Older keys do not count. */
const KEPT_MS = 48 * 60 * 60_000;
/** Strangers can send any number of tokens with unknown keys. They cause one request in this time. */
const REFETCH_AFTER_MS = 30_000;
const RETRY_AFTER_MS = 5_000;
const TIME_LIMIT_MS = 5_000;
/** RS256 needs 2,048 bits. */
const LEAST_MODULUS_BYTES = 256;

export interface TenantKeysOptions {
  readonly tenant: string;
  /** Where the processes of the app share the keys. */
  readonly table: Table;
  /** Epoch ms. */
  readonly now: () => number;
  /** Milliseconds since any moment. They never go back. */
  readonly monotonicNow: () => number;
  /** Takes a line for the log. */
  readonly report: (line: string) => void;
  readonly fetch?: typeof fetch;
}

interface RsaKey {
  readonly kty: 'RSA';
  readonly kid: string;
  readonly n: string;
  readonly e: string;
}

interface KeySet {
  /** Epoch ms. */
  readonly fetchedAt: number;
  readonly find: JWTVerifyGetKey;
}

/** One per tenant and process. */
export class TenantKeys {
  readonly #options: TenantKeysOptions;
  readonly #fetch: typeof fetch;
  #known: KeySet | undefined;
  #loading: Promise<void> | undefined;
  #fetching: Promise<KeySet | undefined> | undefined;
  /** By the monotonic clock. */
  #nextFetchAt = Number.NEGATIVE_INFINITY;
  #isFailing = false;

  constructor(options: TenantKeysOptions) {
    this.#options = options;
    this.#fetch = options.fetch ?? fetch;
  }

  /**
   * The key of a token. Throws ChatError `unavailable` if the key server would have to answer and does not, and an error of
   * jose for a key that the tenant does not have.
   */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const known = await this.#usable();
    try {
      return await known.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    }
    const latest = await this.#latest();
    if (!latest) throw unavailable();
    return latest.find(header, token);
  };

  /** Keys that are not too old. Only a caller without any waits for the key server. */
  async #usable(): Promise<KeySet> {
    this.#loading ??= this.#load();
    await this.#loading;
    const known = this.#known;
    const age = known ? this.#ageOf(known) : Number.POSITIVE_INFINITY;
    if (known && age < FRESH_MS) return known;
    const latest = this.#latest();
    if (known && age < KEPT_MS) return known;
    const keys = await latest;
    if (!keys || this.#ageOf(keys) >= KEPT_MS) throw unavailable();
    return keys;
  }

  /** Also right for keys that a process with a wrong clock stored. */
  #ageOf({ fetchedAt }: KeySet): number {
    return Math.abs(this.#options.now() - fetchedAt);
  }

  /** The keys of the key server, asked now or a moment ago. Undefined if it failed. Never throws. */
  #latest(): Promise<KeySet | undefined> {
    if (this.#fetching) return this.#fetching;
    if (this.#options.monotonicNow() < this.#nextFetchAt) {
      return Promise.resolve(this.#isFailing ? undefined : this.#known);
    }
    this.#fetching = this.#refresh().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #refresh(): Promise<KeySet | undefined> {
    const { tenant, now, monotonicNow } = this.#options;
    try {
      const keys = await this.#request(tenant);
      this.#known = { fetchedAt: now(), find: createLocalJWKSet({ keys: [...keys] }) };
      this.#isFailing = false;
      await this.#save(keys);
      return this.#known;
    } catch (error) {
      this.#isFailing = true;
      this.#report(error);
      return undefined;
    } finally {
      this.#nextFetchAt = monotonicNow() + (this.#isFailing ? RETRY_AFTER_MS : REFETCH_AFTER_MS);
    }
  }

  async #request(tenant: string): Promise<readonly RsaKey[]> {
    const address = `${AUTHORITY_HOST}/${tenant}/discovery/v2.0/keys`;
    const answer = await this.#fetch(address, {
      redirect: 'manual',
      signal: AbortSignal.timeout(TIME_LIMIT_MS),
    });
    if (answer.status !== 200) throw new Error(`the key server answered ${answer.status}`);
    const keys = await readKeys(await answer.json());
    if (keys.length === 0) throw new Error('the key server answered without a key');
    return keys;
  }

  async #load(): Promise<void> {
    const { tenant, table } = this.#options;
    try {
      const row = await table.get(KEYS_PARTITION, rowKeyOf(tenant));
      if (!row) return;
      const { fetchedAt, keys: stored } = row.properties;
      const keys = await readKeys({ keys: JSON.parse(String(stored)) });
      if (keys.length === 0) return;
      this.#known = { fetchedAt: Number(fetchedAt), find: createLocalJWKSet({ keys }) };
    } catch (error) {
      // The key server has them, too.
      this.#report(error);
    }
  }

  async #save(keys: readonly RsaKey[]): Promise<void> {
    const { tenant, table, now } = this.#options;
    const row = {
      key: rowKeyOf(tenant),
      properties: { fetchedAt: now(), keys: JSON.stringify(keys) },
    };
    try {
      await table.commit(KEYS_PARTITION, [{ kind: 'put', row }]);
    } catch (error) {
      // This process has them.
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    const { tenant, report } = this.#options;
    report(`keys-failed ${JSON.stringify({ tenant, reason: toReason(error) })}`);
  }
}

function rowKeyOf(tenant: string): string {
  return `entra-${Buffer.from(tenant, 'utf8').toString('base64url')}`;
}

/** The keys of a key set that can verify a signature. None for anything else. */
async function readKeys(answer: unknown): Promise<RsaKey[]> {
  const listed = (answer as { readonly keys?: unknown } | null)?.keys;
  if (!Array.isArray(listed)) return [];
  const keys = await Promise.all(listed.map(readKey));
  return keys.filter((key) => key !== undefined);
}

async function readKey(value: unknown): Promise<RsaKey | undefined> {
  const { kty, kid, n, e, use = 'sig' } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (kty !== 'RSA' || use !== 'sig') return undefined;
  if (typeof kid !== 'string' || typeof n !== 'string' || typeof e !== 'string') return undefined;
  if (Buffer.from(n, 'base64url').length < LEAST_MODULUS_BYTES) return undefined;
  const key = { kty, kid, n, e } as const;
  return importJWK(key, 'RS256').then(
    () => key,
    () => undefined,
  );
}

function unavailable(): ChatError {
  return new ChatError(
    'unavailable',
    'unable to check the token; the keys of Entra ID cannot be fetched. Try again.',
  );
}
