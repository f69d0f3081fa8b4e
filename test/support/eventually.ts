/** Resolves as soon as the claim holds. Fails with its name if it does not hold in time. */
export async function eventually(
  claim: () => boolean | Promise<boolean>,
  name: string,
  withinMs = 15_000,
): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await claim())) {
    if (Date.now() > end) throw new Error(`waited ${withinMs} ms for ${name}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
