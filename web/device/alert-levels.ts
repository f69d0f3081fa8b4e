// Which messages alert the person, by room, on this device.

import { ALERT_LEVELS, type AlertLevel } from '../state/alerts.ts';
import { type Memory, readJson } from './memory.ts';

const LEVELS = 'chat.rooms.alerts';
/** More rooms than the device lists. */
const MOST_LEVELS = 100;
/** No room has an empty name. */
const DEFAULT = '';

/** The room's own level, or else that of rooms without one. */
export function levelOf(memory: Memory, room: string): AlertLevel {
  const levels = readLevels(memory);
  return levels.get(room) ?? levels.get(DEFAULT) ?? 'all';
}

/** The level of rooms without one of their own. */
export function defaultLevel(memory: Memory): AlertLevel {
  return levelOf(memory, DEFAULT);
}

/** The rooms that were set last are kept. */
export function chooseLevel(memory: Memory, room: string, level: AlertLevel): void {
  const { [DEFAULT]: byDefault, ...rooms } = Object.fromEntries(readLevels(memory));
  const others = Object.entries(rooms).filter(([other]) => other !== room);
  const kept = others.slice(-MOST_LEVELS + 1);
  if (byDefault && room !== DEFAULT) kept.unshift([DEFAULT, byDefault]);
  memory.write(LEVELS, JSON.stringify([...kept, [room, level]]));
}

export function chooseDefaultLevel(memory: Memory, level: AlertLevel): void {
  chooseLevel(memory, DEFAULT, level);
}

function readLevels(memory: Memory): ReadonlyMap<string, AlertLevel> {
  return new Map(readJson(memory, LEVELS, parseLevels) ?? []);
}

function parseLevels(value: unknown): readonly (readonly [string, AlertLevel])[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((entry: unknown) => {
    const [room, wanted]: readonly unknown[] = Array.isArray(entry) ? entry : [];
    const level = ALERT_LEVELS.find((one) => one === wanted);
    return typeof room === 'string' && level ? [[room, level] as const] : [];
  });
}
