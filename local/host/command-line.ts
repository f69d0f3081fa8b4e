// Parses the arguments of the embedded host.

import { parseOptions } from '../parse-options.ts';

export interface CommandLine {
  /** The folder of the function app. */
  readonly appDir: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly address: string;
  /** Whether requests need a key, as on Azure. */
  readonly enableAuth: boolean;
  /** Whether timers and calls wait until the parent process sends `{ begin: true }`, and calls for the page until `hasPage` is true. */
  readonly isHeld: boolean;
  readonly functionKeys: {
    readonly host: string[];
    readonly master?: string;
    readonly extension?: string;
  };
}

export const OPTIONS = {
  'app-dir': { type: 'string', default: '.' },
  port: { type: 'string', default: '7071', short: 'p' },
  address: { type: 'string', default: '127.0.0.1' },
  enableAuth: { type: 'boolean', default: false },
  'function-key': { type: 'string', multiple: true, default: [] as string[] },
  'master-key': { type: 'string' },
  'extension-key': { type: 'string' },
  hold: { type: 'boolean', default: false },
} as const;

/** Throws an error whose message is for the user. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const names = Object.keys(OPTIONS).map((name) => `--${name}`);
  const { values } = parseOptions(
    { args: [...args], options: OPTIONS },
    `The options are ${names.join(', ')}`,
  );
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) {
    throw new Error(
      `unable to start the Functions host; port ${JSON.stringify(values.port)} is no number from 0 to 65535. Choose another with --port.`,
    );
  }
  const { 'master-key': master, 'extension-key': extension } = values;
  return {
    appDir: values['app-dir'],
    port,
    address: values.address,
    enableAuth: values.enableAuth,
    isHeld: values.hold,
    functionKeys: {
      host: values['function-key'],
      ...(master !== undefined && { master }),
      ...(extension !== undefined && { extension }),
    },
  };
}
