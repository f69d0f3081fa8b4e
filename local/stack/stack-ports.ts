// Chooses the ports of a stack: the requested ones, and free ones for the rest.

import { findFreePort, isOwnAddress, isPortTaken, LOOPBACK } from './ports.ts';
import type { StackSettings } from './settings.ts';

/** The embedded host, none for a host that somebody starts by hand, or another host's command, e.g. `['/usr/bin/func', 'start']`. */
export type HostChoice = 'embedded' | 'none' | readonly string[];

/** The address of page and service, and the requested ports. 0 or undefined for any free port. */
export interface WantedPorts {
  /** Where page and service listen. Default 127.0.0.1. All other parts stay on loopback. */
  readonly address?: string | undefined;
  readonly port?: number;
  readonly servicePort?: number;
  readonly tablePort?: number;
  /** Port of the blob service. Only a real Functions host needs it, for its keys and locks. */
  readonly blobPort?: number;
  /** Port for a debugger. 0 for any free port, undefined for no debugger. */
  readonly inspectPort?: number | undefined;
}

export interface Ports {
  /** The port of the host, and so of the page. */
  readonly port: number;
  readonly servicePort: number;
  readonly tablePort: number;
  /** Absent without a blob service. */
  readonly blobPort: number | undefined;
  /** The port for a debugger of the functions. */
  readonly inspectPort: number | undefined;
}

/** Free ports for 0, otherwise the wanted ones. Throws if one is taken or wanted twice, or the address is not of this machine. */
export async function choosePorts(
  options: WantedPorts,
  { service, storage }: StackSettings,
  host: HostChoice,
): Promise<Ports> {
  const { address = LOOPBACK } = options;
  if (!(await isOwnAddress(address))) throw notOwnAddressError(address);
  const needsBlobs = host !== 'embedded' && !storage;
  const chosen = new Set<number>();
  const choose = async (option: string, wanted: number, isNeeded = true): Promise<number> => {
    if (!isNeeded) return 0;
    if (wanted !== 0) {
      if (chosen.has(wanted)) throw portTwiceError(wanted);
      // A host that is started by hand may run already.
      const isOurs = option !== 'port' || host !== 'none';
      if (isOurs && (await isPortTaken(wanted, addressOf(option, address))))
        throw portTakenError(wanted, option);
    }
    let port = wanted;
    while (port === 0 || (wanted === 0 && (chosen.has(port) || (await isPortTaken(port, address)))))
      port = await findFreePort();
    chosen.add(port);
    return port;
  };
  // The requested ports first, so that no free port equals one of them.
  const wanted = [
    ['port', options.port ?? 0, true],
    ['service-port', options.servicePort ?? 0, !service],
    ['table-port', options.tablePort ?? 0, !storage],
    ['blob-port', options.blobPort ?? 0, needsBlobs],
    ['inspect', options.inspectPort ?? 0, options.inspectPort !== undefined],
  ] as const;
  const ports = new Map<string, number>();
  for (const [option, port, isNeeded] of wanted.toSorted(([, a], [, b]) => b - a)) {
    ports.set(option, await choose(option, port, isNeeded));
  }
  return {
    port: ports.get('port') ?? 0,
    servicePort: ports.get('service-port') ?? 0,
    tablePort: ports.get('table-port') ?? 0,
    blobPort: needsBlobs ? ports.get('blob-port') : undefined,
    inspectPort: options.inspectPort === undefined ? undefined : ports.get('inspect'),
  };
}

function addressOf(option: string, address: string): string {
  return option === 'port' || option === 'service-port' ? address : LOOPBACK;
}

function notOwnAddressError(address: string): Error {
  return new Error(
    `unable to start the stack; ${address} is no address of this machine. Write --lan alone for the first one, or give another.`,
  );
}

function portTwiceError(port: number): Error {
  return new Error(
    `unable to start the stack; port ${port} is wanted twice. Give page, service, tables, blobs and debugger a port each.`,
  );
}

/** Each of its parts would find its port taken, and then the folder of the tables. */
const SECOND_STACK = 'npm start -- --port 0 --service-port 0 --table-port 0 --ephemeral';

function portTakenError(port: number, option: string): Error {
  const usage = option === 'inspect' ? '--inspect=N' : `--${option} N`;
  return new Error(
    `unable to start the stack; port ${port} is taken. Stop what uses it (another npm start?), or choose another with ${usage} (0 for any). A second stack beside it: ${SECOND_STACK}.`,
  );
}

/** Whether another program has taken a free port before its use. */
export async function hasLostRace(options: WantedPorts, ports: Ports): Promise<boolean> {
  const { address } = options;
  const free: readonly (readonly [port: number, address?: string | undefined])[] = [
    [options.port ? 0 : ports.port, address],
    [options.servicePort ? 0 : ports.servicePort, address],
    [options.tablePort ? 0 : ports.tablePort],
    [options.blobPort ? 0 : (ports.blobPort ?? 0)],
    [options.inspectPort ? 0 : (ports.inspectPort ?? 0)],
  ];
  const nowTaken = await Promise.all(free.map(([port, at]) => port !== 0 && isPortTaken(port, at)));
  return nowTaken.includes(true);
}
