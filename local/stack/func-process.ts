// The process around `func start` (Azure Functions Core Tools): says when the functions answer, and ends
// them when its own parent is gone, which func itself would not notice.

import { spawn } from 'node:child_process';
import { get } from 'node:http';
import { parseArgs } from 'node:util';
import { LOOPBACK } from './ports.ts';

const POLL_MS = 100;

const { values } = parseArgs({
  options: { func: { type: 'string' }, 'app-dir': { type: 'string' }, port: { type: 'string' } },
});
const { func = 'func', 'app-dir': appDir = process.cwd(), port = '7071' } = values;
const url = `http://${LOOPBACK}:${port}`;

const child = spawn(func, ['start', '--port', port], {
  cwd: appDir,
  stdio: ['ignore', 'inherit', 'inherit'],
  // On Windows npm installs func as a batch file, which only a shell can start.
  shell: process.platform === 'win32',
});
child.once('error', (error) => {
  console.error(
    `unable to start func; ${error.message}. Install Azure Functions Core Tools again.`,
  );
  process.exit(1);
});
child.once('exit', (code) => process.exit(code ?? 1));

const end = () => {
  // func stops its worker on either signal; our own exit follows from its exit.
  child.removeAllListeners('exit').once('exit', () => process.exit());
  child.kill('SIGTERM');
};
process.on('SIGTERM', end).on('SIGINT', end).on('disconnect', end);

// While it loads the app, func does not listen, holds requests back or answers 503.
const poll = () => {
  const request = get(url, (response) => {
    response.resume();
    if ((response.statusCode ?? 500) < 500)
      process.send?.({ ready: true, port: Number(port), url });
    else setTimeout(poll, POLL_MS);
  });
  request.on('error', () => setTimeout(poll, POLL_MS));
};
poll();
