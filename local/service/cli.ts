// The command of a checkout, see `index.js`.

import { runCommand } from './command.ts';

await runCommand(process.argv.slice(2), 'node local/service');
