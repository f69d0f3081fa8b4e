// Builds a server of the comparison that is written in C#.

import { execFileSync } from 'node:child_process';

/** Returns false if there is no .NET SDK, or the project does not build, for example without its packages. */
export function buildAspnet(project: string): boolean {
  // Without the processes that a build leaves running, so that the next one is faster.
  const alone = ['-nodeReuse:false', '-p:UseSharedCompilation=false'];
  const args = ['build', project, '--configuration', 'Release', '--nologo', '-v', 'q', ...alone];
  try {
    execFileSync('dotnet', args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
