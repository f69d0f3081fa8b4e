/**
 * The result, or undefined if the browser lacks the feature, forbids it, or fails. For what the page can do without.
 * README.md names the oldest browsers that the page runs in. What is newer than they are is used through this function.
 */
export function ifPossible<T>(use: () => T): T | undefined {
  try {
    return use();
  } catch {
    return undefined;
  }
}
