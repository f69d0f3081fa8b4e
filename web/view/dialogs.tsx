// What opens over the room: profile and settings, another room, and the switcher. A part of its own, loaded on first use.

import type { Preferences } from '../device/preferences.ts';
import { type ChatState, readerOf } from '../state/chat-state.ts';
import type { Named } from '../text/mentions.ts';
import type { RoomsView, Visit } from '../visit.ts';
import { DIALOG_WORDS } from '../words/dialog-words.ts';
import { ROOM_MENU_WORDS } from '../words/room-menu-words.ts';
import { Avatar } from './avatar.tsx';
import { DateForm } from './date-form.tsx';
import { Dialog } from './dialog.tsx';
import { useLanguage } from './language.ts';
import { type Moderating, ModerationForm } from './moderation-form.tsx';
import { NameForm } from './name-form.tsx';
import { NewRoomForm } from './new-room-form.tsx';
import { RoomForm } from './room-form.tsx';
import { SettingsForm } from './settings-form.tsx';
import { Switcher } from './switcher.tsx';

export type DialogId = 'settings' | 'rooms' | 'switcher' | 'date' | Moderating;

interface DialogsProps {
  readonly which: DialogId;
  readonly close: () => void;
  readonly visit: Visit;
  readonly state: ChatState;
  readonly view: RoomsView;
  readonly settings: Preferences;
  readonly changeSettings: (change: Partial<Preferences>) => void;
  readonly mention: (person: Named) => void;
  /** Shows the messages from that time on, epoch ms. */
  readonly goToTime: (at: number) => void;
}

/** The dialog that is open. */
export function Dialogs({ which, close, ...props }: DialogsProps) {
  const { id, words } = useLanguage();
  if (typeof which === 'object') {
    return <ModerationForm what={which} visit={props.visit} close={close} />;
  }
  switch (which) {
    case 'settings':
      return (
        <Dialog title={words.profile} close={close}>
          <Profile {...props} close={close} />
        </Dialog>
      );
    case 'rooms':
      return (
        <Dialog title={words.addRoom} close={close}>
          <NewRoomForm />
          <RoomForm />
        </Dialog>
      );
    case 'date':
      return (
        <Dialog title={ROOM_MENU_WORDS[id].goToDate} close={close}>
          <DateForm
            choose={(at) => {
              close();
              props.goToTime(at);
            }}
          />
        </Dialog>
      );
    case 'switcher':
      return (
        <Dialog title={DIALOG_WORDS[id].switchTo} close={close}>
          <Switcher
            room={props.visit.room}
            view={props.view}
            roster={props.state.roster}
            me={readerOf(props.state)}
            mention={(person) => {
              close();
              props.mention(person);
            }}
            close={close}
          />
        </Dialog>
      );
  }
}

function Profile({
  visit,
  state,
  view: { alerts },
  settings,
  changeSettings,
  close,
}: Pick<DialogsProps, 'visit' | 'state' | 'view' | 'settings' | 'changeSettings' | 'close'>) {
  const { id, words } = useLanguage();
  const { room } = visit;
  const { me } = state;
  const name = me?.name ?? visit.name();
  return (
    <>
      <div class="profile">
        <Avatar userId={readerOf(state) ?? ''} name={name} />
        {visit.signOut ? (
          <>
            <bdi translate={false}>{name}</bdi>
            <button type="button" class="quiet" data-testid="sign-out" onClick={visit.signOut}>
              {DIALOG_WORDS[id].signOut}
            </button>
          </>
        ) : (
          <NameForm
            name={name}
            action={words.save}
            choose={(chosen) => {
              if (chosen !== name) visit.rename(chosen);
              close();
            }}
          />
        )}
      </div>
      <SettingsForm
        settings={settings}
        change={changeSettings}
        levels={
          alerts && (
            <alerts.LevelFields
              level={alerts.levelOf(room)}
              choose={(level) => alerts.choose(room, level)}
              byDefault={alerts.defaultLevel()}
              chooseDefault={alerts.chooseDefault}
            />
          )
        }
        forgetMe={visit.forgetMe}
      />
    </>
  );
}
