// Makes a bundled script smaller than esbuild does alone: swc also follows values and calls through the whole file.

import { minify } from '@swc/core';

/** The same script with less text. Names that it exports and the members of objects stay. */
export async function smallerScript(script: Uint8Array): Promise<Uint8Array> {
  const { code } = await minify(Buffer.from(script).toString(), {
    module: true,
    // Of its passes over the file, the third is the last that wins something.
    compress: { ecma: 2020, toplevel: true, passes: 3 },
    mangle: { toplevel: true },
  });
  return Buffer.from(code);
}
