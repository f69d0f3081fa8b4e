// Without imports and new syntax, because it has to run on the Node versions that it refuses.

/** Equals `engines` in package.json. */
export const LEAST_NODE = '20.19';

/** The error for this version of Node. Undefined if it is supported. */
export function refuseNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.replace('v', '').split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = LEAST_NODE.split('.').map(Number);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return undefined;
  return `unable to start; this is Node ${version}, and the project needs ${LEAST_NODE} or newer. Install it from https://nodejs.org or with your version manager.`;
}
