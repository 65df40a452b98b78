// Kept from before the workflow engine tells this process another time (platform/workflow/library-time.ts).
const MachineDate = Date;

/**
 * How long ago a file was written, in milliseconds, by the clock that stamps files: the machine's, which may be another one than that of
 * `Date.now()`. Negative when that clock was set back since.
 */
export const ageMs = (written: { mtimeMs: number }): number => new MachineDate().getTime() - written.mtimeMs;
