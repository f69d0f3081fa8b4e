// Shows one notification for the room. It replaces the one before, and a click on it leads back to the page.

import { pathOf } from './names.ts';

export interface Notice {
  readonly title: string;
  readonly body: string;
  readonly room: string;
}

/** Does nothing without permission. */
export async function showNotification({ title, body, room }: Notice): Promise<void> {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  const options = { body, tag: `room ${room}`, icon: '/icons/icon-192.png', data: pathOf(room) };
  // Phones support notifications of a service worker only. It also handles the click.
  const registration = await navigator.serviceWorker?.getRegistration();
  if (registration?.active) return registration.showNotification(title, options);
  const notification = new Notification(title, options);
  notification.onclick = () => {
    window.focus();
    notification.close();
  };
}
