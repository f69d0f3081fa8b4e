// Calls that arrive while a part still starts that the app needs. They wait, so the app does not fail for that.

import type { Handle, HostResponse } from './http/http-server.ts';

export interface HeldCalls {
  readonly handle: Handle;
  /** Refuses the calls that still wait. */
  refuse(): void;
}

/** Each call waits for `begun`. */
export function holdCalls(handle: Handle, begun: Promise<void>): HeldCalls {
  let isOver = false;
  let refuse = () => {};
  const refused = new Promise<HostResponse>((resolve) => {
    refuse = () => resolve({ status: 503 });
  });
  void begun.then(() => {
    isOver = true;
  });
  return {
    // A call after that must not leave a reaction at the promises, which live as long as the host.
    handle: (request) =>
      isOver
        ? handle(request)
        : Promise.race([begun.then(() => 'begun' as const), refused]).then((end) =>
            end === 'begun' ? handle(request) : end,
          ),
    refuse: () => refuse(),
  };
}
