import { randomFillSync } from 'node:crypto';

/** 16 random bytes are 22 characters of base64url, as in ASP.NET Core. */
const ID_BYTES = 16;
/** Random bytes for many ids, because one large request costs hardly more than a small one. */
const pool = Buffer.alloc(256 * ID_BYTES);
let used = pool.length;

/** An id that nobody can guess. */
export function newRandomId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += ID_BYTES;
  return pool.toString('base64url', used - ID_BYTES, used);
}
