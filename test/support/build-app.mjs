// Before the stack tests: builds what they start. In a process of its own, because Jest loads this file in a
// way that knows no TypeScript modules.

import { execFileSync } from 'node:child_process';

export default function buildApp() {
  execFileSync(process.execPath, ['--import', 'tsx', 'local/build/build.ts'], { stdio: 'pipe' });
}
