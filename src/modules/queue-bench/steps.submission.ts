import { isAppError } from '#kernel/errors.ts';
import { admitChanges, type AdmissionRules, type FileEffect, type WholeChange } from '#modules/merge-queue/index.ts';
import { documentOfCommits, type ChangeRequestDocument } from '#modules/change-requests/index.ts';
import type { Mirror, TreeEntry } from '#ports/git.ts';
import { unlessMissing } from './steps.context.ts';

/** A change request as the queue holds it after admission. */
export interface Submission {
  name: string;
  base: string;
  document: ChangeRequestDocument;
  whole: readonly WholeChange[];
  effect: readonly FileEffect[];
}

export type Submitted = { kind: 'submitted'; submission: Submission } | { kind: 'refused'; code: string };

/** A project that allows everything a change request can hold: the bench measures the queue, not a policy. */
export const OPEN_RULES: AdmissionRules = {
  repositoryName: null,
  maxFiles: 1_000_000,
  maxBytes: 4_000_000_000,
  protectedPaths: [],
  queueOwned: [],
  mayWriteQueueOwned: true,
  requiredChecks: [],
  taskScope: null,
  protectedTargets: [],
};

export const TARGET = 'reeve/bench';

/** Everything between two commits as a change request, through the product's own admission. */
export async function submitCommits(mirror: Mirror, given: { name: string; base: string; head: string }): Promise<Submitted> {
  return (await unlessMissing(() => submit(mirror, given))) ?? { kind: 'refused', code: 'missing_content' };
}

async function submit(mirror: Mirror, given: { name: string; base: string; head: string }): Promise<Submitted> {
  let document: ChangeRequestDocument;
  try {
    document = await documentOfCommits(mirror, {
      base: given.base,
      head: given.head,
      repo: 'bench/repository',
      target: TARGET,
      taskId: given.name,
      attempt: 1,
      summary: `Replay of ${given.name}`,
    });
  } catch (error) {
    if (isAppError(error, 'refused')) return { kind: 'refused', code: error.code ?? 'refused' };
    throw error;
  }
  if (document.changes.length === 0) return { kind: 'refused', code: 'no_effect' };
  const files = new Map((await mirror.listTree(given.base)).map((entry): [string, TreeEntry] => [entry.path, entry]));
  const admitted = await admitChanges(document, OPEN_RULES, { files, readBlob: (blob) => mirror.readBlob(blob) });
  if (!admitted.ok) return { kind: 'refused', code: admitted.error[0]?.code ?? 'refused' };
  return {
    kind: 'submitted',
    submission: { name: given.name, base: given.base, document, whole: admitted.value, effect: await mirror.diffStat(given.base, given.head) },
  };
}
