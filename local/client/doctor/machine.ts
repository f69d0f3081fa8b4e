// What can be wrong with this machine, for a chat that runs on it: Node, the settings file, and who has the page's port.

import { join } from 'node:path';
import { parseConnectionString } from '../../access-token.ts';
import { nearestWord } from '../../nearest-word.ts';
import { refuseNode } from '../../stack/node-version.ts';
import { isListening } from '../../stack/ports.ts';
import { readSettingsFile, type Values } from '../../stack/settings.ts';
import { parseHealthFacts } from '../api/answers.ts';
import { judgePart } from './diagnosis.ts';
import { type Asking, exchange } from './exchange.ts';
import { broken, ok, skipped, type Verdict } from './hops.ts';
import { isUnreachable } from './observations.ts';

const FILE = 'local.settings.json';

/** Those of docs/settings.md that begin with `CHAT_`. */
export const CHAT_SETTINGS = [
  'CHAT_STORAGE',
  'CHAT_TABLE',
  'CHAT_AUTH',
  'CHAT_ENTRA_TENANT',
  'CHAT_ENTRA_CLIENT_ID',
  'CHAT_RETENTION_DAYS',
  'CHAT_EDIT_MINUTES',
  'CHAT_MODERATORS',
  'CHAT_BATCH_MS',
  'CHAT_TYPING',
  'CHAT_USER_CONNECTIONS',
  'CHAT_ROOM_CONNECTIONS',
  'CHAT_SERVICE_AT_PAGE',
  'CHAT_UPSTREAM_TENANT',
  'CHAT_UPSTREAM_AUDIENCE',
  'CHAT_UPSTREAM_OBJECT_ID',
];

/** @param version e.g. `v20.19.0` */
export function judgeNode(version: string): Verdict {
  const refusal = refuseNode(version);
  return refusal === undefined ? ok(version) : judgePart(refusal);
}

/** Reads the settings file of the checkout. */
export async function checkSettings(checkout: string): Promise<Verdict> {
  try {
    return judgeSettings(await readSettingsFile(join(checkout, FILE)));
  } catch (error) {
    return judgePart(String(error instanceof Error ? error.message : error));
  }
}

function judgeSettings(values: Values): Verdict {
  for (const name of Object.keys(values)) {
    const [base = ''] = name.split('__');
    if (!base.toUpperCase().startsWith('CHAT') || CHAT_SETTINGS.includes(base)) continue;
    const nearest = nearestWord(base, CHAT_SETTINGS);
    const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
    return broken(
      `${FILE} has the setting ${name}, which nothing reads`,
      `Correct its name, or remove it; docs/settings.md lists all.${hint}`,
    );
  }
  const text = values.AzureSignalRConnectionString;
  try {
    // With AuthType an identity takes the place of the key.
    if (text && !/\bAuthType=/i.test(text)) parseConnectionString(text);
  } catch (error) {
    return judgePart(`AzureSignalRConnectionString of ${FILE}: ${(error as Error).message}`);
  }
  return ok(Object.keys(values).length === 0 ? `no ${FILE}, so the defaults count` : FILE);
}

/** Who has the port of the page, on both addresses of `localhost`. */
export async function checkPort(url: string, asking: Asking): Promise<Verdict> {
  const { protocol, port } = new URL(url);
  const number = Number(port || (protocol === 'https:' ? 443 : 80));
  const found = await Promise.all(
    ['127.0.0.1', '::1'].map(async (address) => ({
      address,
      who: await whoListens(protocol, address, number, asking),
    })),
  );
  const at = (who: string) => found.filter((one) => one.who === who).map(({ address }) => address);
  const [ours, others] = [at('chat'), at('other')];
  if (ours.length > 0 && others.length > 0) {
    return broken(
      `another program has port ${number} at ${others.join()}`,
      'Stop it, or start the chat with --port N, because localhost may lead to either address.',
    );
  }
  if (ours.length > 0) return ok(`the chat has port ${number} at ${ours.join(' and ')}`);
  // It may be a host whose app did not load: the other hops say so.
  return skipped(
    others.length > 0
      ? `port ${number} is taken, and not by a chat that answers`
      : `nothing listens at port ${number}`,
  );
}

async function whoListens(protocol: string, address: string, port: number, asking: Asking) {
  if (!(await isListening(port, address))) return 'nobody';
  const host = address.includes(':') ? `[${address}]` : address;
  const url = new URL(`${protocol}//${host}:${port}/api/health`);
  const seen = await exchange(url, { method: 'GET', headers: {} }, asking);
  return !isUnreachable(seen) && parseHealthFacts(seen.text) ? 'chat' : 'other';
}
