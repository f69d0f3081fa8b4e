/** Quotes and shortens a client's text for the log, so that it cannot fake a line or fill the disk. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
