import { AppError } from '#kernel/errors.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { canonicalJson, sha256Hex } from '#platform/crypto/index.ts';
import { crashpoint } from '#platform/workflow/index.ts';
import type { Mirror } from '#ports/git.ts';
import { admitWork, noEffect, readDocument } from './commands.admit.ts';
import { ownedPaths } from './commands.claims.ts';
import { storeEntry, type Admitted } from './commands.entry.ts';
import {
  pathsOf,
  refuseDocument,
  refuseOwned,
  refuseReferences,
  refuseTarget,
  toStoredChange,
  type WholeChange,
  type ChangeRequestDocument,
  type AdmissionRefusal,
  type Publish,
} from '#modules/change-requests/index.ts';
import { toFileChanges } from './decide.apply.ts';
import type { FileEffect, QueueEntry } from './model.ts';
import type { Resolution } from './model.history.ts';
import { measureFreshness } from './steps.freshness.ts';
import type { MergeQueueDeps, SubmissionSubject } from './steps.context.ts';
import { knownOf } from './steps.known.ts';
import { rememberSubmitted } from './steps.submitted.ts';
import { findKnownIds } from './store.ts';

/** Who submits, and what the document does not say itself. */
export interface SubmitContext {
  /** `Actor.subject`. */
  actor: string;
  projectId: string;
  repositoryId: string;
  workItemId: string | null;
  publish: Publish;
  /** Workflow that is told what became of it (topic `change_request:<id>`). */
  notifyWorkflow?: string | null;
  /** 0 (first) to 9; default 2. */
  priority?: number;
  /** A person's choice about a conflict, of which the document is the result. */
  resolution?: Resolution;
}

/**
 * Admission. A refused document leaves no trace; an admitted one is stored whole before this returns, so that nothing the
 * agent, its branch or its worktree does afterwards can change or lose it. Throws AppError conflict `attempt_taken` when
 * the attempt was submitted with another body.
 */
export async function submit(deps: MergeQueueDeps, body: unknown, context: SubmitContext): Promise<Result<QueueEntry, AdmissionRefusal[]>> {
  const read = readDocument(body);
  if (!read.ok) return read;
  const sent = read.value;
  const bodySha256 = sha256Hex(canonicalJson(sent));
  const before = await answerBefore(deps, context.repositoryId, sent, bodySha256);
  if (before !== null) return ok(before);

  const subject = { ...pick(context), taskId: sent.task_id, target: sent.target };
  const rules = await deps.rules(subject);
  const refusals = [
    ...refuseDocument(sent, rules),
    ...refuseTarget(sent.target, context.publish, rules),
    ...(await refuseFacts(deps, sent, subject)),
  ];
  if (refusals.length > 0) return err(refusals);

  const mirror = await deps.mirrors(context.repositoryId);
  const work = await admitWork(deps, mirror, { document: sent, rules });
  if (!work.ok) return work;
  const { document, whole, notes } = work.value;
  const stored = { ...document, changes: whole.map(toStoredChange) };
  const admitted = await mirror.together(() => measure(deps, mirror, { document: stored, whole, bodySha256, notes, context }));
  return admitted === null ? noEffect('Its result is exactly the base.') : ok(await store(deps, admitted, context));
}

function pick(context: SubmitContext): Omit<SubmissionSubject, 'taskId' | 'target'> {
  return { projectId: context.projectId, repositoryId: context.repositoryId, workItemId: context.workItemId, publish: context.publish };
}

/** The same submission again gets the same answer, whatever became of it since. */
async function answerBefore(deps: MergeQueueDeps, repositoryId: string, sent: ChangeRequestDocument, bodySha256: string): Promise<QueueEntry | null> {
  const found = await knownOf(deps).attempt({ repositoryId, taskId: sent.task_id, attempt: sent.attempt });
  if (found === null) return null;
  if (found.bodySha256 === bodySha256) return found;
  throw new AppError('conflict', `Attempt ${sent.attempt} of ${sent.task_id} was submitted before with another content.`, {
    code: 'attempt_taken',
    hint: 'Submit it as the next attempt.',
    detail: { change_request_id: found.id },
  });
}

async function refuseFacts(deps: MergeQueueDeps, sent: ChangeRequestDocument, subject: SubmissionSubject): Promise<AdmissionRefusal[]> {
  const { depends_on: dependsOn, reverts } = sent.intent;
  const known = await findKnownIds(deps.db, reverts === null ? dependsOn : [...dependsOn, reverts]);
  const paths = sent.changes.flatMap(pathsOf);
  const owned = deps.ownership === undefined ? await ownedPaths(deps, subject, paths) : await deps.ownership(subject, paths);
  const unpublishable = subject.publish.kind === 'action' && deps.publishByAction === undefined;
  const blocked = unpublishable ? [{ code: 'publish_unavailable', path: null, detail: 'This installation cannot publish by an action.' }] : [];
  return [...refuseReferences(sent, known), ...refuseOwned(owned), ...blocked];
}

interface Unmeasured {
  document: ChangeRequestDocument;
  whole: readonly WholeChange[];
  bodySha256: string;
  notes: string[];
  context: SubmitContext;
}

/** Writes the submitted tree and measures what it does and how fresh it is; null: it does nothing. */
async function measure(deps: MergeQueueDeps, mirror: Mirror, { document, whole, bodySha256, notes, context }: Unmeasured): Promise<Admitted | null> {
  const { base } = document;
  const submittedTree = await mirror.writeTree(base, toFileChanges(whole));
  const effect: FileEffect[] = await mirror.diffStat(base, submittedTree);
  if (effect.length === 0 && document.intent.reverts === null) return null;
  const id = deps.ids.next('changeRequest');
  rememberSubmitted(mirror, id, submittedTree);
  const unborn = { document, submittedTree, effect, id, ...pick(context), target: document.target };
  const fresh = await measureFreshness(deps, mirror, unborn);
  return { document, bodySha256, submittedTree, effect, id, notes: [...notes, ...fresh.notes], freshness: fresh.freshness };
}

async function store(deps: MergeQueueDeps, admitted: Admitted, context: SubmitContext): Promise<QueueEntry> {
  const entry = await storeEntry(deps, admitted, context);
  await crashpoint('queue.entry.stored');
  if (entry !== null) return entry;
  // Somebody submitted the same attempt in the same moment.
  const winner = await answerBefore(deps, context.repositoryId, admitted.document, admitted.bodySha256);
  if (winner === null) throw new AppError('unavailable', 'The submission was lost in a race; submit it again.');
  return winner;
}
