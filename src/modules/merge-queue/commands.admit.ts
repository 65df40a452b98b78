import { err, ok, type Result } from '#kernel/result.ts';
import {
  ChangeRequestDocument,
  pathsOf,
  refuseAgainstBase,
  refuseBytes,
  refuseDocument,
  refuseShape,
  refuseTarget,
  refuseText,
  resolveChange,
  stripAndRate,
  type AdmissionRefusal,
  type AdmissionRules,
  type BaseFile,
  type Change,
  type WholeChange,
} from '#modules/change-requests/index.ts';
import type { FileChange, Mirror, TreeEntry } from '#ports/git.ts';
import { toFileChanges } from './decide.apply.ts';
import type { MergeQueueDeps } from './steps.context.ts';
import { rateInstallScripts } from './steps.scripts.ts';
import { refuseSecrets } from './steps.secrets.ts';
import { readAround } from './steps.view.ts';

export type Refused = { ok: false; error: AdmissionRefusal[] };

export const noEffect = (detail: string): Refused => err([{ code: 'no_effect', path: null, detail }]);

/** A document without what the queue writes itself, rated, and its changes with their whole contents. */
export interface AdmittedWork {
  document: ChangeRequestDocument;
  whole: WholeChange[];
  notes: string[];
}

/** The body as a document, or why it is none. */
export function readDocument(body: unknown): Result<ChangeRequestDocument, AdmissionRefusal[]> {
  const parsed = ChangeRequestDocument.safeParse(body);
  if (!parsed.success) return err(refuseShape(parsed.error.issues));
  const unreadable = refuseText(parsed.data);
  return unreadable.length > 0 ? err(unreadable) : ok(parsed.data);
}

/** The part of admission that looks at contents: paths at the base, sizes, secrets, scripts that run by themselves. */
export async function admitWork(
  deps: Pick<MergeQueueDeps, 'findSecrets'>,
  mirror: Mirror,
  { document: sent, rules }: { document: ChangeRequestDocument; rules: AdmissionRules },
): Promise<Result<AdmittedWork, AdmissionRefusal[]>> {
  const stripped = stripAndRate(sent, rules);
  if (stripped.document.changes.length === 0) return noEffect('Everything in it is written by the queue itself.');
  const whole = await resolveContents(mirror, stripped.document, rules);
  if (!whole.ok) return whole;
  const secrets = deps.findSecrets === undefined ? [] : await refuseSecrets(mirror, whole.value, deps.findSecrets);
  if (secrets.length > 0) return err(secrets);
  const { document, notes } = await rateInstallScripts(mirror, stripped, whole.value);
  return ok({ document, notes, whole: whole.value });
}

/** What may become a commit outside of the queue. */
export interface AdmittedChange {
  files: FileChange[];
  /** What people should know of it: paths that were left out, what raised the risk. */
  notes: string[];
}

/**
 * Admission of an agent's document whose commit does not pass the queue (a push to somebody's branch): the same rules, and nothing is stored.
 * The target is one that moves without a merge, or it is refused.
 */
export async function admitAlone(
  deps: Pick<MergeQueueDeps, 'rules' | 'mirrors' | 'findSecrets'>,
  body: unknown,
  place: { projectId: string; repositoryId: string },
): Promise<Result<AdmittedChange, AdmissionRefusal[]>> {
  const read = readDocument(body);
  if (!read.ok) return read;
  const document = read.value;
  const publish = { kind: 'mirror' } as const;
  const rules = await deps.rules({ ...place, workItemId: null, publish, taskId: document.task_id, target: document.target });
  const refusals = [...refuseDocument(document, rules), ...refuseTarget(document.target, publish, rules)];
  if (refusals.length > 0) return err(refusals);
  const work = await admitWork(deps, await deps.mirrors(place.repositoryId), { document, rules });
  return work.ok ? ok({ files: toFileChanges(work.value.whole), notes: work.value.notes }) : work;
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
