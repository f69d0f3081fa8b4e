// The page's `fetch`: same origin as the functions, over the client's network.

import type { Fleet } from './fleet.ts';
import type { HttpAnswered, HttpAsked } from './simulated-instance.ts';
import type { SimulatedNetwork } from './simulated-network.ts';
import { ROOM, type Simulation } from './simulation.ts';

/** The page's own limit (ANSWER_LIMIT_MS in web/connection/chat-api.ts), applied here. */
const LIMIT_MS = 15_000;

const NO_QUERY = new URLSearchParams();
const NO_HEADERS = {};
const IN_ROOM = { room: ROOM };

export type Ask = (asked: Partial<HttpAsked> & Pick<HttpAsked, 'handler'>) => Promise<HttpAnswered>;

/** Sends a request to the functions over that network. Rejects without an answer. */
export function openHttp(simulation: Simulation, fleet: Fleet, network: SimulatedNetwork): Ask {
  const { scheduler } = simulation;
  return (asked) =>
    new Promise((resolve, reject) => {
      const { faults } = simulation;
      const label = asked.handler;
      const giveUp = (reason: string, ms: number) =>
        scheduler.after(ms, `${label}: ${reason}`, () => reject(new Error(reason)));
      const latency = () =>
        scheduler.chance(faults.fetchSlow)
          ? scheduler.between(50, 8_000)
          : scheduler.between(0.5, 8);

      if (network.isCut || scheduler.chance(faults.fetchLost)) {
        giveUp('no network', scheduler.chance(0.7) ? scheduler.between(1, 100) : LIMIT_MS);
        return;
      }
      const limit = giveUp('time-out', LIMIT_MS);
      const isAnswerLost = scheduler.chance(faults.fetchAnswerLost);
      const answer = (answered: HttpAnswered) => {
        scheduler.after(latency(), `${label}: answer`, () => {
          scheduler.cancel(limit);
          if (isAnswerLost || network.isCut) reject(new Error('connection lost'));
          else resolve(answered);
        });
      };
      scheduler.after(latency(), label, () => {
        const complete: HttpAsked = {
          handler: asked.handler,
          params: asked.params ?? IN_ROOM,
          query: asked.query ?? NO_QUERY,
          headers: asked.headers ?? NO_HEADERS,
          body: asked.body ?? '',
        };
        // The platform's answer for a missing or killed instance.
        fleet.http(complete).then(answer, () => answer({ status: 503, body: undefined }));
      });
    });
}

/** The part of `fetch` that web/connection/chat-api.ts uses, for its two paths. */
export function toFetch(ask: Ask, headers: HttpAsked['headers'] = NO_HEADERS): typeof fetch {
  return async (input) => {
    const [pathname = '', search = ''] = String(input).split('?');
    const query = new URLSearchParams(search);
    const handler = pathname.endsWith('/messages') ? 'history' : 'members';
    const { status, body } = await ask({ handler, query, headers });
    const ok = status >= 200 && status < 300;
    // A clone, like everything that arrives over a network.
    const text = async () => (body === undefined ? 'no JSON' : JSON.stringify(body));
    return { ok, status, text } as Response;
  };
}
