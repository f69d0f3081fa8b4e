// A model of the chat's side of publishing (PROTOCOL.md 1.1): a text is stored in parts of 98 lines, each once under the id of its
// first line, for any fate of requests and answers.

import type { Fetch, FetchAnswer } from '../../local/client/api/fetch.ts';
import { answer, networkError } from './command-line.ts';

const PART = 98;

/** The fate of one request. */
export type Fate =
  /** Stored, and answered. */
  | { readonly kind: 'ok' }
  /** Storage fails after this number of parts. The chat answers that, possibly with the number of stored lines. */
  | { readonly kind: 'storage'; readonly parts: number; readonly saysStored: boolean }
  /** The request never arrives. */
  | { readonly kind: 'lost'; readonly code: string }
  /** Stored, with another answer. */
  | { readonly kind: 'stored'; readonly back: () => FetchAnswer }
  /** Not stored, with an answer of another server. */
  | { readonly kind: 'elsewhere'; readonly back: () => FetchAnswer }
  /** The chat refuses it. */
  | { readonly kind: 'refused'; readonly status: number; readonly code: string };

export class PublishModel {
  readonly lines: string[] = [];
  readonly #receipts = new Map<string, string>();
  readonly #fates: Fate[];
  readonly #delay: () => Promise<void>;

  /** The fates of requests in order. All later requests are answered. */
  constructor(fates: readonly Fate[] = [], delay: () => Promise<void> = async () => {}) {
    this.#fates = [...fates];
    this.#delay = delay;
  }

  readonly fetch: Fetch = async (url, { body = '' }) => {
    const fate = this.#fates.shift() ?? { kind: 'ok' };
    await this.#delay();
    const id = url.searchParams.get('id') ?? '';
    switch (fate.kind) {
      case 'ok':
        this.#store(id, body, Number.POSITIVE_INFINITY);
        return answer(202, JSON.stringify({ seq: this.lines.length }));
      case 'storage': {
        this.#store(id, body, fate.parts);
        const stored = Math.min(fate.parts * PART, body.split('\n').length);
        return answer(
          503,
          JSON.stringify({
            error: {
              code: 'unavailable',
              message: 'unable to publish; storage is busy. Try again.',
            },
            ...(fate.saysStored ? { stored } : {}),
          }),
        );
      }
      case 'lost':
        throw networkError(fate.code);
      case 'stored':
        this.#store(id, body, Number.POSITIVE_INFINITY);
        return fate.back();
      case 'elsewhere':
        return fate.back();
      case 'refused': {
        const message = 'unable to publish; it is not allowed. Ask.';
        return answer(fate.status, JSON.stringify({ error: { code: fate.code, message } }));
      }
    }
  };

  /** The real chat refuses another text under an id. Here it is an error of the client. */
  #store(id: string, body: string, parts: number): void {
    const lines = body.split('\n');
    for (let part = 0; part * PART < lines.length && part < parts; part += 1) {
      const some = lines.slice(part * PART, (part + 1) * PART);
      const key = `${id}.${part * PART + 1}`;
      const known = this.#receipts.get(key);
      if (known === undefined) this.lines.push(...some);
      else if (known !== some.join('\n')) throw new Error(`other text under ${key}`);
      this.#receipts.set(key, some.join('\n'));
    }
  }
}
