// The data-plane REST API as a table: 2022-06-01 and parts of 2024-12-01 under /api/hubs/{hub},
// the old names under /api/v1/hubs/{hub}.
// Source: Azure/azure-signalr, docs/swagger; the official emulator, SignalRServiceWebApiDefinition.

import { decodeSegment } from '../http/request-target.ts';
import * as does from './rest-operations.ts';

export interface Route {
  readonly method: string;
  /** Below /api/hubs/{hub}/. */
  readonly path: readonly string[];
  readonly operation: does.Operation;
  /** Status of success: under the current path, and under v1. */
  readonly status: number;
  readonly statusV1: number;
  /** Under `--compat`. */
  readonly statusCompat: number;
}

export interface RoutedCall {
  readonly hub: string;
  readonly isV1: boolean;
  /** Path parameters, by the names in the table. */
  readonly parts: Readonly<Record<string, string>>;
  /** Routes whose path matches, with any method. */
  readonly candidates: readonly Route[];
}

const GROUP = 'groups/{group}';
const USER = 'users/{user}';
const CONNECTION = 'connections/{connection}';
const STREAM = `${CONNECTION}/streams/{stream}`;

const ROUTES: readonly Route[] = [
  ...sends('', does.broadcast),
  ...sends(GROUP, does.sendToGroup),
  ...sends(USER, does.sendToUser),
  ...sends(CONNECTION, does.sendToConnection),

  route('POST', `${CONNECTION}/:invoke`, does.invokeConnection, 200),
  route('GET', `${GROUP}/connections`, does.listGroup, 200),
  route('POST', ':generateToken', does.generateToken, 200),
  // Of 2023-07-01 and 2024-12-01. There is nothing to stream into: clients cannot start streams in serverless mode here.
  route('POST', ':execute', does.notImplemented(':execute'), 202),
  route('POST', `${STREAM}/:send`, does.notImplemented(':send of a stream'), 202),
  route('POST', `${STREAM}/:complete`, does.notImplemented(':complete of a stream'), 202),

  route('POST', ':closeConnections', does.closeEverybody, 204),
  route('POST', `${GROUP}/:closeConnections`, does.closeGroup, 204),
  route('POST', `${USER}/:closeConnections`, does.closeUser, 204),
  // The one call whose status is the service's in the official emulator, too.
  route('DELETE', CONNECTION, does.closeConnection, 200, 202, 200),

  ...checks(CONNECTION, does.connectionExists),
  ...checks(USER, does.userExists),
  ...checks(GROUP, does.groupExists),

  ...alias([`${GROUP}/${CONNECTION}`, `${CONNECTION}/${GROUP}`], (path) => [
    route('PUT', path, does.connectionJoins, 200),
    route('DELETE', path, does.connectionLeaves, 200),
  ]),
  route('DELETE', `${CONNECTION}/groups`, does.connectionLeavesAll, 200),

  ...alias([`${USER}/${GROUP}`, `${GROUP}/${USER}`], (path) => [
    ...checks(path, does.userIsInGroup),
    route('PUT', path, does.userJoins, 200, 202),
    route('DELETE', path, does.userLeaves, 204, 202),
  ]),
  route('DELETE', `${USER}/groups`, does.userLeavesAll, 204, 200),
];

/** The routes of a path. Undefined if there is none. Never throws: invalid encoding matches no route. */
export function matchPath(path: string): RoutedCall | undefined {
  const [, root, ...rest] = path.replace(/\/$/, '').split('/');
  const isV1 = rest[0] === 'v1';
  const [hubs, hub, ...below] = isV1 ? rest.slice(1) : rest;
  if (root !== 'api' || hubs !== 'hubs' || !hub) return undefined;
  const decodedHub = decodeSegment(hub);
  const segments = below.map(decodeSegment);
  if (decodedHub === undefined || segments.includes(undefined)) return undefined;
  const decoded = segments.filter((segment) => segment !== undefined);
  const candidates = ROUTES.filter((candidate) => fits(candidate.path, decoded));
  const [first] = candidates;
  if (!first) return undefined;
  return { hub: decodedHub, isV1, candidates, parts: partsOf(first.path, decoded) };
}

function fits(path: readonly string[], segments: readonly string[]): boolean {
  return (
    path.length === segments.length &&
    path.every((part, index) => part.startsWith('{') || part === segments[index])
  );
}

function partsOf(path: readonly string[], segments: readonly string[]): Record<string, string> {
  const parts: Record<string, string> = {};
  for (const [index, part] of path.entries()) {
    if (part.startsWith('{')) parts[part.slice(1, -1)] = segments[index] ?? '';
  }
  return parts;
}

function route(
  method: string,
  path: string,
  operation: does.Operation,
  status: number,
  statusV1 = status,
  statusCompat = statusV1,
): Route {
  const segments = path.split('/').filter((segment) => segment !== '');
  return { method, path: segments, operation, status, statusV1, statusCompat };
}

/** v1 has no `:send`. */
function sends(path: string, operation: does.Operation): Route[] {
  return [route('POST', `${path}/:send`, operation, 202), route('POST', path, operation, 202)];
}

/** The SDK uses HEAD, and GET for a user in a group. */
function checks(path: string, operation: does.Operation): Route[] {
  return [route('HEAD', path, operation, 200), route('GET', path, operation, 200)];
}

function alias(paths: readonly string[], routesOf: (path: string) => Route[]): Route[] {
  return paths.flatMap(routesOf);
}
