/**
 * Whether a text is a moment of the calendar as cursors write it (`2026-01-31T10:00:00.123456Z`), so that the database reads it as well: what only
 * looks like one (`2026-02-30T25:00:00Z`, the year 0) makes a statement fail.
 */
export function isInstant(text: string): boolean {
  const seconds = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,6})?Z$/.exec(text)?.[1];
  if (seconds === undefined || seconds.startsWith('0000')) return false;
  const at = new Date(`${seconds}Z`);
  // A day that the month does not have would become one of the next month.
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(seconds);
}
