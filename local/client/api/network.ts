// Sends requests through the proxy that the environment names, if it names one. Node 20 does not know these variables.
// undici, Node's own fetch as a package, does, and loads only if they are set.

import { UsageError } from '../command-line/usage-error.ts';
import type { Fetch } from './fetch.ts';
import { isThisMachine } from './loopback.ts';

export interface Network {
  readonly fetch: Fetch;
  /** For the SignalR client. Undefined for its default. */
  readonly WebSocket: NodeWebSocket | undefined;
}

/** The constructor as the SignalR client calls it in Node. */
export type NodeWebSocket = new (
  url: string,
  protocols: undefined,
  options: { readonly headers: Record<string, string> },
) => NodeSocket;

export interface NodeSocket {
  readonly readyState?: number;
  close(): void;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Requests to this machine use no proxy. Throws {@link UsageError}. */
export async function openNetwork(environment: Environment): Promise<Network> {
  const direct: Fetch = (to, init) => fetch(to, init);
  const proxies = {
    http: readProxy('HTTP_PROXY', environment),
    https: readProxy('HTTPS_PROXY', environment),
  };
  if (proxies.http === '' && proxies.https === '') return { fetch: direct, WebSocket: undefined };
  const undici = await import('undici');
  const options = {
    httpProxy: proxies.http,
    httpsProxy: proxies.https,
    noProxy: read('NO_PROXY', environment),
  };
  // A request without TLS goes to the proxy as it is. A WebSocket always needs a tunnel.
  const forward = new undici.EnvHttpProxyAgent({ ...options, proxyTunnel: false });
  const tunnel = new undici.EnvHttpProxyAgent(options);
  // By default undici uses one proxy for the other protocol.
  const isProxied = ({ protocol, hostname }: URL) =>
    !isThisMachine(hostname) && proxies[/^(https|wss):$/.test(protocol) ? 'https' : 'http'] !== '';
  return {
    fetch: (to, init) =>
      isProxied(to) ? undici.fetch(to, { ...init, dispatcher: forward }) : direct(to, init),
    WebSocket: class extends undici.WebSocket {
      constructor(to: string, _: undefined, { headers }: { headers: Record<string, string> }) {
        super(to, { headers, ...(isProxied(new URL(to)) ? { dispatcher: tunnel } : {}) });
      }
    },
  };
}

/** Empty if the environment names none. */
function readProxy(name: string, environment: Environment): string {
  const text = read(name, environment);
  if (text === '') return '';
  const address = text.includes('://') ? text : `http://${text}`;
  const protocol = URL.canParse(address) ? new URL(address).protocol : '';
  if (protocol === 'http:' || protocol === 'https:') return address;
  throw new UsageError(
    `unable to use ${name}; it is no address of an HTTP proxy. Correct it, or exclude the chat by NO_PROXY.`,
  );
}

/** Lower case wins over upper case, as in other programs. */
function read(name: string, environment: Environment): string {
  return environment[name.toLowerCase()] || environment[name] || '';
}
