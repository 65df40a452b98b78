import { AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { canonicalJson, sha256Hex } from '#platform/crypto/index.ts';
import { crashpoint } from '#platform/workflow/index.ts';
import type { Mirror, TreeEntry } from '#ports/git.ts';
import { ownedPaths } from './commands.claims.ts';
import {
  pathsOf,
  refuseAgainstBase,
  refuseBytes,
  refuseDocument,
  refuseOwned,
  refuseReferences,
  refuseShape,
  refuseTarget,
  refuseText,
} from './decide.admission.ts';
import { toFileChanges } from './decide.apply.ts';
import { resolveChange, toStoredChange, type BaseFile, type WholeChange } from './decide.contents.ts';
import { stripAndRate } from './decide.stripping.ts';
import { ChangeRequestDocument, type AdmissionRefusal, type Change, type FileEffect, type Publish, type QueueEntry } from './model.ts';
import type { Resolution } from './model.history.ts';
import type { AdmissionRules } from './model.rules.ts';
import type { Freshness } from './model.schedule.ts';
import { measureFreshness } from './steps.freshness.ts';
import { announce, type MergeQueueDeps, type SubmissionSubject } from './steps.context.ts';
import { appendJournal, findAttempt, findKnownIds, insertEntry, lockAttemptsOfTask, transitionEntry } from './store.ts';

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

type Refused = { ok: false; error: AdmissionRefusal[] };

/**
 * Admission. A refused document leaves no trace; an admitted one is stored whole before this returns, so that nothing the
 * agent, its branch or its worktree does afterwards can change or lose it. Throws AppError conflict `attempt_taken` when
 * the attempt was submitted with another body.
 */
export async function submit(deps: MergeQueueDeps, body: unknown, context: SubmitContext): Promise<Result<QueueEntry, AdmissionRefusal[]>> {
  const parsed = ChangeRequestDocument.safeParse(body);
  if (!parsed.success) return err(refuseShape(parsed.error.issues));
  const sent = parsed.data;
  const unreadable = refuseText(sent);
  if (unreadable.length > 0) return err(unreadable);
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
  const { document, notes } = stripAndRate(sent, rules);
  if (document.changes.length === 0) return noEffect('Everything in it is written by the queue itself.');

  const mirror = await deps.mirrors(context.repositoryId);
  const whole = await resolveContents(mirror, document, rules);
  if (!whole.ok) return whole;
  const effect = await measure(mirror, document.base, whole.value);
  if (effect.lines.length === 0 && document.intent.reverts === null) return noEffect('Its result is exactly the base.');
  const stored = { ...document, changes: whole.value.map(toStoredChange) };
  const admitted = { document: stored, bodySha256, submittedTree: effect.tree, effect: effect.lines };
  const id = deps.ids.next('changeRequest');
  const fresh = await measureFreshness(deps, mirror, { ...admitted, ...pick(context), id, target: stored.target });
  return ok(await store(deps, { ...admitted, id, notes: [...notes, ...fresh.notes], freshness: fresh.freshness }, context));
}

const noEffect = (detail: string): Refused => err([{ code: 'no_effect', path: null, detail }]);

function pick(context: SubmitContext): Omit<SubmissionSubject, 'taskId' | 'target'> {
  return { projectId: context.projectId, repositoryId: context.repositoryId, workItemId: context.workItemId, publish: context.publish };
}

/** The same submission again gets the same answer, whatever became of it since. */
async function answerBefore(deps: MergeQueueDeps, repositoryId: string, sent: ChangeRequestDocument, bodySha256: string): Promise<QueueEntry | null> {
  const found = await findAttempt(deps.db, { repositoryId, taskId: sent.task_id, attempt: sent.attempt });
  if (found === undefined) return null;
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

/** Checks the changes against the base commit and turns each into whole contents. */
async function resolveContents(
  mirror: Mirror,
  document: ChangeRequestDocument,
  rules: AdmissionRules,
): Promise<Result<WholeChange[], AdmissionRefusal[]>> {
  const base = await findBase(mirror, document.base);
  if (base === null) return err([{ code: 'unknown_base', path: null, detail: `The commit ${document.base} is not in the repository.` }]);
  const tree = new Map((await mirror.listTree(base)).map((entry) => [entry.path, entry]));
  const refusals = refuseAgainstBase(document.changes, tree);
  if (refusals.length > 0) return err(refusals);
  const whole: WholeChange[] = [];
  for (const change of document.changes) {
    const resolved = resolveChange(change, await baseFile(mirror, change, tree));
    if (resolved.ok) whole.push(resolved.value);
    else refusals.push(resolved.error);
  }
  const bytes = whole.reduce((sum, change) => sum + (change.op === 'write' ? change.content.length : 0), 0);
  refusals.push(...refuseBytes(bytes, rules));
  return refusals.length > 0 ? err(refusals) : ok(whole);
}

/** The source may have moved since the mirror last looked. */
async function findBase(mirror: Mirror, base: string): Promise<string | null> {
  const known = await mirror.resolve(base);
  if (known !== null) return known;
  await mirror.fetch();
  return mirror.resolve(base);
}

async function baseFile(mirror: Mirror, change: Change, tree: ReadonlyMap<string, TreeEntry>): Promise<BaseFile | null> {
  if (change.op === 'create') return null;
  const entry = tree.get(change.op === 'rename' ? change.from : change.path);
  if (entry === undefined) return null;
  const needed = change.op === 'patch' || change.op === 'json_patch' || change.op === 'rename';
  return { mode: entry.mode === '100755' ? '100755' : '100644', content: needed ? await mirror.readBlob(entry.blob) : new Uint8Array() };
}

async function measure(mirror: Mirror, base: string, whole: readonly WholeChange[]): Promise<{ tree: string; lines: FileEffect[] }> {
  const tree = await mirror.writeTree(base, toFileChanges(whole));
  return { tree, lines: await mirror.diffStat(base, tree) };
}

interface Admitted {
  id: QueueEntry['id'];
  document: ChangeRequestDocument;
  bodySha256: string;
  notes: string[];
  submittedTree: string;
  effect: FileEffect[];
  freshness: Freshness | null;
}

async function store(deps: MergeQueueDeps, admitted: Admitted, context: SubmitContext): Promise<QueueEntry> {
  const { document } = admitted;
  const at = deps.clock.now();
  const entry = await deps.db.tx(async (tx) => {
    const others = await lockAttemptsOfTask(tx, { repositoryId: context.repositoryId, taskId: document.task_id });
    const later = others.find((other) => other.attempt > document.attempt);
    if (later !== undefined) {
      throw new AppError('conflict', `Attempt ${later.attempt} of ${document.task_id} was submitted before this one.`, {
        code: 'attempt_stale',
        detail: { change_request_id: later.id },
      });
    }
    const inserted = await insertEntry(tx, {
      ...admitted,
      projectId: context.projectId,
      repositoryId: context.repositoryId,
      workItemId: context.workItemId,
      submittedBy: context.actor,
      priority: context.priority ?? 2,
      publish: context.publish,
      notifyWorkflow: context.notifyWorkflow ?? null,
      resolution: context.resolution ?? null,
      submittedAt: at,
    });
    if (inserted === undefined) return null;
    await appendJournal(tx, inserted, null, {
      event: 'submitted',
      actor: context.actor,
      at,
      detail: {
        base: document.base,
        submitted_tree: admitted.submittedTree,
        notes: admitted.notes,
        ...freshnessDetail(admitted.freshness),
        ...resolutionDetail(context.resolution ?? null),
      },
    });
    await announce(deps, tx, 'change_request.submitted', { entry: inserted, actor: context.actor, reason: null });
    for (const other of others) await supersede(deps, tx, other, inserted);
    return inserted;
  });
  await crashpoint('queue.entry.stored');
  if (entry !== null) return entry;
  // Somebody submitted the same attempt in the same moment.
  const winner = await answerBefore(deps, context.repositoryId, document, admitted.bodySha256);
  if (winner === null) throw new AppError('unavailable', 'The submission was lost in a race; submit it again.');
  return winner;
}

/** As it stands in the journal. */
function freshnessDetail(freshness: Freshness | null): JsonObject {
  if (freshness === null) return {};
  const { behind, overBudget, head, rebase, paths } = freshness;
  return { freshness: { behind, over_budget: overBudget, head, rebase, paths } };
}

function resolutionDetail(resolution: Resolution | null): JsonObject {
  if (resolution === null) return {};
  const { of, choice, by, reason, files } = resolution;
  return { resolution: { of, choice, by, reason, files } };
}

/** A later attempt takes the place of one that is set aside or has not been begun. */
async function supersede(deps: MergeQueueDeps, tx: Parameters<typeof transitionEntry>[0], old: QueueEntry, by: QueueEntry): Promise<void> {
  if (old.state !== 'quarantined' && old.state !== 'queued') return;
  const resolved = by.resolution?.of === old.id;
  const dropped = await transitionEntry(tx, old, {
    to: 'dropped',
    event: resolved ? 'resolved' : 'dropped',
    actor: resolved ? by.submittedBy : 'system',
    at: by.submittedAt,
    detail: { reason: resolved ? 'resolved' : 'superseded', superseded_by: by.id, ...resolutionDetail(resolved ? by.resolution : null) },
    change: { quarantine: null, lastError: `${resolved ? 'resolved as' : 'superseded by'} ${by.id}` },
  });
  if (dropped !== undefined) await announce(deps, tx, 'change_request.dropped', { entry: dropped, actor: 'system', reason: 'superseded' });
}
