// Options for the chat of a command, and the connection to it.

import { DEFAULT_ROOM, parseRoom } from '../../../functions/protocol.ts';
import { isBlockedPort } from '../../blocked-ports.ts';
import { number, type Option } from '../command-line/declaration.ts';
import { UsageError } from '../command-line/usage-error.ts';
import type { CommandContext } from '../context.ts';
import { ChatApi } from './chat-api.ts';
import { isLoopback, isThisMachine } from './loopback.ts';

export interface ChatValues {
  readonly url: string;
  /** A function key. Absent for commands that need none, and on a developer's machine. */
  readonly key?: string | undefined;
  /** The token of an account. */
  readonly token?: string | undefined;
  /** Seconds. Absent for no retry. */
  readonly 'retry-for'?: number | undefined;
}

/** For an address without its scheme. */
function toHint(given: string): string {
  if (!/^[\w.-]+(?::\d+)?(?:\/|$)/.test(given)) return '';
  const scheme = isLoopback(given.replace(/[:/].*$/s, '')) ? 'http' : 'https';
  return `; did you mean ${scheme}://${given}?`;
}

/** Leaves a broken escape sequence as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const url: Option<string> = {
  takes: 'URL',
  about: 'the address of the chat, default http://localhost:7071',
  environment: 'CHAT_URL',
  parse: (given = 'http://localhost:7071', name) => {
    const parsed = URL.canParse(given) ? new URL(given) : undefined;
    if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
      throw new UsageError(
        `${name} is ${JSON.stringify(given)}, which is no http or https address${toHint(given)}`,
      );
    }
    // The link of a room or of a message, as the page shows it.
    const [, chat, room] = /^(.*)\/r\/([^/]+)(?:\/\d*)?$/.exec(parsed.pathname) ?? [];
    if (room !== undefined) {
      const link = `--url ${parsed.origin}${chat} --room ${decode(room)}`;
      throw new UsageError(`${name} is the address of a room; write ${link}`);
    }
    if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '') {
      throw new UsageError(
        `${name} holds a password or a query, which would not be sent; a key is given by --key`,
      );
    }
    if (isBlockedPort(Number(parsed.port))) {
      throw new UsageError(
        `${name} has port ${parsed.port}, to which Node and browsers send no request; let the chat listen at another port`,
      );
    }
    return `${parsed.origin}${parsed.pathname}`.replace(/\/+$/, '');
  },
};

/** A key or a token, which travels in a header. The error does not show it. */
function secret(takes: string, about: string, environment: string): Option<string | undefined> {
  return {
    takes,
    about,
    environment,
    parse: (given, name) => {
      const trimmed = given?.trim();
      if (trimmed === undefined || /^[\x21-\x7e]*$/.test(trimmed)) return trimmed;
      throw new UsageError(
        `${name} holds a space, a line break or another character that no ${takes.toLowerCase()} has; copy it again`,
      );
    },
  };
}

const key = secret('KEY', 'a function key of the app; on Azure this command needs one', 'CHAT_KEY');

export const room: Option<string> = {
  takes: 'ROOM',
  about: `default ${DEFAULT_ROOM}`,
  parse: (given = DEFAULT_ROOM) => parseRoom(given),
};

export const token = secret(
  'TOKEN',
  'of an account, for a chat where people sign in',
  'CHAT_TOKEN',
);

const MOST_SECONDS = 604_800;

/** The option for the retry time of requests that the chat does not answer. */
export function retryFor<D extends number | undefined>(
  otherwise: D,
  inWords: string,
): Option<number | D> {
  const about = `how long to try again while the chat cannot be reached, is busy, or something else answers for it; default ${inWords}`;
  return number('SECONDS', about, { least: 0, most: MOST_SECONDS, otherwise });
}

/** For a command without a key. */
export const ANYBODY = { url, 'retry-for': retryFor(0, '0, no retry') };
/** For a command that needs a function key. */
export const WITH_KEY = { url, key, 'retry-for': retryFor(0, '0, no retry') };
/** For a command of many requests. */
export const WITH_KEY_LONG = { url, key, 'retry-for': retryFor(300, '300') };

/** Throws {@link UsageError} for a key or token that would go over a network unencrypted. */
export async function connect(
  values: ChatValues,
  context: Pick<CommandContext, 'network' | 'clock' | 'random' | 'report'>,
): Promise<ChatApi> {
  const { protocol, hostname } = new URL(values.url);
  const sent = values.key !== undefined ? 'key' : values.token !== undefined ? 'token' : undefined;
  if (sent !== undefined && protocol === 'http:' && !isThisMachine(hostname)) {
    throw new UsageError(
      `unable to send a ${sent} to ${values.url}; over http everybody on the way can read it. Give the https address by --url.`,
    );
  }
  const { fetch } = await context.network();
  const options = {
    url: values.url,
    key: values.key,
    retryForMs: (values['retry-for'] ?? 0) * 1_000,
  };
  return new ChatApi(options, context, fetch);
}
