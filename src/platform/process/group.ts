import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { GroupSpec, ProcessGroup } from './model.ts';
import { start } from './spawn.ts';
import { endFamily } from './survivors.ts';

/** Set in every process we start, so that descendants which hide (own session, no parent) are found again. */
export const MARK_VARIABLE = 'REEVE_PROCESS_MARK';

/** Starts a program as its own process group. Rejects with an Error whose message is a sentence when it cannot start. */
export async function spawnGroup(spec: GroupSpec): Promise<ProcessGroup> {
  const mark = randomUUID();
  const inputs = spec.inputs ?? [];
  const env = { ...spec.env, [MARK_VARIABLE]: mark };
  const child = await start({ ...spec, env, extraPipes: inputs.length + (spec.report === true ? 1 : 0) });
  const exited = new Promise<{ exitCode: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
  inputs.forEach((text, index) => (child.stdio[3 + index] as Duplex).end(text));
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error('a started program has no pipes');
  let killing: Promise<void> | null = null;
  const end = async (graceMs: number, spare: readonly number[] = []): Promise<void> => {
    await endFamily({ leader: child.pid, mark: `${MARK_VARIABLE}=${mark}` }, graceMs, spare);
    await exited;
  };
  return {
    pid: child.pid,
    stdin,
    stdout,
    stderr,
    report: spec.report === true ? (child.stdio[3 + inputs.length] as Duplex) : null,
    exited,
    kill: (graceMs, spare) => (killing ??= end(graceMs, spare)),
  };
}
