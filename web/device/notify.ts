// Shows one notification for the room. It replaces the one before, and a click on it leads to the room.

import { pathOf } from './names.ts';

export interface Notice {
  readonly title: string;
  readonly body: string;
  readonly room: string;
  /** Whether it is the room of the page. */
  readonly isHere: boolean;
}

/** Never rejects. Does nothing without permission, or if the browser fails. */
export async function showNotification(notice: Notice): Promise<void> {
  try {
    await show(notice);
  } catch {
    // The page shows the message all the same.
  }
}

/** Asks the person. A browser without notifications, or one that fails, denies them. */
export async function askForNotifications(): Promise<NotificationPermission> {
  try {
    return await Notification.requestPermission();
  } catch {
    return 'denied';
  }
}

async function show({ title, body, room, isHere }: Notice): Promise<void> {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  const options = { body, tag: tagOf(room), icon: 'icons/icon-192.png', data: pathOf(room) };
  // Phones support notifications of a service worker only. It also handles the click.
  const registration = await navigator.serviceWorker?.getRegistration();
  if (registration?.active) return registration.showNotification(title, options);
  const notification = new Notification(title, options);
  notification.onclick = () => {
    window.focus();
    notification.close();
    if (!isHere) location.assign(pathOf(room));
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
