import { createRandom, seedOf } from './decide.random.ts';
import { shareOf } from './decide.statistics.ts';
import type { LandingRung, WindowReport } from './model.ts';
import type { Subject } from './steps.history.ts';
import { land } from './steps.landing.ts';
import { isWhole, transplant } from './steps.stale.ts';
import { submitCommits, type Submission } from './steps.submission.ts';

export const WINDOW_SIZES = [5, 20, 50] as const;
/** Random orders tried for each window. */
const ORDERS = 3;
const MOST_SHOWN = 5;

interface Window {
  base: string;
  /** The mainline at the window's end. */
  end: string;
  submissions: Submission[];
  size: number;
  /** Files that a change which cannot be written on the window's base touches. */
  leftOut: ReadonlySet<string>;
}

export interface WindowPlan {
  seed: number;
  samples: number;
  progress(line: string): void;
}

/** T2: consecutive landed changes as if written concurrently on one base and submitted in any order. */
export async function runWindows(subject: Subject, plan: WindowPlan): Promise<WindowReport[]> {
  const reports: WindowReport[] = [];
  for (const k of WINDOW_SIZES) {
    // The number of changes looked at, not of windows, is what takes the time.
    const count = Math.max(3, Math.round(plan.samples / k));
    reports.push(await runSize(subject, { ...plan, k, count }));
  }
  return reports;
}

async function runSize(subject: Subject, plan: WindowPlan & { k: number; count: number }): Promise<WindowReport> {
  const { k } = plan;
  const tally = createTally(k);
  const starts = Array.from({ length: Math.max(0, subject.history.mainline.length - k) }, (_, at) => at);
  const chosen = createRandom(seedOf(plan.seed, subject.name, 't2', k)).sample(starts, plan.count);
  for (const [at, start] of chosen.entries()) {
    plan.progress(`t2 ${subject.name} K=${k}: ${at} of ${chosen.length} windows`);
    const window = await openWindow(subject, start, k);
    tally.window(window);
    for (let order = 0; order < ORDERS; order += 1) {
      const random = createRandom(seedOf(plan.seed, subject.name, 't2', k, start, order));
      await runOrder(subject, window, random.shuffle(window.submissions), tally);
    }
  }
  return tally.report(chosen.length);
}

async function openWindow(subject: Subject, start: number, size: number): Promise<Window> {
  const { mirror, history } = subject;
  const base = history.mainline[start]?.id ?? '';
  const submissions: Submission[] = [];
  const leftOut = new Set<string>();
  for (const { id, parents } of history.mainline.slice(start + 1, start + 1 + size)) {
    const parent = parents[0] ?? '';
    const head = await transplant(subject, { change: id, parent, onto: base });
    const submitted = head === null ? null : await submitCommits(mirror, { name: id, base, head });
    if (submitted?.kind === 'submitted' && (await isWhole(subject, { id, parent }, submitted.submission))) submissions.push(submitted.submission);
    else for (const { path, from } of await mirror.diffNames(parent, id)) for (const name of [path, from]) if (name !== null) leftOut.add(name);
  }
  return { base, end: history.mainline[start + size]?.id ?? '', submissions, size, leftOut };
}

async function runOrder(subject: Subject, window: Window, order: readonly Submission[], tally: Tally): Promise<void> {
  const { mirror } = subject;
  let head = window.base;
  const spoilt = new Set(window.leftOut);
  let landed = 0;
  for (const submission of order) {
    const landing = await land(mirror, submission, head, 'ladder');
    tally.tried(landing?.kind === 'landed' ? landing.rung : null);
    if (landing?.kind !== 'landed' || landing.rung === 'R2') {
      for (const { path, from } of submission.effect) for (const name of [path, from]) if (name !== null) spoilt.add(name);
    }
    if (landing?.kind !== 'landed') continue;
    landed += 1;
    head = await mirror.commit({
      tree: landing.tree,
      parents: [head],
      message: submission.name,
      author: { name: 'Reeve', email: 'reeve@localhost' },
      atUnixS: 4_000_000_000,
    });
  }
  const complete = landed === window.size && spoilt.size === 0;
  const differing = (await mirror.diffNames(window.end, head))
    .flatMap(({ path, from }) => (from === null ? [path] : [path, from]))
    .filter((path) => complete || !spoilt.has(path));
  tally.ended(complete, differing);
}

interface Tally {
  window(window: Window): void;
  tried(rung: LandingRung | null): void;
  ended(complete: boolean, differing: readonly string[]): void;
  report(windows: number): WindowReport;
}

function createTally(k: number): Tally {
  const byRung: Record<LandingRung, number> = { R0: 0, R1: 0, R2: 0, R3: 0 };
  const mismatches: string[] = [];
  let [changes, decomposable, tries, lands] = [0, 0, 0, 0];
  let [complete, identical, partial, filesIdentical] = [0, 0, 0, 0];
  return {
    window({ size, submissions }) {
      changes += size;
      decomposable += submissions.length;
    },
    tried(rung) {
      tries += 1;
      if (rung === null) return;
      lands += 1;
      byRung[rung] += 1;
    },
    ended(wasComplete, differing) {
      if (wasComplete) complete += 1;
      else partial += 1;
      if (differing.length > 0 && mismatches.length < MOST_SHOWN) mismatches.push(differing.slice(0, 3).join(', '));
      if (differing.length > 0) return;
      if (wasComplete) identical += 1;
      else filesIdentical += 1;
    },
    report: (windows) => ({
      k,
      windows,
      orders: ORDERS,
      decomposable: shareOf(decomposable, changes),
      landed: shareOf(lands, tries),
      byRung,
      complete,
      identical: shareOf(identical, complete),
      filesIdentical: shareOf(filesIdentical, partial),
      mismatches,
    }),
  };
}
