/** Adds a style sheet of the page. Resolves when it applies, or has failed: the page works without it. */
export function loadStyle(path: string): Promise<void> {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = path;
  return new Promise((resolve) => {
    link.onload = link.onerror = () => resolve();
    document.head.append(link);
  });
}
