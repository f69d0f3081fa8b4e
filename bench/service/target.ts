// The servers under comparison: the command that starts each, and the way its clients connect.
// Every server takes messages by HTTP POST, as functions send to the service.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Target {
  readonly name: string;
  /** How clients connect. */
  readonly kind: 'signalr' | 'ws' | 'socket.io';
  readonly protocol: 'json' | 'messagepack';
  readonly command: readonly [string, ...string[]];
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const node = (path: string): Target['command'] => [process.execPath, '--import', 'tsx', path];
const EMULATOR = 'bench/service/servers/emulator.ts';

export const ASPNET_PROJECT = here('../aspnet/aspnet.csproj');
const ASPNET_DLL = here('../../dist/aspnet/bin/aspnet/release/aspnet.dll');

const OURS: Target = {
  name: 'emulator',
  kind: 'signalr',
  protocol: 'json',
  command: node(here('./servers/emulator.ts')),
};

/** The emulator of another checkout. Its clients, and the load, are those of this one. */
export function emulatorOf(root: string): Target {
  return { ...OURS, name: 'emulator before', command: node(join(root, EMULATOR)) };
}

export const TARGETS: readonly Target[] = [
  { name: 'ws', kind: 'ws', protocol: 'json', command: node(here('./servers/ws.ts')) },
  OURS,
  { ...OURS, name: 'emulator msgpack', protocol: 'messagepack' },
  {
    name: 'socket.io',
    kind: 'socket.io',
    protocol: 'json',
    command: node(here('./servers/socket-io.ts')),
  },
  { name: 'aspnet', kind: 'signalr', protocol: 'json', command: ['dotnet', ASPNET_DLL] },
];

export function isBuilt({ name }: Target): boolean {
  return name !== 'aspnet' || existsSync(ASPNET_DLL);
}
