// The real code that a simulation runs: everything in functions/ and web/ between the platform's edges. One module, so
// that a mutant of it can be loaded as a whole (mutant.ts).

export { archiveRoom } from '../../functions/http/archive-room.ts';
export { closeRoom, openRoom } from '../../functions/http/close-room.ts';
export { deleteMessage } from '../../functions/http/delete-message.ts';
export { disconnect } from '../../functions/http/disconnect.ts';
export { eraseRoom } from '../../functions/http/erase-room.ts';
export { history } from '../../functions/http/history.ts';
export { toErrorAnswer } from '../../functions/http/http-function.ts';
export { importRoom } from '../../functions/http/import-room.ts';
export { members } from '../../functions/http/members.ts';
export { negotiate } from '../../functions/http/negotiate.ts';
export { publish } from '../../functions/http/publish.ts';
export { eraseReading, markReading, reading } from '../../functions/http/reading.ts';
export { removeReactions } from '../../functions/http/remove-reactions.ts';
export { reopenRoom } from '../../functions/http/reopen-room.ts';
export { rooms } from '../../functions/http/rooms.ts';
export { ban } from '../../functions/hub/ban.ts';
export { close } from '../../functions/hub/close.ts';
export { connected } from '../../functions/hub/connected.ts';
export { disconnected } from '../../functions/hub/disconnected.ts';
export { edit } from '../../functions/hub/edit.ts';
export { handleHub } from '../../functions/hub/hub-function.ts';
export { message } from '../../functions/hub/message.ts';
export { react } from '../../functions/hub/react.ts';
export { remove } from '../../functions/hub/remove.ts';
export { JoinedConnections } from '../../functions/identity/joined-connections.ts';
export { Admission } from '../../functions/moderation/admission.ts';
export { FloodGuard, JOINS } from '../../functions/moderation/flood-guard.ts';
export { TypingBudget } from '../../functions/moderation/typing-budget.ts';
export { ChatError } from '../../functions/protocol.ts';
export { ReadingPlaces } from '../../functions/reading-places.ts';
export { presenceWindowMs } from '../../functions/room/presence-budget.ts';
export { ReactionWindow } from '../../functions/room/reaction-window.ts';
export { RoomCleanup } from '../../functions/room/room-cleanup.ts';
export { RoomLog } from '../../functions/room/room-log.ts';
export { RoomReader } from '../../functions/room/room-reader.ts';
export { RoomViews } from '../../functions/room/room-views.ts';
export { TableUnavailable } from '../../functions/room/table.ts';
export { NewcomerCheck } from '../../functions/service/newcomer-check.ts';
export { OutputWarmUp } from '../../functions/service/output-warm-up.ts';
export { cleanUpRooms } from '../../functions/timer/cleanup.ts';
export { erasePerson } from '../../local/client/archive/person.ts';
export { keepAccountPlaces } from '../../web/connection/account-places.ts';
export { startChat } from '../../web/connection/chat.ts';
export { chatApi, refusalOf } from '../../web/connection/chat-api.ts';
export { keepConnected } from '../../web/connection/connection.ts';
export {
  parseEvents,
  parseSendResult,
  parseWelcome,
  readChangeResult,
} from '../../web/connection/incoming.ts';
export { followReactions } from '../../web/connection/reactions.ts';
export { rememberedUnsent, rememberUnsent } from '../../web/device/unsent.ts';
export { findGap } from '../../web/state/message-log.ts';
