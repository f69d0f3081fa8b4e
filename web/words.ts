// Every sentence of the page, in one place. What the functions answer (ChatError) comes as a sentence already.

const count = (n: number, one: string, many: string) =>
  `${n.toLocaleString()} ${n === 1 ? one : many}`;

export const WORDS = {
  title: (room: string) => `${room} · chat`,
  room: (room: string) => `Room ${room}`,
  beginning: (room: string) => `This is the beginning of ${room}.`,
  olderGone: 'Older messages are no longer kept.',
  gone: (n: number) => `${count(n, 'message', 'messages')} missing here; no longer kept.`,
  showOlder: 'Show older messages',
  loading: 'Loading…',
  messages: 'Messages',
  newer: 'New messages ↓',

  // The marks of the demo that this chat descends from.
  sent: '发送↑',
  received: '接收↓',

  waiting: 'waiting to send',
  sending: 'sending…',
  stored: 'sent',
  notSent: 'not sent',
  tryAgain: 'Try again',
  discard: 'Discard',

  write: 'Write a message',
  send: 'Send',

  online: (n: number) => `${n.toLocaleString()} online`,
  onlineUnknown: '– online',
  connecting: 'connecting…',
  connected: 'connected',
  reconnecting: 'reconnecting…',
  keptOut: 'kept out',
  notConnected: 'not connected',
  connectNow: 'Connect now',
  dismiss: 'Dismiss',
  keptOutRetry: 'The page tries again from time to time.',

  people: 'People',
  you: '(you)',
  tabs: (n: number) => `on ${n.toLocaleString()} connections`,
  rosterIncomplete: 'This list is not complete.',
  close: 'Close',

  typing: (names: readonly string[]) => {
    const [first, second] = names;
    if (first === undefined) return '';
    if (second === undefined) return `${first} is typing…`;
    return names.length === 2 ? `${first} and ${second} are typing…` : 'Several people are typing…';
  },

  welcome: 'Choose a name',
  welcomeTo: (room: string) => `You are about to join ${room}.`,
  name: 'Your name',
  join: 'Join',
  save: 'Save',
  cancel: 'Cancel',
  changeName: 'Change name',
  chattingAs: 'You chat as',

  otherRoom: 'Another room',
  go: 'Go',
  copyLink: 'Copy link to this room',
  copied: 'Link copied',
  linkIs: 'Link to this room',
  noSuchRoom: 'This address names no room',
  toLobby: 'Go to the lobby',
} as const;
