// What one line sent leaves in the log workspace, in bytes, by kind of record. The embedded host writes no telemetry, so the
// host's own records are made as the real one makes them.
//
// Sources: categories and levels, learn.microsoft.com/azure/azure-functions/configure-monitoring. Properties of each record,
// ApplicationInsightsLogger.cs, WebJobsTelemetryInitializer.cs and FilteringTelemetryProcessor.cs of azure-webjobs-sdk.
// Columns, learn.microsoft.com/azure/azure-monitor/reference/tables (AppRequests, AppTraces, AppDependencies,
// SignalRServiceDiagnosticLogs). Billed size, learn.microsoft.com/azure/azure-monitor/logs/cost-logs: the text of the values
// in all columns, but for Type and those that begin with an underscore.

/** A line that the functions wrote, at level Information. */
export type UserLine = string;

/** Bytes by kind of record. A record that the levels keep out has 0. */
export interface LogBytes {
  readonly request: number;
  readonly executing: number;
  readonly executed: number;
  readonly dependency: number;
  /** Lines of the functions by their first word, e.g. `call`. */
  readonly lines: Readonly<Record<string, number>>;
  /** The service's record of the broadcast's REST call. */
  readonly serviceHttp: number;
}

type Levels = Readonly<Record<string, string>>;
type Columns = Readonly<Record<string, string | number | boolean>>;

const RANKS = ['Trace', 'Debug', 'Information', 'Warning', 'Error', 'Critical', 'None'];
const UUID = '3f1f2a52-6d0b-4b7c-9a2e-6d4f3c1b0a99';
const SITE = 'func-abcdefghijklm';
const TIME = '2026-11-28T13:56:52.1234567Z';

/** Of every record in the tables of Application Insights. */
const APP: Columns = {
  TenantId: UUID,
  TimeGenerated: TIME,
  OperationName: 'message',
  OperationId: '4bf92f3577b34da6a3ce929d0e0e4736',
  ParentId: '00f067aa0ba902b7',
  ClientType: 'PC',
  ClientIP: '0.0.0.0',
  AppRoleName: SITE,
  // Flex Consumption names an instance by a hash.
  AppRoleInstance: 'd7b1a6c5e4f392817065544332211009f8e7d6c5b4a3928170655443322110ff',
  SDKVersion: 'azurefunctions: 4.1045.200.26101',
  IKey: UUID,
  ResourceGUID: UUID,
  SourceSystem: 'Azure',
  ItemCount: 1,
};

/** Of every record that belongs to an invocation. */
const properties = (category: string, more: Columns = {}) =>
  JSON.stringify({
    ProcessId: '42',
    HostInstanceId: UUID,
    InvocationId: UUID,
    Category: category,
    LogLevel: 'Information',
    ...more,
  });

function sizeOf(columns: Columns): number {
  return Object.values(columns).reduce<number>(
    (sum, value) => sum + Buffer.byteLength(String(value)),
    0,
  );
}

const trace = (category: string, message: string, more?: Columns) =>
  sizeOf({
    ...APP,
    Message: message,
    SeverityLevel: 1,
    Properties: properties(category, more),
  });

const REASON = 'This function was programmatically called via the host APIs.';

