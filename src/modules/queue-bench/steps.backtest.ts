import { toFileChanges } from '#modules/merge-queue/index.ts';
import { createRandom, seedOf } from './decide.random.ts';
import { shareOf } from './decide.statistics.ts';
import type { BacktestReport } from './model.ts';
import type { Subject } from './steps.history.ts';
import { submitCommits } from './steps.submission.ts';

const MOST_SHOWN = 5;

/**
 * T0: what landed, as a change request at its real parent, through admission and the kernel. Whatever is not identical to
 * history is a fault of ours, so a run that falls short means nothing.
 */
export async function runBacktest(subject: Subject, plan: { seed: number; samples: number; progress(line: string): void }): Promise<BacktestReport> {
  const { mirror, history } = subject;
  const started = performance.now();
  const landed = history.mainline.flatMap(({ id, parents }) => (parents[0] === undefined ? [] : [{ id, parent: parents[0] }]));
  const chosen = createRandom(seedOf(plan.seed, subject.name, 't0')).sample(landed, plan.samples);
  const refused: Record<string, number> = {};
  const differing: string[] = [];
  let identical = 0;
  let admitted = 0;
  for (const [at, { id, parent }] of chosen.entries()) {
    if (at % 200 === 0) plan.progress(`t0 ${subject.name}: ${at} of ${chosen.length} landed changes replayed`);
    const submitted = await submitCommits(mirror, { name: id, base: parent, head: id });
    if (submitted.kind === 'refused') {
      refused[submitted.code] = (refused[submitted.code] ?? 0) + 1;
      continue;
    }
    admitted += 1;
    const tree = await mirror.writeTree(parent, toFileChanges(submitted.submission.whole));
    if (tree === (await mirror.treeOf(id))) identical += 1;
    else if (differing.length < MOST_SHOWN) differing.push(id);
  }
  return { identical: shareOf(identical, admitted), refused, seconds: (performance.now() - started) / 1000, differing };
}
