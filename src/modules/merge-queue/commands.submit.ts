import { AppError } from '#kernel/errors.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { canonicalJson, sha256Hex } from '#platform/crypto/index.ts';
import { crashpoint } from '#platform/workflow/index.ts';
import type { Mirror, TreeEntry } from '#ports/git.ts';
import { ownedPaths } from './commands.claims.ts';
import { storeEntry, type Admitted } from './commands.entry.ts';
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
  resolveChange,
  toStoredChange,
  type BaseFile,
  type WholeChange,
  stripAndRate,
  ChangeRequestDocument,
  type AdmissionRefusal,
  type Change,
  type Publish,
  type AdmissionRules,
} from '#modules/change-requests/index.ts';
import { toFileChanges } from './decide.apply.ts';
import type { FileEffect, QueueEntry } from './model.ts';
import type { Resolution } from './model.history.ts';
import { measureFreshness } from './steps.freshness.ts';
import type { MergeQueueDeps, SubmissionSubject } from './steps.context.ts';
import { knownOf } from './steps.known.ts';
import { refuseSecrets } from './steps.secrets.ts';
import { rateInstallScripts } from './steps.scripts.ts';
import { rememberSubmitted } from './steps.submitted.ts';
import { readAround } from './steps.view.ts';
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
  const stripped = stripAndRate(sent, rules);
  if (stripped.document.changes.length === 0) return noEffect('Everything in it is written by the queue itself.');

  const mirror = await deps.mirrors(context.repositoryId);
  const whole = await resolveContents(mirror, stripped.document, rules);
  if (!whole.ok) return whole;
  const secrets = deps.findSecrets === undefined ? [] : await refuseSecrets(mirror, whole.value, deps.findSecrets);
  if (secrets.length > 0) return err(secrets);
  const { document, notes } = await rateInstallScripts(mirror, stripped, whole.value);
  const stored = { ...document, changes: whole.value.map(toStoredChange) };
  const admitted = await mirror.together(() => measure(deps, mirror, { document: stored, whole: whole.value, bodySha256, notes, context }));
  return admitted === null ? noEffect('Its result is exactly the base.') : ok(await store(deps, admitted, context));
}

const noEffect = (detail: string): Refused => err([{ code: 'no_effect', path: null, detail }]);

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

/** Checks the changes against the base commit and turns each into whole contents. */
async function resolveContents(
  mirror: Mirror,
  document: ChangeRequestDocument,
  rules: AdmissionRules,
): Promise<Result<WholeChange[], AdmissionRefusal[]>> {
  const base = await findBase(mirror, document.base);
  if (base === null) return err([{ code: 'unknown_base', path: null, detail: `The commit ${document.base} is not in the repository.` }]);
  const tree = await readAround(mirror, base, document.changes.flatMap(pathsOf));
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
