/**
 * How the help calls the command line, from the folder of the checkout. Not by its name: outside a checkout `npx` would ask the
 * registry for that name, and run a stranger's package.
 */
export const PROGRAM = 'node local/client';
