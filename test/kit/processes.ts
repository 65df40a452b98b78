import { execFileSync } from 'node:child_process';

/** Those of `pids` that still run. Zombies do not: in a container whose first process reaps nobody they stay for ever. */
export function living(pids: readonly number[]): number[] {
  if (pids.length === 0) return [];
  const listed = execFileSync('ps', ['-axo', 'pid=,stat='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const running = new Set(listed.filter(([, state]) => state !== undefined && !state.startsWith('Z')).map(([pid]) => Number(pid)));
  return pids.filter((pid) => running.has(pid));
}
