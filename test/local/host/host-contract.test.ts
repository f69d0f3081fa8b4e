// Runs the contract of the Functions host against the embedded host and, if settings name it, against another host:
//
//   HOST_CONTRACT_URL            address of a host that runs test/local/host/fixtures/contract without keys, e.g.
//                                http://127.0.0.1:7071
//   HOST_CONTRACT_SERVICE_PORT   the local port in its AzureSignalRConnectionString. Without it the rows of outputs are
//                                listed as skipped
//   HOST_CONTRACT_LOCKED_URL     address of a host with keys: HOST_CONTRACT_FUNCTION_KEY and HOST_CONTRACT_SYSTEM_KEY.
//                                Without it the rows of keys are listed as skipped

import { describeHostContract } from '../../support/host-contract.ts';
import { startRecordingService } from '../../support/recording-service.ts';
import { fixture, runHost, stopHosts } from './run-host.ts';

const {
  HOST_CONTRACT_URL: url,
  HOST_CONTRACT_SERVICE_PORT: port,
  HOST_CONTRACT_LOCKED_URL: lockedUrl,
  HOST_CONTRACT_FUNCTION_KEY: functionKey = '',
  HOST_CONTRACT_SYSTEM_KEY: systemKey = '',
} = process.env;

const keys = { functionKey: 'function-key', systemKey: 'system-key' };

describeHostContract({
  name: 'local/host',
  keys,
  hasService: true,
  async start() {
    const service = await startRecordingService();
    const env = { AzureSignalRConnectionString: service.connectionString };
    // The system key is a function key, too, and must not be valid for a function.
    const given = ['--function-key', keys.functionKey, '--function-key', keys.systemKey];
    const args = ['--enableAuth', ...given, '--extension-key', keys.systemKey];
    const [open, locked] = await Promise.all([
      runHost(fixture('contract'), { env }),
      runHost(fixture('contract'), { env, args }),
    ]);
    return {
      url: open.url,
      lockedUrl: locked.url,
      service,
      async stop() {
        await stopHosts();
        await service.close();
      },
    };
  },
});

if (url) {
  describeHostContract({
    name: url,
    keys: lockedUrl === undefined ? undefined : { functionKey, systemKey },
    hasService: port !== undefined,
    async start() {
      const service = port === undefined ? undefined : await startRecordingService(Number(port));
      return { url, lockedUrl, service, stop: async () => service?.close() };
    },
  });
}
