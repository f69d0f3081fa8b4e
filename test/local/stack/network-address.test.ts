import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { findNetworkAddress, listPrivateAddresses } from '../../../local/stack/network-address.ts';

const at = (address: string, internal = false): NetworkInterfaceInfo => {
  const rest = { netmask: '', mac: '', internal, cidr: null };
  return address.includes(':')
    ? { ...rest, address, family: 'IPv6', scopeid: 0 }
    : { ...rest, address, family: 'IPv4' };
};

describe('row lan: the address of --lan', () => {
  test('is the first private IPv4 address, and never one of a network inside this machine if there is another', () => {
    const interfaces = {
      lo: [at('127.0.0.1', true), at('10.9.9.9', true)],
      docker0: [at('172.17.0.1')],
      tun: [at('100.64.0.1'), at('172.32.0.1'), at('8.8.8.8')],
      wlan0: [at('fd00::7'), at('192.168.1.7')],
      eth0: [at('10.0.0.2')],
    };
    expect(findNetworkAddress(interfaces)).toBe('192.168.1.7');
    expect(listPrivateAddresses(interfaces)).toEqual(['192.168.1.7', '10.0.0.2', '172.17.0.1']);
  });

  test.each(['10.0.0.1', '172.16.0.1', '172.31.255.1', '192.168.0.1'])('may be %s', (address) => {
    expect(findNetworkAddress({ eth0: [at(address)] })).toBe(address);
  });

  test('is missing on a machine without a network, which says so', () => {
    expect(() => findNetworkAddress({ lo: [at('127.0.0.1', true)], none: undefined })).toThrow(
      /^unable to find the address for --lan; this machine has no private IPv4 address\. .+: --lan ADDRESS\.$/,
    );
  });
});
