// The emulator for the soak. On request of its parent it also reports its memory after a garbage collection.

import { startEmulator } from '../../../local/service/emulator.ts';

const service = await startEmulator({ ip: '127.0.0.1', upstream: process.argv[2] ?? '' });

process.on('message', () => {
  // Twice: the first collection runs finalizers, the second frees their objects.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const handles = process.getActiveResourcesInfo().length;
  process.send?.({ heapUsed, external, rss, handles, connections: service.counts.connections });
});
process.on('disconnect', () => process.exit());
process.send?.({ port: service.port });
