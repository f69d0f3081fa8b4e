// The process that keeps one stack for all suites that ask for it; started by stack-setup.mjs. The stack starts with the
// first question, so that a run of suites without that need does not pay for it. It ends with the run, however that
// ends: when Jest's process is gone, so is the channel to it.

import { createServer } from 'node:http';

let stack;

async function start() {
  const { register } = await import('tsx/esm/api');
  register();
  const { startTestStack } = await import('./stack.ts');
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

// Ctrl+C reaches all processes of the terminal; the parts of the stack have to be ended in their order.
process.on('SIGINT', () => {});
process.on('disconnect', async () => {
  server.close();
  await stack?.then((started) => started.stop()).catch(() => {});
  process.exit();
});

server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }));
