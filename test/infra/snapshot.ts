// A committed snapshot: the resources of one shape of the deployment, as far as they are known without Azure.
// Values that only Azure knows are text, such as "[reference('…').defaultHostName]".

import { readFileSync } from 'node:fs';

export const SHAPES = ['free', 'scale', 'private'] as const;
export type Shape = (typeof SHAPES)[number];

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export interface Resource {
  readonly id: string;
  /** As Azure writes it, e.g. `Microsoft.Web/sites/config`. */
  readonly type: string;
  readonly name: string;
  readonly json: { [name: string]: Json };
}

export interface Snapshot {
  /** The file's content. {@link resourcesOf} and {@link outputsOf} read it, mutations change it. */
  readonly json: Json;
}

export function readSnapshot(shape: Shape): Snapshot {
  return { json: JSON.parse(readFileSync(`infra/shapes/${shape}.snapshot.json`, 'utf8')) };
}

export function resourcesOf(snapshot: Snapshot, type?: string): Resource[] {
  return listAt(snapshot.json, 'predictedResources')
    .filter(isObject)
    .map((json) => ({
      id: String(json.id),
      type: String(json.type),
      name: String(json.name),
      json,
    }))
    .filter((resource) => type === undefined || resource.type === type);
}

/** The only resource of that type. */
export function resourceOf(snapshot: Snapshot, type: string): Resource {
  const [first, ...others] = resourcesOf(snapshot, type);
  if (!first || others.length > 0) throw new Error(`not one ${type} but ${others.length + 1}`);
  return first;
}

export function settingsOf(snapshot: Snapshot): Record<string, string> {
  const settings = resourcesOf(snapshot, 'Microsoft.Web/sites/config').find(({ name }) =>
    name.endsWith('/appsettings'),
  );
  const properties = settings && at(settings.json, 'properties');
  if (!isObject(properties)) throw new Error('no settings');
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, String(value)]));
}

export function outputsOf(snapshot: Snapshot): Json {
  return at(snapshot.json, 'outputs') ?? null;
}

/** The value at a path such as `properties.upstream.templates.0`. Undefined if there is none. */
export function at(json: Json, path: string): Json | undefined {
  return path.split('.').reduce<Json | undefined>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)];
    return isObject(value) ? value[step] : undefined;
  }, json);
}

export function listAt(json: Json, path: string): Json[] {
  const value = at(json, path);
  return Array.isArray(value) ? value : [];
}

export function isObject(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Writes `value` at a path, with missing parents. `undefined` removes the value. */
export function put(json: Json, path: string, value: Json | undefined): void {
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  const parent = steps.reduce<Json>((current, step) => {
    const next = at(current, step);
    if (next !== undefined) return next;
    if (!isObject(current)) throw new Error(`${path} leads nowhere`);
    current[step] = {};
    return current[step];
  }, json);
  if (Array.isArray(parent))
    parent.splice(Number(last), 1, ...(value === undefined ? [] : [value]));
  else if (!isObject(parent)) throw new Error(`${path} leads nowhere`);
  else if (value === undefined) delete parent[last];
  else parent[last] = value;
}
