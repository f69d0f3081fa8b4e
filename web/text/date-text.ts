// Dates as a date field has them: `2026-11-28`, in the time zone of the person. Pure.

/** Midnight at the beginning of the date, epoch ms. Undefined for what is no date. */
export function timeOfDate(text: string): number | undefined {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const at = new Date(Number(year), Number(month) - 1, Number(day)).getTime();
  return dateOfTime(at) === text ? at : undefined;
}

/** @param at epoch ms */
export function dateOfTime(at: number): string {
  const date = new Date(at);
  const two = (number: number) => String(number).padStart(2, '0');
  const year = String(date.getFullYear()).padStart(4, '0');
  return `${year}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
