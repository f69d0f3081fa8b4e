#!/usr/bin/env node
// `node local/client`: publishes into a chat, watches it and moderates it. `npm link` makes it the command `serverless-chat`.

import { fileURLToPath } from 'node:url';
import { launch } from '../launch.mjs';

await launch(fileURLToPath(new URL('./cli.ts', import.meta.url)));
