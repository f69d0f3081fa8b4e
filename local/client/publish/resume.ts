// The position at which a publish ended, so that another run can continue: `<run id>:<first message>`, or
// `<run id>:<first>+<count>` for a batch that may be stored, and has to be sent again unchanged.

import type { Option } from '../command-line/declaration.ts';
import { UsageError } from '../command-line/usage-error.ts';
import type { Beginning } from './line-batches.ts';

export interface Resume extends Beginning {
  readonly runId: string;
}

/** Print it behind `--resume=`, because it may begin with a hyphen. */
export function formatResume({ runId, first, count }: Resume): string {
  return `${runId}:${first}${count === undefined ? '' : `+${count}`}`;
}

const RESUME = /^(?<runId>[\w-]{1,32}):(?<first>[1-9]\d{0,14})(?:\+(?<count>[1-9]\d{0,3}))?$/;

export const RESUME_OPTION: Option<Resume | undefined> = {
  takes: 'WHERE',
  about: 'go on where a run that failed ended, by what it said; nothing comes twice',
  parse: (text, name) => {
    if (text === undefined) return undefined;
    const { runId, first, count } = RESUME.exec(text)?.groups ?? {};
    if (runId === undefined) {
      throw new UsageError(
        `${name} is ${JSON.stringify(text)}, and has to be what a run that failed said`,
      );
    }
    return { runId, first: Number(first), count: count === undefined ? undefined : Number(count) };
  },
};
