// What Azure documents of its limits, for the model of `npm run simulate -- --scale`. Each has its source.

/** Source: learn.microsoft.com/azure/storage/tables/scalability-targets. Both are targets for entities of 1 KiB. */
export const ENTITIES_PER_SECOND_OF_PARTITION = 2_000;
export const REQUESTS_PER_SECOND_OF_ACCOUNT = 20_000;

/**
 * A busy partition answers 503 or 500, says the same source, and does not say after which time. The model refuses a request that
 * would wait for longer than this.
 */
export const MOST_WAIT_MS = 2_000;

/**
 * Microsoft publishes no latencies of Table Storage. Users report reads below 10 ms in the same region, with a long tail
 * (github.com/Azure/Azure-Functions/issues/1238, github.com/Azure/azure-storage-net/issues/719). The model draws from a log-normal
 * distribution with this median and this 99th percentile, both ways together and without waiting for others.
 */
export const MEDIAN_LATENCY_MS = 6;
export const P99_LATENCY_MS = 60;

/**
 * Calls of HTTP and SignalR triggers that one instance of Flex Consumption with 2,048 MB runs at a time.
 * Source: learn.microsoft.com/azure/azure-functions/functions-concurrency
 */
export const CALLS_AT_A_TIME = 16;

/**
 * Processor time of one call in the functions' process, ms: `npm run bench -- work` at 120 messages a second, rounded up. An
 * instance with 2,048 MB has one core.
 */
export const CALL_MS = 2;

/** Connections that one unit of the service holds. Source: learn.microsoft.com/azure/azure-signalr/signalr-concept-performance */
export const CONNECTIONS_PER_UNIT = 1_000;

/**
 * New connections that the service takes a second, by its units. A comment of its makers from 2021:
 * github.com/Azure/azure-signalr/issues/1282
 */
export function connectsPerSecond(units: number): number {
  const steps = [
    [100, 8_000],
    [50, 2_000],
    [20, 600],
    [1, 400],
  ] as const;
  return steps.find(([from]) => units >= from)?.[1] ?? 400;
}
