import type { DoctorReport } from '#cli/local.ts';

export type Check = DoctorReport['checks'][number];

export const good = (name: string, detail: string): Check => ({ name, ok: true, needed: true, detail, fix: null });
/** `needed` false: Reeve starts without it, and something is then missing. */
export const bad = (name: string, detail: string, fix: string | null, needed = true): Check => ({ name, ok: false, needed, detail, fix });
