// All kinds of change to a room. The compiler requires a record for each kind of `Change`.

import type { Change } from '../change.ts';
import { IMPORT } from './archive.ts';
import type { ChangeKind, KindRecord } from './kind.ts';
import { DELETE, EDIT, PUBLISH, SEND } from './messages.ts';
import { BAN, CLOSE, ERASE, OPEN } from './moderation.ts';
import { JOIN, LEAVE } from './presence.ts';
import { REACT } from './reactions.ts';
import { BROADCAST, CLEANUP, UNLIST, WATCH } from './upkeep.ts';

const KINDS: { readonly [Kind in Change['kind']]: ChangeKind<Kind> } = {
  join: JOIN,
  leave: LEAVE,
  send: SEND,
  publish: PUBLISH,
  delete: DELETE,
  edit: EDIT,
  react: REACT,
  ban: BAN,
  close: CLOSE,
  open: OPEN,
  erase: ERASE,
  unlist: UNLIST,
  import: IMPORT,
  watch: WATCH,
  broadcast: BROADCAST,
  cleanup: CLEANUP,
};

/** The record of the change's kind. Use it for changes of that kind only. */
export function kindOf({ kind }: Pick<Change, 'kind'>): KindRecord {
  return KINDS[kind];
}
