#!/usr/bin/env node
// The `serverless-chat` command: makes Node load TypeScript, then imports the command line.

import { register } from 'tsx/esm/api';

register();
await import('./cli.ts');
