// Parts of the page that load when a component first needs them.

import { useEffect, useState } from 'preact/hooks';

/** Undefined until the part is loaded. Every component gets it at the same time. */
export type UsePart<Part> = (isWanted: boolean) => Part | undefined;

/** A part that does not load is tried again by the next component that wants it. */
export function lazyPart<Part>(load: () => Promise<Part>): UsePart<Part> {
  let part: Part | undefined;
  let loading: Promise<unknown> | undefined;
  const begin = async () => {
    part = await load().catch(() => undefined);
    if (!part) loading = undefined;
  };
  return (isWanted) => {
    const [, renderWith] = useState(part);
    useEffect(() => {
      if (!isWanted) return;
      if (!part) loading ??= begin();
      // It may have loaded between the rendering and this effect, for another component.
      void loading?.then(() => renderWith(part));
    }, [isWanted]);
    return part;
  };
}
