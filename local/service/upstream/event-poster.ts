// Posts the events of one connection upstream, counts them, and logs the result.

import type { HubCounter } from '../counts.ts';
import type { Log } from '../log.ts';
import { quote } from '../quote.ts';
import type { EventSender } from './delivery.ts';
import { isSuccess, type UpstreamAnswer } from './upstream-answer.ts';
import type { UpstreamCategory } from './upstream-settings.ts';

/** One per connection. */
export class EventPoster {
  /** Made for the first event, because the signature is expensive and many connections have no upstream. */
  #headers: Readonly<Record<string, string>> | undefined;
  readonly #newHeaders: () => Readonly<Record<string, string>>;
  readonly #hub: { readonly name: string; readonly counter: HubCounter };
  readonly #context: { readonly sender: EventSender; readonly monotonicNow: () => number };
  readonly #log: Log;

  /** @param newHeaders makes the headers of the connection, see `upstream-headers.ts` */
  constructor(
    newHeaders: () => Readonly<Record<string, string>>,
    hub: { readonly name: string; readonly counter: HubCounter },
    context: { readonly sender: EventSender; readonly monotonicNow: () => number },
    log: Log,
  ) {
    this.#newHeaders = newHeaders;
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
    const { sender, monotonicNow } = this.#context;
    const startedAt = monotonicNow();
    const name = { hub: this.#hub.name, category, event };
    let answer: UpstreamAnswer = { kind: 'unmatched' };
    if (sender.takes(name)) {
      this.#hub.counter.upstream(event);
      this.#headers ??= this.#newHeaders();
      answer = await sender.post({ ...name, headers: this.#headers, contentType, body });
    }
    const took = Math.round(monotonicNow() - startedAt);
    this.#log(
      `upstream ${category} ${quote(event)}: ${describe(answer)} in ${took} ms`,
      levelOf(answer),
    );
    return answer;
  }
}

function levelOf(answer: UpstreamAnswer): 'info' | 'warn' {
  // Without an upstream there is nothing to post. That is no error.
  return isSuccess(answer) || answer.kind === 'unmatched' ? 'info' : 'warn';
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
