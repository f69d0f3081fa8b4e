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
  const options = { body, tag: tagOf(room), icon: '/icons/icon-192.png', data: pathOf(room) };
  // Phones support notifications of a service worker only. It also handles the click.
  const registration = await navigator.serviceWorker?.getRegistration();
  if (registration?.active) return registration.showNotification(title, options);
  const notification = new Notification(title, options);
  notification.onclick = () => {
    window.focus();
    notification.close();
  };
}

/** Closes the room's notification, also that of another tab. Notifications without a service worker stay. */
export async function closeNotifications(room: string): Promise<void> {
  try {
    const registration = await navigator.serviceWorker?.getRegistration();
    const shown = await registration?.getNotifications({ tag: tagOf(room) });
    for (const notification of shown ?? []) notification.close();
  } catch {
    // Private windows may have no service worker.
  }
}

const tagOf = (room: string) => `room ${room}`;
