#!/usr/bin/env node
// The `signalr-emulator` command.

import { fileURLToPath } from 'node:url';
import { launch } from '../launch.mjs';

await launch(fileURLToPath(new URL('./cli.ts', import.meta.url)));
