import { AppError } from '#kernel/errors.ts';
import { CRASHPOINTS, type Crashpoint } from './crashpoints.ts';

let armed: { name: Crashpoint; passesLeft: number } | undefined;

/**
 * Arms one fault point of this process from `name` or `name:n` (the n-th pass, from 1): the value of REEVE_CRASH_AT, read
 * by main. Undefined or empty disarms. Throws `invalid` on a name nobody declared, so that a test cannot wait for a crash
 * that never comes.
 */
export function armCrashpoint(spec: string | undefined): void {
  if (spec === undefined || spec === '') {
    armed = undefined;
    return;
  }
  const [, name = '', pass = '1'] = /^([^:]+?)(?::(\d+))?$/.exec(spec) ?? [];
  const known = CRASHPOINTS.find((point) => point === name);
  if (known === undefined || Number(pass) < 1) {
    throw new AppError('invalid', `REEVE_CRASH_AT names no fault point: ${spec}.`, {
      code: 'crashpoint_unknown',
      hint: `One of ${CRASHPOINTS.join(', ')}, optionally followed by :n.`,
    });
  }
  armed = { name: known, passesLeft: Number(pass) };
}

/**
 * A place where a crash must lose nothing and repeat nothing. Does nothing, unless this process was armed for it: then the
 * process gets SIGKILL, which no handler sees and no buffer survives.
 */
export async function crashpoint(name: Crashpoint): Promise<void> {
  if (armed?.name !== name) return;
  armed.passesLeft -= 1;
  if (armed.passesLeft > 0) return;
  process.kill(process.pid, 'SIGKILL');
  // The signal may arrive a moment later; nothing after this point may run.
  await new Promise<never>(() => {});
}
