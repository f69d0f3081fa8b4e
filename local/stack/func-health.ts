// Asks a host that may still be starting for `/api/health`. Only this answer comes from the app: a host without functions
// answers `/` with 204.

import { get } from 'node:http';
import type { Health } from './func-start.ts';

/** A starting host delays requests, ms. */
const PATIENCE_MS = 10_000;

/** @param origin e.g. `http://127.0.0.1:7071` */
export function askHealth(origin: string): Promise<Health> {
  return new Promise((resolve) => {
    const request = get(`${origin}/api/health`, { timeout: PATIENCE_MS }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.once('end', () => resolve(toHealth(response.statusCode ?? 0, body)));
      response.once('error', () => resolve({ kind: 'starting' }));
    });
    request.once('timeout', () => {
      resolve({ kind: 'starting' });
      request.destroy();
    });
    request.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ kind: error.code === 'ECONNREFUSED' ? 'silent' : 'starting' }),
    );
  });
}

/** `body` is the app's `{status, storage, signalR}` if the app has answered. */
export function toHealth(status: number, body: string): Health {
  const answer = parse(body);
  if (answer?.status === 'ok' && status === 200) return { kind: 'ok' };
  if (answer && typeof answer.status === 'string') {
    const { status: _, ...parts } = answer;
    const reason = Object.values(parts).find((part) => typeof part === 'string' && part !== 'ok');
    return { kind: 'unwell', reason: String(reason ?? `GET /api/health answers ${body}`) };
  }
  return status === 503 ? { kind: 'starting' } : { kind: 'missing', status };
}

function parse(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
