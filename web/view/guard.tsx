import type { ComponentChildren } from 'preact';
import { useErrorBoundary } from 'preact/hooks';
import { reportLater } from '../state/store.ts';
import { useWords } from './language.ts';

interface GuardProps {
  readonly children: ComponentChildren;
  /** Takes the place of children that fail. Says so and offers to reload the page unless given. */
  readonly fallback?: ComponentChildren;
}

/** Keeps a part of the page that fails from taking the rest with it. */
export function Guard({ children, fallback = <Failed /> }: GuardProps) {
  const [error] = useErrorBoundary(reportLater);
  return <>{error === undefined ? children : fallback}</>;
}

/** Says that something cannot be shown, with a button that reloads the page. Drafts and unsent lines survive that. */
export function Failed() {
  const words = useWords();
  return (
    <div class="notice" role="alert" data-testid="failed">
      <p>{words.partFailed}</p>
      <button type="button" data-testid="reload" onClick={() => location.reload()}>
        {words.reload}
      </button>
    </div>
  );
}
