// The user who follows the room: an account, or one guest for the whole run, also if a proxy drops the cookies.

import { GUEST_HEADER } from '../../../functions/protocol.ts';
import type { Answer } from '../api/chat-api.ts';

export class Caller {
  readonly #token: string | undefined;
  /** By name: the guest's, and the session of a front end. */
  readonly #cookies = new Map<string, string>();
  #guest: string | undefined;

  constructor(token: string | undefined) {
    this.#token = token;
  }

  /** The headers of each request. */
  get headers(): Record<string, string> {
    const cookie = [...this.#cookies.values()].join('; ');
    return {
      ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
      ...(cookie === '' ? {} : { cookie }),
      ...(this.#guest === undefined ? {} : { [GUEST_HEADER]: this.#guest }),
    };
  }

  /** Keeps what an answer of negotiate gives. */
  remember({ headers }: Pick<Answer, 'headers'>): void {
    for (const line of headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const [key = ''] = pair.split('=');
      this.#cookies.set(key.trim(), pair.trim());
    }
    this.#guest = headers.get(GUEST_HEADER) ?? undefined;
  }
}
