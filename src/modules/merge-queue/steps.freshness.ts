import { messageOf } from '#kernel/errors.ts';
import type { Mirror } from '#ports/git.ts';
import { decideFreshness, freshnessNote, type FreshnessFacts, type Freshness } from '#modules/queue-schedule/index.ts';
import type { QueueEntry } from './model.ts';
import { schedulingOf, type MergeQueueDeps } from './steps.context.ts';
import { trySpeculation } from './steps.speculate.ts';

// Counting stops here: a change this far behind is over any budget.
const MOST_COUNTED = 1000;

/** What of an entry is known before it is one. */
export type Unborn = Pick<QueueEntry, 'id' | 'projectId' | 'target' | 'publish' | 'document' | 'submittedTree' | 'effect'>;

/**
 * Measures how far a submission is behind its target and puts it on the head of this moment, so that the submitter hears of
 * a conflict while it still knows what it did. Never refuses: a measurement that fails is left out with a line in the log.
 */
export async function measureFreshness(
  deps: Pick<MergeQueueDeps, 'scheduling' | 'log'>,
  mirror: Mirror,
  entry: Unborn,
): Promise<{ freshness: Freshness | null; notes: string[] }> {
  try {
    const { freshnessBudget: budget } = await schedulingOf(deps, entry.projectId);
    const freshness = decideFreshness({ ...(await readFacts(mirror, entry)), budget });
    const note = freshnessNote(freshness, budget);
    return { freshness, notes: note === null ? [] : [note] };
  } catch (error) {
    deps.log.warn({ changeRequest: entry.id, error: messageOf(error) }, 'How fresh a change request is could not be measured.');
    return { freshness: null, notes: [] };
  }
}

async function readFacts(mirror: Mirror, entry: Unborn): Promise<Omit<FreshnessFacts, 'budget'>> {
  const { base } = entry.document;
  const source = `refs/remotes/source/${entry.target}`;
  const head = (entry.publish.kind === 'mirror' ? await mirror.resolve(`refs/heads/${entry.target}`) : null) ?? (await mirror.resolve(source));
  if (head === null || head === base) return { behind: 0, head, rebase: null };
  const known = await mirror.isAncestor(base, head);
  const behind = known ? (await mirror.log(base, head, MOST_COUNTED)).length : null;
  return { behind, head, rebase: behind === 0 ? null : await rebase(mirror, entry, head) };
}

async function rebase(mirror: Mirror, entry: Unborn, head: string): Promise<FreshnessFacts['rebase']> {
  const tried = await trySpeculation(mirror, entry, head);
  return tried.kind === 'conflict'
    ? { kind: 'conflict', paths: [...new Set((tried.conflicts ?? []).map(({ path }) => path))] }
    : { kind: tried.kind };
}
