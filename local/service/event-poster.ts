// Posts the events of one connection upstream, counts them, and logs how it went.

import type { HubCounter } from './counts.ts';
import { quote } from './quote.ts';
import type { Upstream } from './upstream.ts';
import type { UpstreamAnswer } from './upstream-answer.ts';
import type { UpstreamCategory } from './upstream-settings.ts';

export class EventPoster {
  readonly #headers: Readonly<Record<string, string>>;
  readonly #hub: { readonly name: string; readonly counter: HubCounter };
  readonly #context: { readonly upstream: Upstream; readonly now: () => number };
  readonly #log: (text: string) => void;

  /** @param headers those of the connection, see `upstream-headers.ts` */
  constructor(
    headers: Readonly<Record<string, string>>,
    hub: { readonly name: string; readonly counter: HubCounter },
    context: { readonly upstream: Upstream; readonly now: () => number },
    log: (text: string) => void,
  ) {
    this.#headers = headers;
    this.#hub = hub;
    this.#context = context;
    this.#log = log;
  }

  async post(
    category: UpstreamCategory,
    event: string,
    contentType: string,
    body: Buffer,
  ): Promise<UpstreamAnswer> {
    const { upstream, now } = this.#context;
    const startedAt = now();
    const name = { hub: this.#hub.name, category, event };
    if (upstream.takes(name)) this.#hub.counter.upstream(event);
    const answer = await upstream.post({ ...name, headers: this.#headers, contentType, body });
    const took = Math.round(now() - startedAt);
    this.#log(`upstream ${category} ${quote(event)}: ${describe(answer)} in ${took} ms`);
    return answer;
  }
}

function describe(answer: UpstreamAnswer): string {
  switch (answer.kind) {
    case 'answered':
      return String(answer.status);
    case 'unmatched':
      return 'no upstream template takes it';
    case 'unreachable':
      return `no answer, ${answer.reason},`;
    case 'tooLarge':
      return 'too large an answer';
    case 'cancelled':
      return 'an answer that broke off';
  }
}
