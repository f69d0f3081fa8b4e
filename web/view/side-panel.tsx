import { useState } from 'preact/hooks';
import type { ChatState } from '../chat-state.ts';
import { WORDS } from '../words.ts';
import { CopyLink } from './copy-link.tsx';
import { NameForm } from './name-form.tsx';
import { RoomForm } from './room-form.tsx';
import { Roster } from './roster.tsx';

interface SidePanelProps {
  readonly state: ChatState;
  /** Matters on a narrow screen only; a wide one always shows the panel. */
  readonly isOpen: boolean;
  readonly close: () => void;
  readonly name: string;
  readonly rename: (name: string) => void;
}

export function SidePanel({ state, isOpen, close, name, rename }: SidePanelProps) {
  return (
    <aside
      class="side"
      id="side"
      data-open={isOpen}
      aria-label={WORDS.people}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <button type="button" class="quiet side-close" onClick={close}>
        {WORDS.close}
      </button>
      <Roster state={state} />
      <OwnName name={state.me?.name ?? name} rename={rename} />
      <RoomForm />
      <CopyLink />
    </aside>
  );
}

function OwnName({
  name,
  rename,
}: {
  readonly name: string;
  readonly rename: (name: string) => void;
}) {
  const [isEditing, setEditing] = useState(false);
  if (isEditing) {
    const choose = (chosen: string) => {
      setEditing(false);
      if (chosen !== name) rename(chosen);
    };
    return (
      <NameForm name={name} action={WORDS.save} choose={choose} cancel={() => setEditing(false)} />
    );
  }
  return (
    <div class="field own-name">
      <p>
        {WORDS.chattingAs} <bdi>{name}</bdi>
      </p>
      <button
        type="button"
        class="quiet"
        data-testid="change-name"
        onClick={() => setEditing(true)}
      >
        {WORDS.changeName}
      </button>
    </div>
  );
}
