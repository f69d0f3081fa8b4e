import type { Words } from './words.ts';

const NUMBER = new Intl.NumberFormat('en');
const count = (n: number, one: string, many: string) =>
  `${NUMBER.format(n)} ${n === 1 ? one : many}`;

/** A moderator's few words, with the stop of a sentence. */
const sentence = (words: string) => (/\p{P}$/u.test(words) ? words : `${words}.`);

export const EN: Words = {
  title: (room) => `${room} · chat`,
  titleUnread: (unread, title) => `(${unread}) ${title}`,
  product: 'Serverless Chat',
  room: (room) => `Room ${room}`,

  privateRoom: (room) => `Private room ${room}`,
  privateMeans:
    'Private: only people who have its link find this room. Anyone who has the link can read and write here.',

  messages: 'Messages',
  beginning: (room) => `This is the beginning of ${room}.`,
  invite: 'Nobody has said anything yet. Write the first line, or ask somebody in:',
  olderGone: 'Older messages are no longer kept.',
  gone: (n) => `${count(n, 'message', 'messages')} missing here; no longer kept.`,
  showOlder: 'Show older messages',
  loading: 'Loading…',
  newFromHere: 'New',
  newMessages: (n) => count(n, 'new message', 'new messages'),
  toEnd: 'To the latest message',
  removed: 'This message was removed.',
  removedBy: (reason) =>
    `A moderator removed this message${reason ? `: ${sentence(reason)}` : '.'}`,
  showMore: 'Show all',
  showLess: 'Show less',
  reply: 'Reply',
  replyTo: (name) => `Reply to ${name}`,
  replyingTo: (name) => `Replying to ${name}`,
  cancelReply: 'Cancel the reply',
  edit: 'Edit',
  edited: 'edited',
  editing: 'Editing your message',
  cancelEdit: 'Cancel the edit',
  remove: 'Delete',
  removeForAll: 'Delete for everyone',
  actionsFor: (name) => `Message of ${name}`,
  copy: 'Copy text',
  copyMessageLink: 'Copy link',
  copied: 'Copied',
  copyFailed: 'Unable to copy; the browser does not allow it. Select the text instead.',

  sentMark: '发送↑',
  receivedMark: '接收↓',
  sentMeans: 'Sent: your own message',
  receivedMeans: 'Received: a message of somebody else',

  waiting: 'waiting to send',
  sending: 'sending…',
  stored: 'sent',
  notSent: 'not sent',
  saving: 'saving…',
  removing: 'deleting…',
  notSaved: 'not saved',
  notRemoved: 'not deleted',
  tryAgain: 'Try again',
  discard: 'Discard',

  write: 'Write a message',
  writeHint: (hasKeyboard) =>
    hasKeyboard
      ? 'Enter sends, Shift+Enter starts a new line.'
      : 'Enter starts a new line, the button sends.',
  send: 'Send',
  cannotWrite: 'You cannot write in this room now. What you have written stays here, unsent.',
  left: (n) => `${count(n, 'character', 'characters')} left`,
  tooMany: (n) => `${count(n, 'character', 'characters')} too many`,
  noFiles:
    'Unable to send files; a message holds text only. Put the file where others can open it, and send its link.',
  draftCut: 'The text was too long, and its end was cut off. Send a long text in parts.',

  online: (n) => `${NUMBER.format(n)} online`,
  onlineUnknown: '– online',
  connecting: 'connecting…',
  connected: 'connected',
  reconnecting: 'reconnecting…',
  seconds: (seconds) => `${NUMBER.format(seconds)} s`,
  reconnectingIn: (seconds) => `reconnecting in ${NUMBER.format(seconds)} s`,
  offline: 'offline',
  offlineNotice:
    'You are offline. What you write is kept here and goes out when the network is back.',
  offlineShell: 'You are offline. You can look around; chatting starts when the network is back.',
  blocked: 'no access',
  signedOut: 'signed out',
  notConnected: 'not connected',
  now: 'now',
  connectNow: 'Connect now',
  dismiss: 'Dismiss',
  blockedUntil: (time) => `You are banned from this room until ${time}.`,
  roomClosed: (reason) =>
    reason ? `This room is closed: ${sentence(reason)}` : 'This room is closed.',
  quotaUntil: (time) => `The messages of the day are used up until ${time}.`,
  blockedRetry: 'The page tries again from time to time.',
  sentences: (first, second) => `${first} ${second}`,
  ended: (reason) => `The connection was ended: ${reason}`,

  people: 'People',
  you: 'you',
  creator: 'creator',
  openRoom: 'Open again…',
  tabs: (n) => `on ${NUMBER.format(n)} connections`,
  rosterIncomplete: 'This list is not complete.',
  logHidden: 'The messages are shown once you are let in.',
  rosterHidden: 'Who is here is shown once you are let in again.',
  joined: (name) => `${name} joined`,
  leftRoom: (name) => `${name} left`,
  severalCame: (n) => `${NUMBER.format(n)} people came or went`,
  close: 'Close',
  partFailed: 'Unable to show this; the chat may have a new version. Reload the page.',
  reload: 'Reload',

  typingOne: (name) => `${name} is typing…`,
  typingTwo: (first, second) => `${first} and ${second} are typing…`,
  typingSeveral: 'Several people are typing…',

  nobodyHere: 'Nobody is here yet.',
  welcomeTo: (room) => `You are about to join ${room}. The others will see you under this name.`,
  name: 'Your name',
  join: 'Join',
  save: 'Save',
  chattingAs: 'You chat as',
  fleeting:
    'This browser keeps nothing of this page. When you close or reload it, you become another guest, and your name and unsent lines are lost.',

  menu: 'Rooms and settings',
  search: 'Search in this room',
  rooms: 'Rooms',
  unread: (n) => `${NUMBER.format(n)} unread`,
  unreadMention: (n) => `${NUMBER.format(n)} unread, and you are mentioned`,
  forget: (room) => `Remove ${room} from this list`,
  addRoom: 'New room, or go to a room',
  nothingFound: 'Nothing found.',
  findPerson: 'Find a person',
  mention: 'Mention',
  copyId: 'Copy id',
  otherRoom: 'Go to a room',
  go: 'Go',
  inviteTitle: 'Invite',
  share: 'Share',
  copyLink: 'Copy link to this room',
  linkCopied: 'Link copied',
  linkIs: 'Link to this room',
  showQr: 'QR code',
  hideQr: 'Hide QR code',
  qrOf: (room) => `QR code of the link to ${room}`,
  noSuchRoom: 'This address names no room',
  toLobby: 'Go to the lobby',

  profile: 'Profile and settings',
  languageLabel: 'Language',
  notice: (name, room) => `${name} in ${room}`,

  signIn: 'Sign in',
  signInHere: 'This chat is for people with an account. Sign in to join.',
  signInFailed: 'Unable to sign in. Try again.',
  signInInsecure:
    'Unable to sign in; this address is not secure. Open the chat at its https address.',

  problem: (_, sentence) => sentence,
};
