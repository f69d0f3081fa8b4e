#!/usr/bin/env node
// `node local/service start`: the service emulator alone. `npm link` makes it the command `signalr-emulator`.

import { fileURLToPath } from 'node:url';
import { launch } from '../launch.mjs';

await launch(fileURLToPath(new URL('./cli.ts', import.meta.url)));
