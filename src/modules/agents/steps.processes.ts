import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { endProcessesWith, runCommand } from '#platform/process/index.ts';
import { RUN_MARK } from './steps.context.ts';
import type { RunRow } from './store.ts';

/** Names this machine and this start of it: process ids of another mean nothing here. */
export async function hostName(): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return `${os.hostname()}/${boot.trim()}`;
}

/** The start time of a process in its system's own words, so that a reused id is not taken for it. Null: there is none. */
export async function processMark(pid: number): Promise<string | null> {
  if (process.platform === 'linux') {
    const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
    // The name may hold spaces and brackets; the start time is the 20th field after its closing bracket.
    return line?.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  }
  const asked = await runCommand({
    command: '/bin/ps',
    args: ['-o', 'lstart=', '-p', String(pid)],
    cwd: '/',
    env: {},
    timeoutMs: 5000,
    maxOutputBytes: 1024,
  });
  return asked.stdout.toString('utf8').trim() || null;
}

const GRACE_MS = 300;

/**
 * Ends what an earlier execution of the run left running on this machine: everything that carries the run's mark, and the
 * recorded process with its group where marks cannot be read.
 */
export async function endLeftovers(run: Pick<RunRow, 'id' | 'host' | 'processId' | 'processMark'>): Promise<void> {
  await endProcessesWith(`${RUN_MARK}=${run.id}`, GRACE_MS);
  if (run.processId === null || run.processMark === null || run.host !== (await hostName())) return;
  if ((await processMark(run.processId)) !== run.processMark) return;
  for (const target of [-run.processId, run.processId]) {
    try {
      process.kill(target, 'SIGKILL');
    } catch {
      // gone already
    }
  }
}
