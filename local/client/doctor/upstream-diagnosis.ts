// Why no welcome comes over a connection that stands: the service does not call the functions, or is refused. Pure.

import type { HealthFacts } from '../api/answers.ts';
import { judgePart } from './diagnosis.ts';
import { broken, ok, type Verdict } from './hops.ts';

const MINUTE_MS = 60_000;
/** A time in health is up to a minute old. */
const RECORD_AGE_MS = MINUTE_MS;

export interface Joined {
  /** The welcome came. */
  readonly isWelcome: boolean;
  /** The error with which the connection ended before it. */
  readonly ended: string | undefined;
  /** When the connection was opened, by the functions' clock, epoch ms. */
  readonly since: number;
  /** Health, asked after the wait for the welcome. */
  readonly health: HealthFacts | undefined;
  /** The status of a request to the webhook without a key and without an event. */
  readonly webhookStatus: number | undefined;
}

export function judgeUpstream({ isWelcome, ended, since, health, webhookStatus }: Joined): Verdict {
  if (isWelcome) return ok('the event connected reached the functions');
  if (ended !== undefined) return judgePart(ended);
  if (health && hasCome(health, since)) return ok('events reach the functions');
  const refusal = health?.refused
    .filter(({ at }) => at >= since - RECORD_AGE_MS)
    // Strangers can cause the others.
    .sort((a, b) => Number(b.reason.startsWith('wrong_')) - Number(a.reason.startsWith('wrong_')))
    .at(0);
  if (refusal) {
    const found = `the functions refuse the events of the service (${refusal.reason})`;
    return broken(
      found,
      REFUSAL_CURES[refusal.reason] ?? 'Look for "upstream request" in the log.',
    );
  }
  if (webhookStatus === 401 || webhookStatus === 403) {
    return broken(
      `the host answers ${webhookStatus} at the webhook: it asks for its system key`,
      'Give the upstream URL of the service the key signalr_extension: deploy with upstreamAuth=systemKey and run infra/use-system-key.sh.',
    );
  }
  if (webhookStatus === 404) {
    return broken(
      'the host has no function behind the webhook (404)',
      'Check AzureWebJobsStorage: the host disables the hub functions when it cannot use that account (role Storage Blob Data Owner), then restart the app.',
    );
  }
  const lastAt = health?.upstreamAt;
  const last =
    lastAt === undefined
      ? 'none ever came'
      : `the last one came ${Math.round((since - lastAt) / MINUTE_MS)} min before`;
  return broken(
    health?.hasTimes === true
      ? `connected, and no event reaches the functions: ${last}`
      : 'connected, and no welcome comes',
    'Check the upstream URL of the SignalR Service (https://<app>/runtime/webhooks/signalr, for all events of the hub chat), and that the registration of upstreamAudience has a service principal (az ad sp create).',
  );
}

function hasCome({ upstreamAt }: HealthFacts, since: number): boolean {
  return upstreamAt !== undefined && upstreamAt >= since - RECORD_AGE_MS;
}

const REFUSAL_CURES: Readonly<Record<string, string>> = {
  no_signature:
    'Point the upstream URL of the service of AzureSignalRConnectionString at this app, because requests come that this service has not signed.',
  wrong_signature:
    'Copy the AccessKey of this very service into AzureSignalRConnectionString again, because another key signs the events.',
  no_token:
    'Turn on the managed identity of the upstream (auth type ManagedIdentity), and make the service principal of upstreamAudience: az ad sp create --id <client id>.',
  bad_token:
    'Deploy again with the client id of a registration of your own as upstreamAudience, and check CHAT_UPSTREAM_TENANT, because the token cannot be verified.',
  wrong_issuer: 'Set CHAT_UPSTREAM_TENANT to the tenant of the SignalR Service.',
  wrong_audience:
    'Set CHAT_UPSTREAM_AUDIENCE to the audience of the upstream of the service: deploy again with one client id as upstreamAudience.',
  wrong_identity:
    'Set CHAT_UPSTREAM_OBJECT_ID to the object id of the identity of the SignalR Service: deploy the templates again.',
};
