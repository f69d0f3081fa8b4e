// A closed terminal (SIGHUP), and `nohup`, which asks a command to outlive it.

/** Where a person may sit: those of the standard streams that are terminals. */
export type Terminals = readonly ('stdin' | 'stdout' | 'stderr')[];

/**
 * A closed terminal is no reason to end for a process that uses none. `nohup` takes away all three streams, and ignores the
 * signal, too; but Node, and so npm and npx, resets what was ignored when it starts, so the streams are all that can be seen of it.
 * Source: nodejs/node, src/node.cc, `ResetSignalHandlers`; POSIX, nohup.
 */
export function isHangUpMeant(terminals: Terminals): boolean {
  return terminals.length > 0;
}

/** Calls `end` where a hang-up is meant for this process, which goes on otherwise. */
export function onHangUp(end: () => void, goOn: () => void = () => undefined): void {
  process.on('SIGHUP', () => {
    const terminals = (['stdin', 'stdout', 'stderr'] as const).filter(
      (name) => process[name].isTTY,
    );
    if (isHangUpMeant(terminals)) end();
    else goOn();
  });
}
