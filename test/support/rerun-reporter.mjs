// After a failed run, prints a command for each failed test alone. Also ends a run that does not end.

/** Longer than the stop of a stack, ms. */
const EXIT_LIMIT_MS = 60_000;

export default class RerunReporter {
  #watches;

  constructor({ watch, watchAll, rootDir }) {
    this.#watches = watch || watchAll;
    this.rootDir = rootDir;
  }

  onRunComplete(_contexts, { testResults }) {
    const commands = testResults.flatMap((file) => commandsFor(file, this.rootDir));
    if (commands.length > 0) {
      process.stderr.write(`\nTo run what failed alone:\n\n${commands.join('\n')}\n\n`);
    }
    if (this.#watches) return;
    setTimeout(() => {
      const open = process.getActiveResourcesInfo().join(', ') || 'a worker';
      process.stderr.write(
        `unable to end the run; a test has left something open (${open}). Run its file with --detectOpenHandles.\n`,
      );
      process.exit(1);
    }, EXIT_LIMIT_MS).unref();
  }
}

/** One command for each failed test, or for the file if none of its tests ran. */
function commandsFor({ testFilePath, displayName, failureMessage, testResults }, rootDir) {
  const script = displayName?.name === 'soak' ? 'npm run test:soak' : 'npm test';
  const path = testFilePath.replace(`${rootDir}/`, '');
  const failed = testResults.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return failureMessage ? [`${script} -- ${path}`] : [];
  return failed.map(({ fullName }) => `${script} -- ${path} -t ${quoted(fullName)}`);
}

/** A pattern for exactly this title, quoted for a shell. */
function quoted(title) {
  const pattern = `^${title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
  return `'${pattern.replaceAll("'", String.raw`'\''`)}'`;
}
