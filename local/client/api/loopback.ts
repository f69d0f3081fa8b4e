import { networkInterfaces } from 'node:os';

/** Whether a hostname of a URL is this machine. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname) ||
    hostname === '[::1]'
  );
}

/**
 * Whether requests to this hostname stay on this machine. The system does not send what goes to one of its own addresses, which
 * `npm start -- --lan` listens at.
 */
export function isThisMachine(hostname: string, interfaces = networkInterfaces()): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  return (
    isLoopback(hostname) ||
    Object.values(interfaces).some((list) => list?.some((own) => own.address === address))
  );
}
