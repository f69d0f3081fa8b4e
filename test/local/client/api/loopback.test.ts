import type { networkInterfaces } from 'node:os';
import { expect, test } from '@jest/globals';
import { isThisMachine } from '../../../../local/client/api/loopback.ts';

const eth0 = [
  { address: '192.168.1.7', family: 'IPv4' },
  { address: 'fd00::7', family: 'IPv6' },
];
const interfaces = { eth0, none: undefined } as unknown as ReturnType<typeof networkInterfaces>;

// The address that `npm start -- --lan` prints, together with a key.
test.each([
  ['192.168.1.7', true],
  ['[fd00::7]', true],
  ['localhost', true],
  ['127.0.0.2', true],
  ['192.168.1.8', false],
  ['192.168.1.7.example', false],
  ['chat.example', false],
])('row lan: a key may go over http to %s: %s', (hostname, expected) => {
  expect(isThisMachine(hostname, interfaces)).toBe(expected);
});
