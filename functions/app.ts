// The function app's table of contents: every function, its trigger, its bindings; nothing else.

import { join } from 'node:path';
import { app } from '@azure/functions';
import { connectionInfo, signalR } from './bindings.ts';
import { openChat } from './chat.ts';
import { closeRoom, openRoom } from './close-room.ts';
import { connected } from './connected.ts';
import { deleteMessage } from './delete-message.ts';
import { disconnect } from './disconnect.ts';
import { disconnected } from './disconnected.ts';
import { eraseRoom } from './erase-room.ts';
import { exportRoom } from './export-room.ts';
import { health } from './health.ts';
import { history } from './history.ts';
import { onHttp } from './http-function.ts';
import { onHub } from './hub-function.ts';
import { connections, members } from './members.ts';
import { message } from './message.ts';
import { negotiate } from './negotiate.ts';
import { publish } from './publish.ts';
import { rooms } from './rooms.ts';
import { readSettings } from './settings.ts';
import { tidy } from './tidy.ts';
import { onTimer } from './timer-function.ts';
import { typing } from './typing.ts';
import { readPageFiles, web } from './web.ts';

const settings = readSettings(process.env);
const chat = openChat(settings);
const page = readPageFiles(join(import.meta.dirname, '..', 'web'));

onHub('connected', 'connections', 'connected', connected, chat);
onHub('disconnected', 'connections', 'disconnected', disconnected, chat);
onHub('message', 'messages', 'send', message, chat);
onHub('typing', 'messages', 'typing', typing, chat);

const inRoom = 'api/rooms/{room}';
const asks = { method: 'GET' } as const;
const orders = { needsKey: true, outputs: [signalR] };

onHttp(
  'negotiate',
  { method: 'POST', route: 'api/negotiate', inputs: [connectionInfo] },
  negotiate,
  chat,
);
onHttp('history', { ...asks, route: `${inRoom}/messages` }, history, chat);
onHttp('members', { ...asks, route: `${inRoom}/members` }, members, chat);
onHttp(
  'connections',
  { ...asks, needsKey: true, route: `${inRoom}/connections` },
  connections,
  chat,
);
onHttp('health', { ...asks, route: 'api/health' }, health, chat);
onHttp('publish', { ...orders, method: 'POST', route: `${inRoom}/messages` }, publish, chat);
onHttp(
  'disconnect',
  { ...orders, method: 'DELETE', route: `${inRoom}/connections/{connectionId}` },
  disconnect,
  chat,
);
onHttp('rooms', { ...asks, needsKey: true, route: 'api/rooms' }, rooms, chat);
onHttp('export', { ...asks, needsKey: true, route: `${inRoom}/export` }, exportRoom, chat);
onHttp('erase', { ...orders, method: 'DELETE', route: inRoom }, eraseRoom, chat);
onHttp('close', { ...orders, method: 'PUT', route: `${inRoom}/closed` }, closeRoom, chat);
onHttp('open', { ...orders, method: 'DELETE', route: `${inRoom}/closed` }, openRoom, chat);
onHttp(
  'delete',
  { ...orders, method: 'DELETE', route: `${inRoom}/messages/{seq}` },
  deleteMessage,
  chat,
);

// At the beginning of every minute.
onTimer('tidy', '0 * * * * *', tidy, chat);

app.http('web', {
  methods: ['GET', 'HEAD'],
  route: '{*path}',
  authLevel: 'anonymous',
  handler: (request) => web(request, page, settings),
});
