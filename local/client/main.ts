// Runs the command line, from its arguments to its exit code.

import { ChatError } from '../../functions/protocol.ts';
import { ApiError } from './api/api-error.ts';
import { parseCommandLine, type Understood } from './command-line/command-line.ts';
import {
  ABSENT,
  DONE,
  type ExitCode,
  FAILED,
  INTERRUPTED,
  MISUNDERSTOOD,
} from './command-line/exit-code.ts';
import { UsageError } from './command-line/usage-error.ts';
import { COMMANDS } from './commands.ts';
import { type CommandContext, Interrupted } from './context.ts';
import { OutputClosed } from './terminal/output.ts';

export interface Process {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: () => Promise<string>;
}

/** Never rejects. */
export async function runCommandLine(
  args: readonly string[],
  { environment, version }: Process,
  context: CommandContext,
): Promise<ExitCode> {
  try {
    const understood = parseCommandLine(COMMANDS, args, environment);
    const code =
      understood.kind === 'run'
        ? await understood.run(context)
        : await explain(understood, context, version);
    await context.output.finish();
    return code;
  } catch (error) {
    // Nobody reads the output any more, for example after `| head`.
    if (error instanceof OutputClosed) return DONE;
    if (error instanceof Interrupted) return INTERRUPTED;
    context.report(error instanceof Error ? error.message : String(error));
    const isMisunderstood = error instanceof UsageError || error instanceof ChatError;
    if (isMisunderstood) return MISUNDERSTOOD;
    return error instanceof ApiError && error.failure === 'absent' ? ABSENT : FAILED;
  }
}

async function explain(
  understood: Exclude<Understood, { kind: 'run' }>,
  { output }: CommandContext,
  version: () => Promise<string>,
): Promise<ExitCode> {
  if (understood.kind === 'version') {
    await output.line(await version());
    return DONE;
  }
  const { toCommandHelp, toHelp } = await import('./command-line/help.ts');
  const { command } = understood;
  await output.safe(command ? toCommandHelp(command) : toHelp(COMMANDS));
  return DONE;
}
