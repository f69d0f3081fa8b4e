// The address of this machine in its network, for `npm start -- --lan`.

import type { NetworkInterfaceInfo } from 'node:os';

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/** Networks inside this machine, which no phone can reach. */
const INNER = /^(?:docker|br-|veth|virbr|vmnet|vboxnet|podman|cni|flannel|lxc|lxd|vEthernet)/i;
/** Source: RFC 1918. */
const PRIVATE = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/;

/** The private IPv4 addresses, those of inner networks last. */
export function listPrivateAddresses(interfaces: Interfaces): readonly string[] {
  const found = Object.entries(interfaces).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ family, internal, address }) => {
        return family === 'IPv4' && !internal && PRIVATE.test(address);
      })
      .map(({ address }) => ({ address, isInner: INNER.test(name) })),
  );
  const sorted = found.toSorted((a, b) => Number(a.isInner) - Number(b.isInner));
  return sorted.map(({ address }) => address);
}

/** The first private address. Throws an error of one line if there is none. */
export function findNetworkAddress(interfaces: Interfaces): string {
  const [first] = listPrivateAddresses(interfaces);
  if (first !== undefined) return first;
  throw new Error(
    'unable to find the address for --lan; this machine has no private IPv4 address. Connect it to a network, or name an address of it: --lan ADDRESS.',
  );
}
