// Runs the contract of Azure SignalR Service against the emulator and, if settings name it, against another endpoint:
//
//   SIGNALR_CONTRACT_CONNECTION_STRING   a real resource in serverless mode, or the official emulator
//   SIGNALR_CONTRACT_UPSTREAM_PORT       the local port in that endpoint's upstream settings. Without it the tests that
//                                        need an upstream are listed as skipped
//   SIGNALR_CONTRACT_IS_OFFICIAL_EMULATOR=1  expects the failures that test/support/service-differences.ts explains

import { startEmulator } from '../../local/service/emulator.ts';
import type { EmulatorOptions } from '../../local/service/options.ts';
import { startRecordingUpstream } from '../local/service/recording-upstream.ts';
import {
  type ContractUpstream,
  describeServiceContract,
  type UpstreamEvent,
} from '../support/service-contract.ts';
import { OF_COMPAT, OF_OFFICIAL_EMULATOR } from '../support/service-differences.ts';

async function startUpstream(port = 0) {
  const recording = await startRecordingUpstream(port);
  const upstream: ContractUpstream = {
    answer: () => undefined,
    next: (fits: (event: UpstreamEvent) => boolean) => recording.next(fits),
  };
  recording.answer = (event) => upstream.answer(event) ?? { status: 204 };
  return { recording, upstream };
}

describeServiceContract({
  name: 'the emulator',
  hasUpstream: true,
  start: () => startStage({}),
});

describeServiceContract({
  name: 'the emulator with --compat',
  hasUpstream: true,
  differences: OF_COMPAT,
  start: () => startStage({ compat: true }),
});

async function startStage(options: EmulatorOptions) {
  const { recording, upstream } = await startUpstream();
  const service = await startEmulator({ ip: '127.0.0.1', upstream: recording.url, ...options });
  return {
    connectionString: service.connectionString,
    upstream,
    async stop() {
      await service.stop();
      await recording.stop();
    },
  };
}

const connectionString = process.env.SIGNALR_CONTRACT_CONNECTION_STRING;
const port = process.env.SIGNALR_CONTRACT_UPSTREAM_PORT;

if (connectionString) {
  describeServiceContract({
    name: 'the given connection string',
    hasUpstream: port !== undefined,
    ...(process.env.SIGNALR_CONTRACT_IS_OFFICIAL_EMULATOR === '1'
      ? { differences: OF_OFFICIAL_EMULATOR }
      : {}),
    async start() {
      const started = port === undefined ? undefined : await startUpstream(Number(port));
      return {
        connectionString,
        upstream: started?.upstream,
        stop: async () => started?.recording.stop(),
      };
    },
  });
}
