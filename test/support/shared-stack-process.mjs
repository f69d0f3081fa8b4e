// The process that keeps one stack for all suites that ask for it. stack-setup.mjs starts it. The stack starts at the first
// request, so that a run without such suites does not pay for it. It ends with the run in any case, because the channel closes
// when Jest's process ends.

import { createServer } from 'node:http';
import { join } from 'node:path';
import { launch } from '../../local/launch.mjs';

let stack;

async function start() {
  const { startTestStack } = await launch(join(import.meta.dirname, 'stack.ts'));
  return startTestStack();
}

const server = createServer(async (_, answer) => {
  try {
    stack ??= start();
    const { url, connectionString, tableConnectionString, functionKey } = await stack;
    answer.end(JSON.stringify({ url, connectionString, tableConnectionString, functionKey }));
  } catch (error) {
    answer.writeHead(500).end(String(error));
  }
});

// Ctrl+C reaches all processes of the terminal, but the parts of the stack have to end in their order.
process.on('SIGINT', () => {});
process.on('disconnect', async () => {
  server.close();
  await stack?.then((started) => started.stop()).catch(() => {});
  process.exit();
});

server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }));
