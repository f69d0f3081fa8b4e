// Processor time and memory of a process as Linux reports them. Zeros on other systems.

import { readFileSync } from 'node:fs';

/** Linux counts time in hundredths of a second. */
const TICK_MS = 10;
const PAGE_KIB = 4;

export interface Usage {
  /** Processor time, user and system. */
  readonly cpuMs: number;
  readonly residentKib: number;
}

export function usageOf(pid: number): Usage {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The fields follow the name in brackets, which may contain any character.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { cpuMs: ticks * TICK_MS, residentKib: Number(fields[21]) * PAGE_KIB };
  } catch {
    return { cpuMs: 0, residentKib: 0 };
  }
}

/** The most memory that the process has had. 0 on other systems. */
export function peakBytesOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}

/** Busy time of all processors together. */
export function busyMs(): number {
  try {
    const [user = 0, nice = 0, system = 0] =
      readFileSync('/proc/stat', 'utf8').split('\n')[0]?.split(/\s+/).slice(1, 4).map(Number) ?? [];
    return (user + nice + system) * TICK_MS;
  } catch {
    return 0;
  }
}
