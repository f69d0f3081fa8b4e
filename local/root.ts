import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout: where package.json and host.json are. */
export const ROOT: string = join(dirname(fileURLToPath(import.meta.url)), '..');
