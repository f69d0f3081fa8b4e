// Holds the state, applies events to it, and notifies its listeners.

type Listener<State> = (state: State, before: State) => void;

export interface Store<State, Event> {
  readonly state: State;
  readonly dispatch: (event: Event) => void;
  /** Returns a function that ends the subscription. */
  readonly subscribe: (listener: Listener<State>) => () => void;
}

/**
 * Listeners run after each change of the state, in the order of their subscription. `dispatch` never throws: a reducer or a
 * listener that throws stops neither the other listeners nor later events.
 */
export function createStore<State, Event extends object>(
  reduce: (state: State, event: Event) => State,
  initial: State,
  report = reportLater,
): Store<State, Event> {
  let state = initial;
  const listeners = new Set<Listener<State>>();
  // Events that a listener dispatches wait until all listeners have run, so every listener sees the same order.
  const queue: Event[] = [];
  let isDispatching = false;

  function attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      report(error);
    }
  }

  function step(event: Event): void {
    const before = state;
    attempt(() => {
      state = reduce(before, event);
    });
    if (state === before) return;
    for (const listener of [...listeners]) attempt(() => listener(state, before));
  }

  return {
    get state() {
      return state;
    },
    dispatch(event) {
      queue.push(event);
      if (isDispatching) return;
      isDispatching = true;
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) step(next);
      isDispatching = false;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** To the console, as an error that nobody caught. */
export function reportLater(error: unknown): void {
  setTimeout(() => {
    throw error;
  });
}
