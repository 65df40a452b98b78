/**
 * How long ago a file was written, in milliseconds, by the clock that stamps files: the machine's, which may be another one than that of
 * `Date.now()` (platform/workflow/library-time.ts). Negative when that clock was set back since.
 */
export const ageMs = (written: { mtimeMs: number }): number => new Date().getTime() - written.mtimeMs;
