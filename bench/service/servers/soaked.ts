// The emulator for the soak: it also tells its memory, after a collection, when its parent asks.

import { startService } from '../../../local/service/server.ts';

const service = await startService({ ip: '127.0.0.1', upstream: process.argv[2] ?? '' });

process.on('message', () => {
  // Twice: the first one runs finalizers whose objects only the second one frees.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const handles = process.getActiveResourcesInfo().length;
  process.send?.({ heapUsed, external, rss, handles, connections: service.counts.connections });
});
process.on('disconnect', () => process.exit());
process.send?.({ port: service.port });
