import type { ErrorCode } from '../../functions/protocol.ts';
import {
  DISCONNECTED,
  ERASED,
  LEAST_BUNDLE,
  MAX_NAME_LENGTH,
  MAX_ROOM_LENGTH,
  MAX_TEXT_LENGTH,
} from '../../functions/protocol.ts';
import type { Words } from './words.ts';

const NUMBER = new Intl.NumberFormat('zh-Hans');

// A space between Chinese and other scripts, as Chinese typography wants it, but not at punctuation and not at an end.
const isChinese = (text: string) => /^\p{Script=Han}+$/u.test(text);
const after = (text: string) => (isChinese(text) ? text : ` ${text}`);
const between = (text: string) => (isChinese(text) ? text : ` ${text} `);

const PROBLEMS: Readonly<Record<ErrorCode, string>> = {
  bad_room: `房间名只能包含 1 到 ${NUMBER.format(MAX_ROOM_LENGTH)} 个文字、数字、- 或 _。请换一个。`,
  bad_name: `名字需要 1 到 ${NUMBER.format(MAX_NAME_LENGTH)} 个可见字符。请换一个。`,
  bad_text: `消息需要有可见的内容，最多 ${NUMBER.format(MAX_TEXT_LENGTH)} 个字符。请修改后再发。`,
  bad_id: '消息没有发出，页面给它的编号不对。请重新载入页面。',
  id_in_use: '消息没有发出，它的编号已用于另一条消息。请重新载入页面。',
  bad_request: '服务器不接受这个请求。请重新载入页面。',
  bad_setting: '服务器的设置有误。请联系管理员。',
  not_signed_in: '请先登录，再加入聊天。',
  banned: '你暂时不能进入这个房间。请稍后再来。',
  bad_ticket: '连接凭证已过期，正在重新连接。',
  bad_signature: '服务器拒绝了这个请求。请重新载入页面。',
  not_found: '服务器上没有找到。请检查地址。',
  no_room: '没有这个房间。请检查房间名称。',
  room_in_use: '这个房间不能导入消息。请联系管理员。',
  too_large: '内容太大，服务器不接受。请缩短后再发。',
  room_closed: '这个房间已关闭。请稍后再来，或者去别的房间。',
  not_author: '只有作者可以修改或删除这条消息。',
  too_late: '这条消息太旧了，已不能修改或删除。请再发一条来更正。',
  too_many_messages: '你发得太快了，正在稍后重试。',
  too_many_reactions: '这条消息的表情已满。请选择已有的表情，或者换一条消息。',
  too_many_connections: '你打开的连接太多了。请关闭几个标签页，或者稍等一分钟。',
  room_full: '这个房间已满。请等有人离开后再来。',
  quota_used_up: '聊天服务的连接已用完。请等有人离开后再来。',
  unavailable: '服务器暂时没有回应，正在重试。',
  old_extension: `服务器的 SignalR 扩展太旧，不会回复消息是否已保存。请管理员在 host.json 中使用 ${LEAST_BUNDLE} 或更新的扩展包（extensionBundle）。`,
};

/** What the functions say where a moderator gave no reason. */
const REASONS: Readonly<Record<string, string>> = {
  [DISCONNECTED]: '管理员断开了你的连接。',
  [ERASED]: '这个房间里的所有消息已被删除。',
};

/** A moderator's few words, with the stop of a sentence. */
const sentence = (words: string) => (/\p{P}$/u.test(words) ? words : `${words}。`);

