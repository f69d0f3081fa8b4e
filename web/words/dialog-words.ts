// The words of the dialogs. They load with the first one.

import type { LanguageId } from './language.ts';

interface DialogWords {
  readonly newRoom: string;
  readonly roomName: string;
  readonly create: string;
  readonly switchTo: string;
  readonly notifications: string;
  readonly notificationsDenied: string;
  readonly sound: string;
  readonly forgetMe: string;
  readonly forgetMeHint: string;
  readonly forgetMeNow: string;
  readonly signOut: string;
}

export const DIALOG_WORDS: Readonly<Record<LanguageId, DialogWords>> = {
  en: {
    newRoom: 'New private room',
    roomName: 'Name (optional)',
    create: 'Create',
    switchTo: 'Go to a room, or mention somebody',
    notifications: 'Notify me of messages while I look elsewhere',
    notificationsDenied:
      'The browser does not allow notifications of this page. Its settings for this page can change that.',
    sound: 'Play a sound for new messages',
    forgetMe: 'Forget me on this device',
    forgetMeHint:
      'Your name, rooms and unsent lines leave this device, and you can never be the same guest again. What you said stays in the rooms.',
    forgetMeNow: 'Forget me',
    signOut: 'Sign out',
  },
  zh: {
    newRoom: '新建私密房间',
    roomName: '名称（可选）',
    create: '创建',
    switchTo: '前往房间，或提到某人',
    notifications: '我没在看这个页面时，有新消息就通知我',
    notificationsDenied: '浏览器不允许此页面发送通知。可以在浏览器的网站设置中更改。',
    sound: '有新消息时播放提示音',
    forgetMe: '在此设备上忘记我',
    forgetMeHint:
      '你的名字、房间列表和未发送的消息会从此设备上清除，你无法再成为同一位访客。已发送的消息会留在房间里。',
    forgetMeNow: '忘记我',
    signOut: '退出登录',
  },
};
