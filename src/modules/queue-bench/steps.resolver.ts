import type { MergeConflict } from '#ports/git.ts';
import { createRandom, seedOf } from './decide.random.ts';
import { shareOf } from './decide.statistics.ts';
import type { ResolverReport } from './model.ts';
import { unlessMissing } from './steps.context.ts';
import type { Subject } from './steps.history.ts';
import { isAboutContents, resolveConflict } from './steps.landing.ts';

export interface ResolverPlan {
  seed: number;
  samples: number;
  progress(line: string): void;
}

interface Merge {
  id: string;
  ours: string;
  theirs: string;
}

/** T3: merges that conflicted and were resolved by people, resolved again by R3 and laid beside what the people did. */
export async function runResolver(subject: Subject, plan: ResolverPlan): Promise<ResolverReport> {
  const { mirror } = subject;
  const started = performance.now();
  const merges = await findMerges(subject);
  const chosen = createRandom(seedOf(plan.seed, subject.name, 't3')).sample(merges, plan.samples * 4);
  const tally = createTally();
  for (const [at, merge] of chosen.entries()) {
    if (at % 200 === 0) plan.progress(`t3 ${subject.name}: ${at} of ${chosen.length} merges made again`);
    const base = await mirror.mergeBase(merge.ours, merge.theirs);
    if (base === null || base === merge.ours || base === merge.theirs) continue;
    const again = await unlessMissing(() => mirror.merge({ base, ours: merge.ours, theirs: merge.theirs }));
    if (again?.kind === 'conflict') await compare(subject, merge.id, again.conflicts, tally);
  }
  return { ...tally.report(chosen.length), seconds: (performance.now() - started) / 1000 };
}

/** On the mainline and in the branches of pull requests, where people merge the mainline into their work. */
async function findMerges({ mirror, pulls, run, history }: Subject): Promise<Merge[]> {
  const heads = [...pulls.map(({ commit }) => commit), history.mainline.at(-1)?.id ?? ''];
  const { stdout } = await run(mirror.dir, ['--git-dir=.', 'rev-list', '--min-parents=2', '--max-parents=2', '--parents', '--stdin'], {
    stdin: `${heads.join('\n')}\n`,
  });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [id = '', ours = '', theirs = ''] = line.split(' ');
      return { id, ours, theirs };
    })
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

async function compare({ mirror }: Subject, merge: string, conflicts: readonly MergeConflict[], tally: Tally): Promise<void> {
  let [resolved, equal] = [0, 0];
  for (const conflict of conflicts) {
    const answer = resolveConflict(conflict);
    if (answer === null) {
      tally.refused(reasonOf(conflict));
      continue;
    }
    const human = await mirror.readFile(merge, conflict.path);
    const same = human !== null && human.equals(answer.content);
    resolved += 1;
    if (same) equal += 1;
    tally.resolved(answer.report, same);
  }
  tally.merge({ automatic: resolved === conflicts.length, equal: equal === conflicts.length });
}

/** Why nothing was tried or it was refused, in a word: for the table. */
function reasonOf({ path, message, ours, theirs }: MergeConflict): string {
  if (!isAboutContents(message)) return /\(([^)]*)\)/.exec(message)?.[1] ?? 'other';
  if (ours === null || theirs === null) return 'binary or too large';
  return /\.(\w+)$/.exec(path)?.[1] ?? 'no extension';
}

interface Tally {
  resolved(report: { rule: string; conserved: boolean }, equal: boolean): void;
  refused(reason: string): void;
  merge(result: { automatic: boolean; equal: boolean }): void;
  report(merges: number): Omit<ResolverReport, 'seconds'>;
}

function createTally(): Tally {
  const byRule: ResolverReport['byRule'] = {};
  const refusals: Record<string, number> = {};
  let [files, resolvedFiles, equalFiles, conserved] = [0, 0, 0, 0];
  let [conflicted, automatic, equalMerges] = [0, 0, 0];
  return {
    resolved(report, equal) {
      files += 1;
      resolvedFiles += 1;
      if (equal) equalFiles += 1;
      if (report.conserved) conserved += 1;
      const rule = (byRule[report.rule] ??= { files: 0, equal: 0 });
      rule.files += 1;
      if (equal) rule.equal += 1;
    },
    refused(reason) {
      files += 1;
      refusals[reason] = (refusals[reason] ?? 0) + 1;
    },
    merge(result) {
      conflicted += 1;
      if (!result.automatic) return;
      automatic += 1;
      if (result.equal) equalMerges += 1;
    },
    report: (merges) => ({
      merges,
      conflicted,
      conflictedFiles: files,
      automatic: shareOf(automatic, conflicted),
      equal: shareOf(equalMerges, automatic),
      automaticFiles: shareOf(resolvedFiles, files),
      equalFiles: shareOf(equalFiles, resolvedFiles),
      conservedFiles: shareOf(conserved, resolvedFiles),
      byRule,
      refusals,
    }),
  };
}
