// The contract of the Functions host, held against the embedded one, and, on demand, against another:
//
//   HOST_CONTRACT_URL            where another host runs test/local/host/fixtures/contract without asking for keys,
//                                e.g. http://127.0.0.1:7071
//   HOST_CONTRACT_SERVICE_PORT   the port of this machine that its AzureSignalRConnectionString names; without it the
//                                rows of outputs are listed as skipped
//   HOST_CONTRACT_LOCKED_URL     where one runs that asks for keys, with HOST_CONTRACT_FUNCTION_KEY and
//                                HOST_CONTRACT_SYSTEM_KEY; without it the rows of keys are listed as skipped

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
    // The system key is a function key, too, and must open no function for that.
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
