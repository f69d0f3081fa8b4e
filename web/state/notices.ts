/** How long a notice stays in sight after what it says is over, ms. Long enough to read 500 characters twice. */
export const NOTICE_MS = 60_000;
