// A closed terminal (SIGHUP), and `nohup`, with which a command outlives its terminal.

/** The standard streams that are terminals. */
export type Terminals = readonly ('stdin' | 'stdout' | 'stderr')[];

/**
 * Whether a hang-up ends this process. A process without a terminal continues. `nohup` replaces all three streams and ignores
 * the signal. Node, and so npm and npx, resets ignored signals at its start, so only the streams show `nohup`.
 * Source: nodejs/node, src/node.cc, `ResetSignalHandlers`; POSIX, nohup.
 */
export function isHangUpMeant(terminals: Terminals): boolean {
  return terminals.length > 0;
}

/** Calls `end` if a hang-up ends this process, and `goOn` otherwise. */
export function onHangUp(end: () => void, goOn: () => void = () => undefined): void {
  process.on('SIGHUP', () => {
    const terminals = (['stdin', 'stdout', 'stderr'] as const).filter(
      (name) => process[name].isTTY,
    );
    if (isHangUpMeant(terminals)) end();
    else goOn();
  });
}
