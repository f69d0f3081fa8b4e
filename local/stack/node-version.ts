// Imports nothing and uses nothing new: it has to run on the Node versions that it refuses.

/** As in package.json, `engines`. */
export const LEAST_NODE = '20.19';

/** What to tell the user of this version, nothing if it will do. */
export function refuseNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.replace('v', '').split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = LEAST_NODE.split('.').map(Number);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return undefined;
  return `unable to start; this is Node ${version}, and the project needs ${LEAST_NODE} or newer. Install it from https://nodejs.org or with your version manager.`;
}
