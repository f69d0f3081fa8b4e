// Lets the page open without a network: stores a copy of its files and serves them if the network does not answer, or the server fails.
// It does not store messages: a room is shared, and only the service knows its current content.

import { pathBelow } from '../device/names.ts';
import { networkFirst } from './network-first.ts';
import { openRoom, type Windows } from './notification-click.ts';
import { copyOf, handlingOf } from './shell.ts';

/** The build defines both: the page's files, and a hash of their contents. */
declare const SHELL_FILES: readonly string[];
declare const SHELL_VERSION: string;

/** The part that this file uses. TypeScript's own types for service workers conflict with those for pages. */
interface ServiceWorkerScope {
  readonly location: Location;
  readonly skipWaiting: () => Promise<void>;
  readonly clients: Windows & { readonly claim: () => Promise<void> };
  readonly addEventListener: <Type extends keyof WorkerEvents>(
    type: Type,
    listener: (event: WorkerEvents[Type]) => void,
  ) => void;
}

interface Lasting {
  readonly waitUntil: (work: Promise<unknown>) => void;
}

interface WorkerEvents {
  readonly install: Lasting;
  readonly activate: Lasting;
  readonly fetch: {
    readonly request: Request;
    readonly respondWith: (answer: Promise<Response>) => void;
  };
  readonly notificationclick: Lasting & { readonly notification: Notification };
}

const worker = self as unknown as ServiceWorkerScope;
/** The address of the chat. */
const BASE = new URL('./', worker.location.href).href;
const CACHE = `shell ${SHELL_VERSION}`;

/** After this time without an answer, for example in a tunnel, the worker serves the copy. */
const NETWORK_LIMIT_MS = 2_500;
/** For this time after a slow answer, other files do not wait for the network. */
const SILENCE_MS = 20_000;
let silentUntil = 0;

worker.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(CACHE).then(async (cache) => {
      await cache.addAll(SHELL_FILES.map((path) => new Request(path, { cache: 'no-cache' })));
      await worker.skipWaiting();
    }),
  );
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(
    caches.keys().then(async (names) => {
      const old = names.filter((name) => name !== CACHE);
      await Promise.all(old.map((name) => caches.delete(name)));
      await worker.clients.claim();
    }),
  );
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  switch (handlingOf(request, BASE)) {
    case 'leave':
      return;
    case 'page':
      return event.respondWith(
        fromNetworkFirst(request, copyOf(pathBelow(BASE, request.url) ?? '/')),
      );
    case 'file':
      return event.respondWith(fromNetworkFirst(request, request.url));
    case 'part':
      return event.respondWith(cacheFirst(request));
  }
});

worker.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(openRoom(worker.clients, String(event.notification.data ?? './'), BASE));
});

function fromNetworkFirst(request: Request, copy: string): Promise<Response> {
  return networkFirst({
    ask: () => fetch(request),
    copy: () => caches.match(copy),
    limit: waitForLimit,
    onTooLate: () => {
      silentUntil = performance.now() + SILENCE_MS;
    },
  });
}

function waitForLimit(): Promise<'too late'> {
  const limit = performance.now() < silentUntil ? 0 : NETWORK_LIMIT_MS;
  return new Promise((resolve) => {
    setTimeout(() => resolve('too late'), limit);
  });
}

async function cacheFirst(request: Request): Promise<Response> {
  const copy = await caches.match(request);
  if (copy) return copy;
  const answer = await fetch(request);
  if (answer.ok) {
    const cache = await caches.open(CACHE);
    await cache.put(request, answer.clone());
  }
  return answer;
}
