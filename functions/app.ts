// The function app's table of contents: every function with its trigger and its bindings, and nothing else.

import { join } from 'node:path';
import { app } from '@azure/functions';
import { openDeps } from './deps.ts';
import { archiveRoom } from './http/archive-room.ts';
import { closeRoom, openRoom } from './http/close-room.ts';
import { deleteMessage } from './http/delete-message.ts';
import { disconnect } from './http/disconnect.ts';
import { eraseRoom } from './http/erase-room.ts';
import { exportRoom } from './http/export-room.ts';
import { forget } from './http/forget.ts';
import { openHealth } from './http/health.ts';
import { history } from './http/history.ts';
import { onHttp } from './http/http-function.ts';
import { importRoom } from './http/import-room.ts';
import { connections, members } from './http/members.ts';
import { negotiate } from './http/negotiate.ts';
import { publish } from './http/publish.ts';
import { eraseReading, exportReading, markReading, reading } from './http/reading.ts';
import { removeReactions } from './http/remove-reactions.ts';
import { reopenRoom } from './http/reopen-room.ts';
import { rooms } from './http/rooms.ts';
import { search } from './http/search.ts';
import { openPage, web } from './http/web.ts';
import { ban } from './hub/ban.ts';
import { close } from './hub/close.ts';
import { connected } from './hub/connected.ts';
import { disconnected } from './hub/disconnected.ts';
import { edit } from './hub/edit.ts';
import { onHub } from './hub/hub-function.ts';
import { message } from './hub/message.ts';
import { react } from './hub/react.ts';
import { remove } from './hub/remove.ts';
import { typing } from './hub/typing.ts';
import { watch } from './hub/watch.ts';
import { connectionInfo, signalR } from './service/bindings.ts';
import { readSettings } from './settings.ts';
import { cleanUpRooms } from './timer/cleanup.ts';
import { onTimer } from './timer/timer-function.ts';

const settings = readSettings(process.env);
const deps = openDeps(settings);
const page = openPage(join(import.meta.dirname, '..', 'web'));

onHub('connected', 'connections', 'connected', connected, deps);
onHub('disconnected', 'connections', 'disconnected', disconnected, deps);
onHub('message', 'messages', 'send', message, deps);
onHub('edit', 'messages', 'edit', edit, deps);
onHub('remove', 'messages', 'remove', remove, deps);
onHub('ban', 'messages', 'ban', ban, deps);
onHub('shut', 'messages', 'close', close, deps);
onHub('react', 'messages', 'react', react, deps);
onHub('typing', 'messages', 'typing', typing, deps);
onHub('watch', 'messages', 'watch', watch, deps);

const inRoom = 'api/rooms/{room}';
const asks = { method: 'GET' } as const;
const orders = { needsKey: true, outputs: [signalR] };

onHttp(
  'negotiate',
  { method: 'POST', route: 'api/negotiate', inputs: [connectionInfo] },
  negotiate,
  deps,
);
onHttp('forget', { method: 'DELETE', route: 'api/guest' }, forget, deps);
onHttp('history', { ...asks, route: `${inRoom}/messages` }, history, deps);
onHttp('search', { ...asks, route: `${inRoom}/search` }, search, deps);
onHttp('members', { ...asks, route: `${inRoom}/members` }, members, deps);
onHttp(
  'connections',
  { ...asks, needsKey: true, route: `${inRoom}/connections` },
  connections,
  deps,
);
onHttp('reading', { ...asks, route: 'api/reading' }, reading, deps);
onHttp('markreading', { method: 'PUT', route: 'api/reading', isFrequent: true }, markReading, deps);
onHttp(
  'erasereading',
  { method: 'DELETE', needsKey: true, route: 'api/reading' },
  eraseReading,
  deps,
);
onHttp(
  'exportreading',
  { ...asks, needsKey: true, route: 'api/reading/export' },
  exportReading,
  deps,
);
onHttp('health', { ...asks, route: 'api/health' }, openHealth(), deps);
onHttp('publish', { ...orders, method: 'POST', route: `${inRoom}/messages` }, publish, deps);
onHttp(
  'disconnect',
  { ...orders, method: 'DELETE', route: `${inRoom}/connections/{connectionId}` },
  disconnect,
  deps,
);
onHttp('rooms', { ...asks, needsKey: true, route: 'api/rooms' }, rooms, deps);
onHttp('export', { ...asks, needsKey: true, route: `${inRoom}/export` }, exportRoom, deps);
onHttp('archive', { ...asks, needsKey: true, route: `${inRoom}/archive` }, archiveRoom, deps);
onHttp('import', { ...orders, method: 'POST', route: `${inRoom}/archive` }, importRoom, deps);
onHttp('erase', { ...orders, method: 'DELETE', route: inRoom }, eraseRoom, deps);
onHttp('close', { ...orders, method: 'PUT', route: `${inRoom}/closed` }, closeRoom, deps);
onHttp('reopen', { method: 'PUT', route: `${inRoom}/open` }, reopenRoom, deps);
onHttp('open', { ...orders, method: 'DELETE', route: `${inRoom}/closed` }, openRoom, deps);
onHttp(
  'delete',
  { ...orders, method: 'DELETE', route: `${inRoom}/messages/{seq}` },
  deleteMessage,
  deps,
);
onHttp(
  'reactions',
  { ...orders, method: 'DELETE', route: `${inRoom}/reactions` },
  removeReactions,
  deps,
);

// At the beginning of every minute.
onTimer('cleanup', '0 * * * * *', cleanUpRooms, deps);

app.http('web', {
  methods: ['GET', 'HEAD'],
  route: '{*path}',
  authLevel: 'anonymous',
  handler: (request) => web(request, page(), settings),
});
