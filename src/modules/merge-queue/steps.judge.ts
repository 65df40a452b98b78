import { attributionSentence, decideAttribution, type Attribution, type AttributionKind, type EvidenceRun } from '#modules/queue-schedule/index.ts';
import type { Build } from './decide.builds.ts';
import type { Candidate, QueueEntry } from './model.ts';
import { runChecks, type CheckRun, type Held } from './steps.checks.ts';
import type { MergeQueueDeps } from './steps.context.ts';
import { submittedCommit } from './steps.submitted.ts';
import { findLandedBy, isKnownGreen } from './store.verifications.ts';

export interface Accused {
  build: Build;
  entry: QueueEntry;
  tip: Candidate;
  /** The run that failed. */
  first: CheckRun;
}

/** Asks until it is known whose fault a failed build of one is; `last`: the run on the candidate's tree to show. */
export async function judge(deps: MergeQueueDeps, accused: Accused, held: Held): Promise<{ attribution: Attribution; last: CheckRun }> {
  const { entry, tip, first } = accused;
  const mirror = await deps.mirrors(entry.repositoryId);
  const headIsGreen = await isKnownGreen(deps.db, entry.repositoryId, await mirror.treeOf(tip.head));
  const runs: EvidenceRun[] = [toEvidence('candidate', first)];
  let last = first;
  for (;;) {
    const facts = {
      runs,
      onOwnBase: tip.head === entry.document.base,
      proven: entry.provenOn !== null && entry.provenOn.head !== tip.head,
      headIsGreen,
    };
    const step = decideAttribution(facts);
    if (step.kind === 'verdict') return { attribution: await describe(deps, accused, step.verdict, runs), last };
    const commit = await commitOf(deps, accused, step.role);
    const run = await runChecks(deps, { build: accused.build, role: step.role, commit, tree: await mirror.treeOf(commit) }, held);
    runs.push(toEvidence(step.role, run));
    if (step.role === 'again') last = run;
  }
}

const toEvidence = (role: EvidenceRun['role'], { tree, passed, failed }: CheckRun): EvidenceRun => ({ role, tree, passed, failed });

async function commitOf(deps: MergeQueueDeps, { entry, tip }: Accused, role: EvidenceRun['role']): Promise<string> {
  if (role === 'head') return tip.head;
  return role === 'submitted' ? submittedCommit(await deps.mirrors(entry.repositoryId), entry) : tip.commit;
}

/** Landings since the head it passed on, or since its base: those it may not go together with. */
async function describe(deps: MergeQueueDeps, { entry, tip }: Accused, kind: AttributionKind, runs: EvidenceRun[]): Promise<Attribution> {
  const others = kind === 'interaction' ? await landedSince(deps, entry, tip.head) : [];
  return { kind, detail: attributionSentence(kind, runs, others), with: others, runs };
}

const MOST_NAMED = 20;

async function landedSince(deps: MergeQueueDeps, entry: QueueEntry, head: string): Promise<string[]> {
  const mirror = await deps.mirrors(entry.repositoryId);
  const since = await mirror.log(entry.provenOn?.head ?? entry.document.base, head, MOST_NAMED);
  return findLandedBy(
    deps.db,
    entry.repositoryId,
    since.map(({ commit }) => commit),
  );
}
