#!/usr/bin/env node
// The `serverless-chat` command: makes Node read TypeScript, then hands over.

import { register } from 'tsx/esm/api';

register();
await import('./cli.ts');
