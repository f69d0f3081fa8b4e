// Everything of reactions that loads together.

import type { ChatClient } from '../../connection/chat.ts';
import { Chips } from './chips.tsx';
import { Overlay } from './overlay.tsx';
import { QuickRow, type QuickRowProps } from './quick-row.tsx';
import { followRoom } from './room.ts';

interface OfMessage {
  readonly seq: number;
}

/** The views of the chat's reactions, until `stop`. */
export function openReactions(chat: ChatClient) {
  const room = followRoom(chat);
  return {
    Chips: ({ seq }: OfMessage) => <Chips room={room} seq={seq} />,
    QuickRow: ({ seq, close }: OfMessage & Pick<QuickRowProps, 'close'>) => (
      <QuickRow room={room} seq={seq} close={close} />
    ),
    Overlay: () => <Overlay room={room} />,
    stop: room.stop,
  };
}
