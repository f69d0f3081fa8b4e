// The shape of an invariant of the deployment, and functions to write one.

import {
  at,
  type Json,
  listAt,
  put,
  type Resource,
  resourcesOf,
  type Snapshot,
} from './snapshot.ts';

export interface Invariant {
  readonly title: string;
  /** What breaks it, in words. Empty if it holds. */
  readonly violations: (snapshot: Snapshot) => string[];
  readonly mistakes: Readonly<Record<string, (snapshot: Snapshot) => void>>;
}

export const SIGNALR = 'Microsoft.SignalRService/signalR';
export const SITE = 'Microsoft.Web/sites';
export const SETTINGS = 'Microsoft.Web/sites/config';
export const POLICY = 'Microsoft.Web/sites/basicPublishingCredentialsPolicies';
export const ACCOUNT = 'Microsoft.Storage/storageAccounts';
export const CONTAINER = 'Microsoft.Storage/storageAccounts/blobServices/containers';
export const TABLE = 'Microsoft.Storage/storageAccounts/tableServices/tables';
export const INSIGHTS = 'Microsoft.Insights/components';
export const WORKSPACE = 'Microsoft.OperationalInsights/workspaces';
export const ROLE = 'Microsoft.Authorization/roleAssignments';
export const DIAGNOSTICS = 'Microsoft.Insights/diagnosticSettings';

/** An invariant that is a list of properties. Changing or removing any of them breaks it. */
export function offSwitches(
  title: string,
  type: string,
  wanted: Readonly<Record<string, Json>>,
): Invariant[] {
  const mistakes = Object.entries(wanted).flatMap(([path, value]) => {
    const name = path.split('.').at(-1);
    const wrong = typeof value === 'boolean' ? !value : 'something else';
    return [
      [`another ${name}`, on(type, path, wrong)],
      [`no ${name}`, on(type, path, undefined)],
    ] as const;
  });
  const violations = (snapshot: Snapshot) => {
    const resources = resourcesOf(snapshot, type);
    if (resources.length === 0) return [`there is no ${type}`];
    return resources.flatMap(({ json }) =>
      Object.entries(wanted).flatMap(([path, value]) => expects(json, path, value)),
    );
  };
  return [{ title, violations, mistakes: Object.fromEntries(mistakes) }];
}

/** A mistake: the last resource of that type has another value at the path. */
export function on(
  type: string,
  path: string,
  value: Json | undefined,
): (snapshot: Snapshot) => void {
  return (snapshot) => {
    const resource = resourcesOf(snapshot, type).at(-1);
    if (!resource) throw new Error(`there is no ${type}`);
    put(resource.json, path, value);
  };
}

export function first(snapshot: Snapshot, type: string): Resource {
  const [resource] = resourcesOf(snapshot, type);
  if (!resource) throw new Error(`there is no ${type}`);
  return resource;
}

export function removeFirst(snapshot: Snapshot, type: string): void {
  const { id } = first(snapshot, type);
  const resources = listAt(snapshot.json, 'predictedResources');
  const index = resources.findIndex((resource) => at(resource, 'id') === id);
  resources.splice(index, 1);
}

export function expects(json: Json, path: string, wanted: Json | undefined): string[] {
  const found = at(json, path);
  return holds(found === wanted, `${path} is ${JSON.stringify(found)}`);
}

export function holds(isTrue: boolean, otherwise: string): string[] {
  return isTrue ? [] : [otherwise];
}
