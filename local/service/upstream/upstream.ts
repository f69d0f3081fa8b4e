// Turns an event into one signed HTTP request to the function app. One attempt, no redirects, a time limit.
// Nothing is repeated once its bytes may have left: a lost answer looks the same as a lost request, and an event posted
// twice would be a message said twice.

import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import type https from 'node:https';
import { Turns } from './turns.ts';
import { MAX_ANSWER_BYTES, type UpstreamAnswer } from './upstream-answer.ts';
import { toHeaderValue } from './upstream-headers.ts';
import {
  type EventName,
  expandTemplate,
  matchTemplate,
  type UpstreamTemplate,
} from './upstream-settings.ts';

export interface UpstreamEvent extends EventName {
  /** Headers of the connection, see `upstream-headers.ts`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly body: Buffer;
}

/** Enough that slow functions do not block quick ones, and few enough for the host's listen queue. */
const AGENT_OPTIONS = { keepAlive: true, maxSockets: 512, maxFreeSockets: 128 };

/**
 * If a thousand connections open or close at once, few of their events are in the host at a time. Otherwise a message would wait
 * there behind all of them. Functions that take longer than this do not hold back the next event.
 */
const CONNECTION_TURNS = { most: 16, patienceMs: 500 };

/** Sends events by the current settings. */
export class Upstream {
  readonly #agent = new http.Agent(AGENT_OPTIONS);
  readonly #connectionTurns = new Turns(CONNECTION_TURNS);
  /** Loaded on first use, because few have an upstream with TLS. */
  #secure: Promise<{ request: typeof https.request; agent: https.Agent }> | undefined;
  readonly #underWay = new Set<ClientRequest>();
  #isStopped = false;
  readonly #timeoutMs: number;
  #templates: readonly UpstreamTemplate[];

  constructor(templates: readonly UpstreamTemplate[], timeoutMs: number) {
    this.#templates = templates;
    this.#timeoutMs = timeoutMs;
  }

  setTemplates(templates: readonly UpstreamTemplate[]): void {
    this.#templates = templates;
  }

  /** False for events that no template matches. They are skipped. */
  takes(event: EventName): boolean {
    return matchTemplate(this.#templates, event) !== undefined;
  }

  /** Never rejects: a failure is an answer, too. */
  async post(event: UpstreamEvent): Promise<UpstreamAnswer> {
    const template = matchTemplate(this.#templates, event);
    if (!template) return { kind: 'unmatched' };
    if (event.category === 'messages') return this.#send(template, event);
    return this.#connectionTurns.run(() => this.#send(template, event));
  }

  async #send(template: UpstreamTemplate, event: UpstreamEvent): Promise<UpstreamAnswer> {
    if (this.#isStopped) return { kind: 'unreachable', reason: 'the service stops' };
    try {
      return await this.#request(expandTemplate(template, event), event);
    } catch (error) {
      return { kind: 'unreachable', reason: error instanceof Error ? error.message : `${error}` };
    }
  }

  /** Aborts pending requests. */
  stop(): void {
    this.#isStopped = true;
    for (const request of this.#underWay) request.destroy(new Error('the service stops'));
    this.#agent.destroy();
    void this.#secure?.then(({ agent }) => agent.destroy());
  }

  #loadSecure() {
    this.#secure ??= import('node:https').then(({ Agent, request }) => ({
      request,
      agent: new Agent(AGENT_OPTIONS),
    }));
    return this.#secure;
  }

  async #request(url: URL, event: UpstreamEvent): Promise<UpstreamAnswer> {
    const { request: open, agent } =
      url.protocol === 'https:'
        ? await this.#loadSecure()
        : { request: http.request, agent: this.#agent };
    const options: RequestOptions = {
      method: 'POST',
      agent,
      headers: {
        ...event.headers,
        'X-ASRS-Category': event.category,
        'X-ASRS-Event': toHeaderValue(event.event),
        'Content-Type': event.contentType,
        'Content-Length': event.body.length,
      },
    };
    return await new Promise((resolve, reject) => {
      let hasBegun = false;
      const request = open(url, options, (response) => {
        hasBegun = true;
        readAnswer(response).then(resolve, reject);
      });
      // Without a listener Node closes the connection, without an answer or an error.
      request.on('upgrade', ({ statusCode = 0 }, socket) => {
        socket.destroy();
        resolve({ kind: 'answered', status: statusCode, body: Buffer.alloc(0) });
      });
      this.#underWay.add(request);
      const timer = setTimeout(() => {
        request.destroy(new Error('no answer in time'));
      }, this.#timeoutMs);
      request.on('close', () => {
        clearTimeout(timer);
        this.#underWay.delete(request);
        // The events of a connection wait for each other, so a request without an end would block all later ones.
        if (!hasBegun) reject(new Error('the connection was closed without an answer'));
      });
      request.on('error', reject);
      request.end(event.body);
    });
  }
}

async function readAnswer(response: IncomingMessage): Promise<UpstreamAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) return { kind: 'tooLarge' };
      chunks.push(chunk);
    }
  } catch {
    return { kind: 'cancelled' };
  }
  return { kind: 'answered', status: response.statusCode ?? 0, body: Buffer.concat(chunks) };
}