export const ZH: Words = {
  title: (room) => `${room} · 聊天`,
  titleUnread: (unread, title) => `（${unread}）${title}`,
  room: (room) => `房间 ${room}`,

  messages: '消息',
  beginning: (room) => `这里是${between(room)}的开头。`,
  invite: '还没有人说话。写下第一句，或者邀请别人进来：',
  olderGone: '更早的消息已不再保存。',
  gone: (n) => `这里缺少 ${NUMBER.format(n)} 条消息，已不再保存。`,
  showOlder: '显示更早的消息',
  loading: '正在载入…',
  newFromHere: '新消息',
  newMessages: (n) => `${NUMBER.format(n)} 条新消息`,
  toEnd: '回到最新消息',
  removed: '这条消息已被删除。',
  showMore: '展开全文',
  showLess: '收起',
  reply: '回复',
  replyTo: (name) => `回复${after(name)}`,
  replyingTo: (name) => `正在回复${after(name)}`,
  cancelReply: '取消回复',
  copy: '复制文字',
  copied: '已复制',
  copyFailed: '无法复制，浏览器不允许。请手动选择文字。',

  sentMark: '发送↑',
  receivedMark: '接收↓',

  waiting: '等待发送',
  sending: '正在发送…',
  stored: '已发送',
  notSent: '未发送',
  tryAgain: '重试',
  discard: '放弃',

  write: '写消息',
  writeHint: (hasKeyboard) =>
    hasKeyboard ? '按 Enter 发送，按 Shift+Enter 换行。' : '按 Enter 换行，按按钮发送。',
  send: '发送',
  cannotWrite: '你现在不能在这个房间发言。已写的内容会留在这里，不会发出。',
  left: (n) => `还可输入 ${NUMBER.format(n)} 个字符`,
  tooMany: (n) => `超出 ${NUMBER.format(n)} 个字符`,
  noFiles: '不能发送文件，消息里只能有文字。请把文件放到别人能打开的地方，再发它的链接。',
  draftCut: '内容太长，超出的部分已被截去。请分几次发送。',

  online: (n) => `${NUMBER.format(n)} 人在线`,
  onlineUnknown: '– 人在线',
  connecting: '正在连接…',
  connected: '已连接',
  reconnecting: '正在重新连接…',
  reconnectingIn: (seconds) => `${NUMBER.format(seconds)} 秒后重新连接`,
  offline: '离线',
  offlineNotice: '你已离线。写下的消息会保存在这里，网络恢复后自动发出。',
  offlineShell: '你已离线。可以先看看，网络恢复后即可聊天。',
  blocked: '暂时无法进入',
  signedOut: '未登录',
  notConnected: '未连接',
  now: '立即连接',
  connectNow: '立即连接',
  dismiss: '知道了',
  blockedUntil: (time) => `你在 ${time} 之前不能进入这个房间。`,
  roomClosed: (reason) => (reason ? `这个房间已关闭：${sentence(reason)}` : '这个房间已关闭。'),
  quotaUntil: (time) => `今天的消息配额已用完，${time} 后恢复。`,
  blockedRetry: '页面会不时重试。',
  sentences: (first, second) => `${first}${second}`,
  ended: (reason) => `连接已被终止：${REASONS[reason] ?? reason}`,

  people: '成员',
  you: '你',
  tabs: (n) => `${NUMBER.format(n)} 个连接`,
  rosterIncomplete: '名单不完整。',
  logHidden: '进入房间后才能看到消息。',
  rosterHidden: '重新进入后才能看到房间里的人。',
  joined: (name) => `${name} 加入了`,
  leftRoom: (name) => `${name} 离开了`,
  severalCame: (n) => `${NUMBER.format(n)} 人进出了房间`,
  close: '关闭',
  partFailed: '无法显示这部分内容，聊天室可能已更新。请重新载入页面。',
  reload: '重新载入',

  typingOne: (name) => `${name} 正在输入…`,
  typingTwo: (first, second) => `${first} 和 ${second} 正在输入…`,
  typingSeveral: '好几个人正在输入…',

  welcome: '起个名字',
  welcomeTo: (room) => `你即将加入${after(room)}，其他人会看到你的名字。`,
  name: '你的名字',
  join: '加入',
  save: '保存',
  cancel: '取消',
  changeName: '改名',
  chattingAs: '你的名字是',
  fleeting:
    '此浏览器不保存本页面的任何数据。关闭或重新载入页面后，你会成为另一位访客，名字和未发送的消息都会丢失。',

  menu: '房间与设置',
  rooms: '房间',
  unread: (n) => `${NUMBER.format(n)} 条未读`,
  forget: (room) => `把${between(room)}从列表中移除`,
  newRoom: '新建私密房间',
  newRoomHint: '只有拿到链接的人才能找到它。',
  otherRoom: '前往房间',
  go: '前往',
  inviteTitle: '邀请',
  share: '分享',
  copyLink: '复制房间链接',
  linkCopied: '链接已复制',
  linkIs: '房间链接',
  showQr: '二维码',
  hideQr: '隐藏二维码',
  qrOf: (room) => `${room} 房间链接的二维码`,
  noSuchRoom: '这个地址不是房间',
  toLobby: '前往大厅',

  settings: '设置',
  languageLabel: '语言',
  notifications: '我没在看这个页面时，有新消息就通知我',
  notificationsDenied: '浏览器不允许此页面发送通知。可以在浏览器的网站设置中更改。',
  sound: '有新消息时播放提示音',
  notice: (name, room) => `${name}（${room}）`,
  forgetMe: '在此设备上忘记我',
  forgetMeHint:
    '你的名字、房间列表和未发送的消息会从此设备上清除，你无法再成为同一位访客。已发送的消息会留在房间里。',
  forgetMeNow: '忘记我',

  signIn: '登录',
  signInHere: '这个聊天室需要账号。请登录后加入。',
  signInFailed: '登录失败。请重试。',
  signInInsecure: '无法登录，因为这个地址不安全。请用 https 地址打开聊天室。',
  signOut: '退出登录',

  problem: (code, sentence) => PROBLEMS[code] ?? sentence,
};
