// Checks options that a person or a program without types gave. A misspelt option would silently do nothing.

import { isIP } from 'node:net';
import { DEFAULT_LIMITS, DEFAULT_TIMES, type EmulatorOptions, type Units } from './options.ts';
import { isUnitCount } from './quota.ts';
import { NO_FAULTS } from './upstream/faults.ts';
import { toTemplates } from './upstream/upstream-settings.ts';

const CHECKS: { readonly [Name in keyof Required<EmulatorOptions>]: (value: unknown) => unknown } =
  {
    port: requirePort,
    ip: requireIp,
    keys: requireKeys,
    tokenHosts: (hosts) => requireList('tokenHosts', hosts).map(requireHost),
    upstream: (upstream) => toTemplates(upstream as never),
    times: (times) => requireNumbers('times', times, DEFAULT_TIMES),
    limits: (limits) => requireNumbers('limits', limits, DEFAULT_LIMITS),
    units: requireUnits,
    faults: requireFaults,
    compat: (value) => requireBoolean('compat', value),
    inspect: (value) => requireBoolean('inspect', value),
    now: (value) => requireFunction('now', value),
    monotonicNow: (value) => requireFunction('monotonicNow', value),
    log: (value) => requireFunction('log', value),
  };

/** Throws an error whose message is for the user. An option that is undefined counts as not given. */
export function checkOptions(options: EmulatorOptions): EmulatorOptions {
  const given = Object.entries(requireObject('options', options)).filter(
    ([, value]) => value !== undefined,
  );
  for (const [name, value] of given) {
    if (!isOption(name)) {
      throw new Error(
        `unable to use the option ${JSON.stringify(name)}; there is none of this name. Choose from ${Object.keys(CHECKS).join(', ')}.`,
      );
    }
    CHECKS[name](value);
  }
  return Object.fromEntries(given);
}

function isOption(name: string): name is keyof EmulatorOptions {
  return Object.hasOwn(CHECKS, name);
}

/** @param given the port as the user wrote it, for the error */
export function requirePort(port: unknown, given = port): number {
  if (!Number.isInteger(port) || Number(port) < 0 || Number(port) > 65_535) {
    throw new Error(
      `unable to listen at port ${show(given)}; a port is a number from 0 to 65535. Choose one, or 0 for any.`,
    );
  }
  return Number(port);
}

/** Throws for anything but an IPv4 or IPv6 address. */
export function requireIp(ip: unknown): string {
  if (typeof ip !== 'string' || isIP(ip) === 0) {
    throw new Error(
      `unable to listen at ${show(ip)}; it is no IP address. Give one such as 127.0.0.1 or 0.0.0.0.`,
    );
  }
  return ip;
}

/** Throws unless there are one or two keys, each without spaces and semicolons. */
export function requireKeys(keys: unknown): readonly string[] {
  const isRight =
    Array.isArray(keys) &&
    (keys.length === 1 || keys.length === 2) &&
    keys.every((key) => typeof key === 'string' && key !== '' && !/[;\s]/.test(key));
  if (!isRight) {
    throw new Error(
      'unable to use the access keys; there are one or two, without spaces or semicolons. Give a primary one, or a primary and a secondary one.',
    );
  }
  return keys;
}

/** Returns it in lower case. */
export function requireHost(text: unknown): string {
  const url =
    typeof text === 'string' && URL.canParse(`http://${text}`)
      ? new URL(`http://${text}`)
      : undefined;
  const host = String(text).toLowerCase();
  if (url?.host !== url?.hostname || url?.href !== `http://${host}/`) {
    throw new Error(
      `unable to compare tokens with ${show(text)}; it is no host name. Give one without scheme, port and path.`,
    );
  }
  return host;
}

/** @param given the units as the user wrote them, for the error */
export function requireUnits(units: unknown, given = units): Units {
  if (units === 'free') return units;
  if (typeof units !== 'number' || !isUnitCount(units)) {
    throw new Error(
      `unable to use ${show(given)} units; a resource has 1 to 10 of them, then tens to 100, then hundreds to 1000. Choose one of these, or free.`,
    );
  }
  return units;
}

function requireFaults(faults: unknown): void {
  const { concurrent, ...numbers } = requireObject('faults', faults);
  const { concurrent: _, ...known } = NO_FAULTS;
  if (concurrent !== undefined) requireBoolean('faults.concurrent', concurrent);
  requireNumbers('faults', numbers, known);
  for (const name of ['twice', 'lost']) {
    if (Number(numbers[name]) > 1) {
      throw wrong(`faults.${name}`, `${show(numbers[name])} is no share`, 'Give one from 0 to 1');
    }
  }
}

/** Numbers from 0 on, with names that `known` has. */
function requireNumbers(name: string, value: unknown, known: object): void {
  for (const [member, number] of Object.entries(requireObject(name, value))) {
    if (!Object.hasOwn(known, member)) {
      const names = Object.keys(known).join(', ');
      throw wrong(`${name}.${member}`, 'there is none of this name', `Choose from ${names}`);
    }
    if (typeof number !== 'number' || !(number >= 0)) {
      throw wrong(`${name}.${member}`, `${show(number)} is no number from 0 on`, 'Give one');
    }
  }
}

function requireObject(name: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw wrong(name, `${show(value)} is no object`, 'Give one such as { port: 0 }');
}

function requireList(name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw wrong(name, `${show(value)} is no list`, 'Give an array');
}

function requireBoolean(name: string, value: unknown): void {
  if (typeof value !== 'boolean') {
    throw wrong(name, `${show(value)} is neither true nor false`, 'Give one of them');
  }
}

function requireFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') {
    throw wrong(name, `${show(value)} is no function`, 'Give one, or leave it out');
  }
}

function wrong(name: string, reason: string, advice: string): Error {
  return new Error(`unable to use the option ${name}; ${reason}. ${advice}.`);
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
