// Which ports a stack takes: the wanted ones if they can be had, free ones where any will do.

import { findFreePort, isPortTaken } from './ports.ts';
import type { StackSettings } from './settings.ts';

/** The embedded host; none, because somebody starts one by hand; or another one's command, e.g. `['/usr/bin/func', 'start']`. */
export type HostChoice = 'embedded' | 'none' | readonly string[];

/** 0, and nothing, for any. */
export interface WantedPorts {
  readonly port?: number;
  readonly servicePort?: number;
  readonly tablePort?: number;
  /** Of the blob service, which only a real Functions host needs: for its keys and locks. */
  readonly blobPort?: number;
  /** 0 for any; nothing for no debugger. */
  readonly inspectPort?: number | undefined;
}

export interface Ports {
  /** The host's, and so the page's. */
  readonly port: number;
  readonly servicePort: number;
  readonly tablePort: number;
  /** Absent where no blob service is needed. */
  readonly blobPort: number | undefined;
  /** Where a debugger attaches to the functions. */
  readonly inspectPort: number | undefined;
}

export async function choosePorts(
  options: WantedPorts,
  { service, storage }: StackSettings,
  host: HostChoice,
): Promise<Ports> {
  const needsBlobs = host !== 'embedded' && !storage;
  const chosen = new Set<number>();
  const choose = async (option: string, wanted: number, isNeeded = true): Promise<number> => {
    if (!isNeeded) return 0;
    if (wanted !== 0) {
      if (chosen.has(wanted)) throw portTwiceError(wanted);
      // Of a host that is started by hand: it may run already.
      const isOurs = option !== 'port' || host !== 'none';
      if (isOurs && (await isPortTaken(wanted))) throw portTakenError(wanted, option);
    }
    let port = wanted;
    while (port === 0 || (wanted === 0 && chosen.has(port))) port = await findFreePort();
    chosen.add(port);
    return port;
  };
  // The fixed ones first, so that a free one is none of them.
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

function portTwiceError(port: number): Error {
  return new Error(
    `unable to start the stack; port ${port} is wanted twice. Give page, service, tables, blobs and debugger a port each.`,
  );
}

function portTakenError(port: number, option: string): Error {
  const usage = option === 'inspect' ? '--inspect=N' : `--${option} N`;
  return new Error(
    `unable to start the stack; port ${port} is taken. Stop what uses it (another npm start?), or choose another with ${usage} (0 for any).`,
  );
}

/** A free port may be taken by somebody else before it is used. */
export async function hasLostRace(options: WantedPorts, ports: Ports): Promise<boolean> {
  const free = [
    options.port ? 0 : ports.port,
    options.servicePort ? 0 : ports.servicePort,
    options.tablePort ? 0 : ports.tablePort,
    options.blobPort ? 0 : (ports.blobPort ?? 0),
    options.inspectPort ? 0 : (ports.inspectPort ?? 0),
  ];
  const nowTaken = await Promise.all(free.map((port) => port !== 0 && isPortTaken(port)));
  return nowTaken.includes(true);
}
