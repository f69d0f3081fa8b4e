// Runs the command of CHAT_TEST_HOST after it has written the tests' key into the host's keys, because a host without keys makes
// its own. `node local/launch.mjs test/support/host-with-keys.ts KEY func start --port 7071`

import { spawn } from 'node:child_process';
import { isListening } from '../../local/stack/ports.ts';
import { HOST_ID, writeHostKeys } from './host-keys.ts';

const [key = '', command = '', ...args] = process.argv.slice(2);
const { AzureWebJobsStorage: storage = '' } = process.env;

const { port } = new URL(/BlobEndpoint=([^;]+)/.exec(storage)?.[1] ?? '');
// Azurite starts at the same time as the host.
while (!(await isListening(Number(port)))) await new Promise((resolve) => setTimeout(resolve, 50));
await writeHostKeys(storage, key);

const host = spawn(command, args, {
  stdio: 'inherit',
  env: { ...process.env, AzureFunctionsWebHost__hostid: HOST_ID },
});
host.once('error', (error) => {
  process.stderr.write(`unable to start ${command}; ${error.message}. Correct CHAT_TEST_HOST.\n`);
  process.exit(1);
});
host.once('exit', (code) => process.exit(code ?? 1));
process.on('SIGINT', () => host.kill('SIGINT'));
