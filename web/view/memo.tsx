// The two parts of `preact/compat` that the page needs. The whole module imitates React, and is a thirtieth of the page.

import { Component, type ComponentChild, type FunctionComponent, options } from 'preact';

/** A component that renders again only if a property has changed. */
export function memo<Props extends object>(View: FunctionComponent<Props>) {
  return class Memo extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      return differs(this.props, next);
    }

    override render(props: Props): ComponentChild {
      return <View {...props} />;
    }
  };
}

function differs(before: object, after: object): boolean {
  const old = new Map(Object.entries(before));
  const changed = Object.entries(after);
  return old.size !== changed.length || changed.some(([key, value]) => old.get(key) !== value);
}

/** Renders what `change` changes before it returns. */
export function renderNow(change: () => void): void {
  options.debounceRendering = (render) => render();
  try {
    change();
  } finally {
    delete options.debounceRendering;
  }
}
