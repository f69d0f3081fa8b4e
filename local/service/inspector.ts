// A debug page with hubs, connections, groups and the last events.

import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { ConnectionLives } from './connection-lives.ts';
import type { Hubs } from './connections/hubs.ts';
import type { Counts } from './counts.ts';
import { HttpError } from './http/http-error.ts';
import type { Log } from './log.ts';

/** Lines of the log that the page shows. */
const LINES = 200;
/** Connections per hub that the page shows. */
const CONNECTIONS = 200;
const GROUPS = 200;

const PAGE = join(import.meta.dirname, 'inspector.html');

interface Line {
  /** A running number, so that the page finds new lines. */
  readonly number: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly text: string;
}

/** Serves the page and its data at /emulator/. */
export class Inspector {
  readonly #hubs: Hubs;
  readonly #counts: Counts;
  readonly #now: () => number;
  readonly #lines: Line[] = [];
  readonly #lives = new ConnectionLives();
  #written = 0;

  constructor(hubs: Hubs, counts: Counts, now: () => number) {
    this.#hubs = hubs;
    this.#counts = counts;
    this.#now = now;
  }

  /** A log that keeps the last lines and passes them on. */
  overhear(log: Log | undefined): Log {
    return (text, level) => {
      log?.(text, level);
      this.#lives.note(text, this.#now());
      this.#written += 1;
      this.#lines.push({ number: this.#written, at: this.#now(), text });
      if (this.#lines.length > LINES) this.#lines.shift();
    };
  }

  handle(path: string, response: ServerResponse): void {
    switch (path) {
      case '/emulator/':
        response
          .writeHead(200, {
            'Content-Type': 'text/html; charset=utf-8',
            // The page shows values of clients as text. The policy stops them even if that fails.
            'Content-Security-Policy':
              "default-src 'self'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'",
          })
          .end(readFileSync(PAGE));
        return;
      case '/emulator/state':
        response
          .writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
          .end(JSON.stringify(this.#state()));
        return;
      default:
        throw new HttpError(404, 'NotFound', 'unable to find this page; there is /emulator/.');
    }
  }

  #state(): object {
    const hubs = this.#hubs.all().map(({ name, hub }) => ({
      name,
      connections: firstOf(hub.all(), CONNECTIONS).map((connection) => ({
        ...connection.describe(),
        groups: hub.groupsOf(connection),
      })),
      groups: firstOf(hub.groups(), GROUPS).map(([group, members]) => ({
        name: group,
        connections: members.size,
      })),
    }));
    const lives = this.#lives.list();
    return { now: this.#now(), counts: this.#counts, hubs, lives, lines: this.#lines };
  }
}

function firstOf<Item>(items: Iterable<Item>, most: number): Item[] {
  const first: Item[] = [];
  for (const item of items) {
    if (first.length >= most) break;
    first.push(item);
  }
  return first;
}
