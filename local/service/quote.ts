/** What a client chose goes into the log quoted and short, so that it can fake no line and fill no disk. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
