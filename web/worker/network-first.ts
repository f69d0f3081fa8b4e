// Chooses between the network's answer and the stored copy. Pure except for the given requests.

export interface Sources {
  readonly ask: () => Promise<Response>;
  readonly copy: () => Promise<Response | undefined>;
  /** Resolves when the network has had its time. */
  readonly limit: () => Promise<'too late'>;
  readonly onTooLate: () => void;
}

/**
 * The network's answer if it comes in time and is good, else the copy, else the network's other answer. An app that is
 * being deployed or stopped answers with a page of its host and a status from 400 on.
 */
export async function networkFirst({ ask, copy, limit, onTooLate }: Sources): Promise<Response> {
  const answer = ask();
  // A failure shows up below, when the answer is awaited again.
  const soon = await Promise.race([answer.catch(() => undefined), limit()]);
  if (soon === 'too late') onTooLate();
  else if (soon && soon.status < 400) return soon;
  return (await copy()) ?? answer;
}
