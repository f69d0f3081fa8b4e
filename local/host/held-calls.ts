// Calls that arrive while a part still starts that the app needs. They wait, so the app does not fail for that.

import type { Handle, HostResponse } from './http/http-server.ts';

export interface HeldCalls {
  readonly handle: Handle;
  /** Refuses the calls that still wait. */
  refuse(): void;
}

/** What calls wait for. */
export interface Begin {
  /** All parts of the stack are ready. */
  readonly parts: Promise<void>;
  /** They are, and the page is built. Only calls for the page wait for it. */
  readonly page: Promise<void>;
}

/** The host's own paths, and those of the chat's API. Every other path is one of the page. */
const NOT_OF_PAGE = /^\/(?:api|admin|runtime)(?:\/|$)/i;

/** Each call waits for what it needs. */
export function holdCalls(handle: Handle, begin: Begin): HeldCalls {
  const over = { parts: false, page: false };
  let refuse = () => {};
  const refused = new Promise<HostResponse>((resolve) => {
    refuse = () => resolve({ status: 503 });
  });
  for (const need of ['parts', 'page'] as const) {
    void begin[need].then(() => {
      over[need] = true;
    });
  }
  return {
    handle: (request) => {
      const need = NOT_OF_PAGE.test(request.path) ? 'parts' : 'page';
      // A call after that must not leave a reaction at the promises, which live as long as the host.
      if (over[need]) return handle(request);
      return Promise.race([begin[need].then(() => 'begun' as const), refused]).then((end) =>
        end === 'begun' ? handle(request) : end,
      );
    },
    refuse: () => refuse(),
  };
}
