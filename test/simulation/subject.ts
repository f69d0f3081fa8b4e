// The real code that a simulation runs: everything of functions/ and web/ between the platform's edges. In one place, so
// that a mutant of it can be loaded as a whole (mutant.ts).

export { connected } from '../../functions/connected.ts';
export { disconnect } from '../../functions/disconnect.ts';
export { disconnected } from '../../functions/disconnected.ts';
export { FloodGuard } from '../../functions/flood-guard.ts';
export { history } from '../../functions/history.ts';
export { toErrorAnswer } from '../../functions/http-function.ts';
export { members } from '../../functions/members.ts';
export { message } from '../../functions/message.ts';
export { negotiate } from '../../functions/negotiate.ts';
export { presenceWindowMs } from '../../functions/presence-budget.ts';
export { ChatError } from '../../functions/protocol.ts';
export { publish } from '../../functions/publish.ts';
export { RoomLog } from '../../functions/room-log.ts';
export { TableUnavailable } from '../../functions/table.ts';
export { tidy } from '../../functions/tidy.ts';
export { startChat } from '../../web/chat.ts';
export { chatApi, refusalOf } from '../../web/chat-api.ts';
export { keepConnected } from '../../web/connection.ts';
export { parseEvents, parseSendResult, parseWelcome } from '../../web/incoming.ts';
export { missing } from '../../web/message-log.ts';
export { rememberedUnsent, rememberUnsent } from '../../web/unsent.ts';
