// `npm start`. Only the version check is imported before the check has run.

import { refuseNode } from './stack/node-version.ts';

const refusal = refuseNode(process.version);
if (refusal) {
  console.error(refusal);
  process.exitCode = 1;
} else {
  const { main } = await import('./stack/main.ts');
  await main(process.argv.slice(2));
}
