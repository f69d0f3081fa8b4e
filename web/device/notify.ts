// One notification for a room, in place of the one before. Its click leads back to the page.

import { pathOf } from './names.ts';

export interface Notice {
  readonly title: string;
  readonly body: string;
  readonly room: string;
}

export async function showNotification({ title, body, room }: Notice): Promise<void> {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  const options = { body, tag: `room ${room}`, icon: '/icons/icon-192.png', data: pathOf(room) };
  // Phones know only notifications of a service worker, which answers the click as well.
  const registration = await navigator.serviceWorker?.getRegistration();
  if (registration?.active) return registration.showNotification(title, options);
  const notification = new Notification(title, options);
  notification.onclick = () => {
    window.focus();
    notification.close();
  };
}
