import { setTimeout as sleep } from 'node:timers/promises';
import { hasEnvironment, listPids, readProcessTable, type ProcessRow } from './table.ts';

/** By what the processes of one run are recognised. */
export interface Family {
  /** Leader: its group, its session and its descendants belong to the family. Null: only the mark counts. */
  leader: number | null;
  /** `NAME=value` in the environment: finds those that left group, session and parent behind (`setsid`, double fork). */
  mark: string;
}

/** Processes of the family that still live. With `candidates` only these pids are looked at. */
export async function findFamily(family: Family, candidates?: readonly number[]): Promise<number[]> {
  const rows = await readProcessTable(candidates);
  const known = new Set(family.leader === null ? [] : related(rows, family.leader));
  const others = rows.filter((row) => !known.has(row.pid) && row.pid !== process.pid);
  const marked = await Promise.all(others.map(async (row) => ((await hasEnvironment(row.pid, family.mark)) ? row.pid : null)));
  return [...known, ...marked.filter((pid) => pid !== null)];
}

function related(rows: readonly ProcessRow[], leader: number): number[] {
  const found = new Set(rows.filter((row) => row.pid === leader || row.group === leader || row.session === leader).map((row) => row.pid));
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const row of rows) if (found.has(row.parent)) found.add(row.pid);
  }
  return [...found];
}

const POLL_MS = 20;
/** After this long of SIGKILL a process is stuck in the kernel: nobody can end it, and waiting helps nobody. */
const GIVE_UP_MS = 10_000;

/**
 * Ends the whole family: SIGTERM, after `graceMs` SIGKILL, repeated until a look at the process table finds none (a
 * process that forks while it is hunted is caught by the next look). `spare` get no SIGTERM.
 */
export async function endFamily(family: Family, graceMs: number, spare: readonly number[] = []): Promise<void> {
  const asked = new Set<number>();
  // The grace starts with the first signal, not with the search, which takes its time on a busy machine.
  let askedMs: number | null = null;
  for (;;) {
    const living = await findFamily(family);
    if (living.length === 0) return;
    askedMs ??= performance.now();
    const sinceMs = performance.now() - askedMs;
    if (sinceMs > graceMs + GIVE_UP_MS) return;
    for (const pid of living) {
      if (sinceMs >= graceMs) signal(pid, 'SIGKILL');
      else if (!asked.has(pid) && !spare.includes(pid)) signal(pid, 'SIGTERM');
      asked.add(pid);
    }
    await sleep(POLL_MS);
  }
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // already gone, or not ours any more
  }
}

/** A cheap look after a normal exit: only processes that came up since `before` can be of the family. */
export async function endNewcomers(family: Family, before: ReadonlySet<number>, graceMs: number): Promise<void> {
  const newcomers = (await listPids()).filter((pid) => !before.has(pid));
  const left = newcomers.length === 0 && before.size > 0 ? [] : await findFamily(family, before.size > 0 ? newcomers : undefined);
  if (left.length > 0) await endFamily(family, graceMs);
}

/**
 * Ends every process that was started with `entry` (`NAME=value`) in its environment, for example `HOME=<the run's own
 * home>`: how a restarted Reeve ends what a killed one left running. Does nothing where there is no /proc.
 */
export async function endProcessesWith(entry: string, graceMs: number): Promise<void> {
  await endFamily({ leader: null, mark: entry }, graceMs);
}