/** @param hostJson the content of host.json. @param lines what the function `message` logged for one line */
export function logBytesOf(hostJson: unknown, lines: readonly UserLine[]): LogBytes {
  const isKept = toFilter(hostJson);
  const of = (category: string, bytes: number) => (isKept(category) ? bytes : 0);
  const own = 'Function.message';
  const user = `${own}.User`;
  const counted: Record<string, number> = {};
  for (const line of lines) {
    const [word = ''] = line.split(' ', 1);
    counted[word] = (counted[word] ?? 0) + of(user, trace(user, line));
  }
  return {
    request: of('Host.Results', sizeOf(REQUEST)),
    executing: of(
      own,
      trace(own, `Executing 'Functions.message' (Reason='${REASON}', Id=${UUID})`, {
        EventId: '1',
        EventName: 'FunctionStarted',
        prop__functionName: 'Functions.message',
        prop__reason: REASON,
        prop__invocationId: UUID,
        'prop__{OriginalFormat}':
          "Executing '{functionName}' (Reason='{reason}', Id={invocationId})",
      }),
    ),
    executed: of(
      own,
      trace(own, `Executed 'Functions.message' (Succeeded, Id=${UUID}, Duration=24ms)`, {
        EventId: '2',
        EventName: 'FunctionCompleted',
        prop__functionName: 'Functions.message',
        prop__status: 'Succeeded',
        prop__invocationId: UUID,
        prop__executionDuration: '24',
        'prop__{OriginalFormat}':
          "Executed '{functionName}' ({status}, Id={invocationId}, Duration={executionDuration}ms)",
      }),
    ),
    dependency: of(own, sizeOf(DEPENDENCY)),
    lines: counted,
    serviceHttp: sizeOf(SERVICE_HTTP),
  };
}

/** The records that the issue of the first bill counts: all but the dependency, which today's host samples. */
export function totalOf({ dependency: _, lines, ...others }: LogBytes): number {
  return [...Object.values(others), ...Object.values(lines)].reduce((sum, bytes) => sum + bytes, 0);
}

const REQUEST: Columns = {
  ...APP,
  Id: '00f067aa0ba902b7',
  Name: 'message',
  Url: `https://${SITE}.azurewebsites.net/runtime/webhooks/signalr`,
  Success: true,
  ResultCode: 200,
  DurationMs: 24.1234,
  PerformanceBucket: '<250ms',
  Properties: properties('Host.Results', {
    FullName: 'Functions.message',
    TriggerReason: REASON,
    FunctionExecutionTimeMs: '24.1234',
    HttpMethod: 'POST',
    HttpPath: '/runtime/webhooks/signalr',
    OperationName: 'message',
  }),
};

const DEPENDENCY: Columns = {
  ...APP,
  Id: '00f067aa0ba902b7',
  Name: 'POST /api/hubs/chat/groups/lobby/:send',
  Target: 'signalr-abcdefghijklm.service.signalr.net',
  DependencyType: 'Http',
  Data: 'https://signalr-abcdefghijklm.service.signalr.net/api/hubs/chat/groups/lobby/:send?api-version=2022-06-01',
  Success: true,
  ResultCode: 202,
  DurationMs: 9.1234,
  PerformanceBucket: '<250ms',
  Properties: properties('Function.message'),
};

const SERVICE_HTTP: Columns = {
  TenantId: UUID,
  TimeGenerated: TIME,
  Collection: 'Message',
  Category: 'HttpRequestLogs',
  Level: 'Informational',
  Location: 'westeurope',
  OperationName: 'HttpRequest',
  HubName: 'chat',
  CallerIpAddress: '20.101.102.103',
  Message:
    'HTTP POST /api/hubs/chat/groups/lobby/:send?api-version=2022-06-01 from 20.101.102.103 responded 202 in 4.1234 ms, received 612 bytes and sent 0 bytes.',
  Properties: JSON.stringify({
    httpMethod: 'POST',
    url: 'https://signalr-abcdefghijklm.service.signalr.net/api/hubs/chat/groups/lobby/:send?api-version=2022-06-01',
    statusCode: '202',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  }),
  SourceSystem: 'Azure',
};

/** The longest matching beginning counts, and no wildcard: the host filters telemetry by a selector that knows none. */
function toFilter(hostJson: unknown): (category: string) => boolean {
  const { logging } = hostJson as { logging?: { logLevel?: Levels } };
  const levels = logging?.logLevel ?? {};
  return (category) => {
    const [rule] = Object.keys(levels)
      .filter((beginning) => category.startsWith(beginning))
      .sort((a, b) => b.length - a.length);
    const level = levels[rule ?? 'default'] ?? 'Information';
    return RANKS.indexOf(level) <= RANKS.indexOf('Information');
  };
}
