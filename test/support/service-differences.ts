// Where the official emulator answers otherwise than the service documents. The contract expects these of its tests to
// fail there, so a difference that goes away is noticed.
// Source: Azure/azure-signalr at 31686ed7, src/Microsoft.Azure.SignalR.Emulator, built on .NET 10 without its command line,
// and run in November 2026. Its published packages have not been run.

export interface Difference {
  readonly reason: string;
  /** The file in that folder. */
  readonly source: string;
}

export const OFFICIAL_DIFFERENCES = {
  signatureOnly: {
    reason: 'of a token only the signature is checked, neither its time nor its audience',
    source: 'AppBuilderExtensions.cs',
  },
  severalHubs: {
    reason: 'several hub parameters are joined to one name, and nothing checks it',
    source: 'HubEmulator/DynamicConnectionHandler.cs',
  },
  datesInTexts: {
    reason: 'arguments are read with Newtonsoft.Json, which takes a text for a date where it can',
    source: 'Common/JsonObjectConverter.cs',
  },
  tenArguments: {
    reason: 'there are parsers for up to ten arguments, and a send of more answers 500',
    source: 'Controllers/SignalRServiceEmulatorWebApi.cs',
  },
  noErrorCode: {
    reason: 'no answer has the header x-ms-error-code, which the service and newer sources send',
    source: 'Controllers/SignalRServiceEmulatorWebApi.cs',
  },
  codesOfV1: {
    reason: 'changes of a user group answer with the codes of v1 under the paths of 2022-06-01',
    source: 'Common/SignalRServiceWebApiDefinition.cs',
  },
  healthToken: {
    reason: 'its health needs a token, which newer sources do not ask for',
    source: 'Common/SignalRServiceWebApiDefinition.cs',
  },
  excludedClosed: {
    reason: 'closeConnections closes also the connections that are excluded',
    source: 'Controllers/SignalRServiceEmulatorWebApi.cs',
  },
} as const satisfies Readonly<Record<string, Difference>>;

export type OfficialDifference = keyof typeof OFFICIAL_DIFFERENCES;

/** All of them. */
export const OF_OFFICIAL_EMULATOR = Object.keys(OFFICIAL_DIFFERENCES) as OfficialDifference[];

/** Those that `--compat` copies. The others are mistakes that no app can want. */
export const OF_COMPAT: readonly OfficialDifference[] = [
  'signatureOnly',
  'noErrorCode',
  'codesOfV1',
  'healthToken',
  'excludedClosed',
];
