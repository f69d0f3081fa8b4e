// The servers under comparison: the command that starts each, and the way its clients connect.
// Every server takes messages by HTTP POST, as functions send to the service.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Target {
  readonly name: string;
  /** How clients connect. */
  readonly kind: 'signalr' | 'ws' | 'socket.io';
  readonly protocol: 'json' | 'messagepack';
  readonly command: readonly [string, ...string[]];
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const node = (path: string): Target['command'] => [process.execPath, '--import', 'tsx', here(path)];

export const ASPNET_PROJECT = here('../aspnet/aspnet.csproj');
const ASPNET_DLL = here('../../dist/aspnet/bin/aspnet/release/aspnet.dll');

const OURS: Target = {
  name: 'emulator',
  kind: 'signalr',
  protocol: 'json',
  command: node('./servers/emulator.ts'),
};

export const TARGETS: readonly Target[] = [
  { name: 'ws', kind: 'ws', protocol: 'json', command: node('./servers/ws.ts') },
  OURS,
  { ...OURS, name: 'emulator msgpack', protocol: 'messagepack' },
  {
    name: 'socket.io',
    kind: 'socket.io',
    protocol: 'json',
    command: node('./servers/socket-io.ts'),
  },
  { name: 'aspnet', kind: 'signalr', protocol: 'json', command: ['dotnet', ASPNET_DLL] },
];

export function isBuilt({ name }: Target): boolean {
  return name !== 'aspnet' || existsSync(ASPNET_DLL);
}
