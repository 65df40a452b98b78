import { err, ok, type Result } from '#kernel/result.ts';
import type { Mirror, TreeEntry } from '#ports/git.ts';
import {
  refuseAgainstBase,
  refuseBytes,
  refuseDocument,
  refuseShape,
  refuseText,
  resolveChange,
  type BaseFile,
  type WholeChange,
  stripAndRate,
  ChangeRequestDocument,
  type AdmissionRefusal,
  type Change,
  type AdmissionRules,
} from '#modules/change-requests/index.ts';

/** What admission needs of the document's base. */
export interface ReplayBase {
  files: ReadonlyMap<string, TreeEntry>;
  readBlob: Mirror['readBlob'];
}

/**
 * Admission of a document as `submit` does it, without rows: the same refusals, the same whole contents. For replaying
 * history through the queue's own code; facts that only the database knows (ownership, dependencies) are not asked.
 */
export async function admitChanges(body: unknown, rules: AdmissionRules, base: ReplayBase): Promise<Result<WholeChange[], AdmissionRefusal[]>> {
  const parsed = ChangeRequestDocument.safeParse(body);
  if (!parsed.success) return err(refuseShape(parsed.error.issues));
  const refusals = [...refuseText(parsed.data), ...refuseDocument(parsed.data, rules)];
  if (refusals.length > 0) return err(refusals);
  const { document } = stripAndRate(parsed.data, rules);
  const against = refuseAgainstBase(document.changes, base.files);
  if (against.length > 0) return err(against);
  const whole: WholeChange[] = [];
  for (const change of document.changes) {
    const resolved = resolveChange(change, await baseFileOf(change, base));
    if (!resolved.ok) return err([resolved.error]);
    whole.push(resolved.value);
  }
  const bytes = whole.reduce((sum, change) => sum + (change.op === 'write' ? change.content.length : 0), 0);
  const large = refuseBytes(bytes, rules);
  return large.length > 0 ? err(large) : ok(whole);
}

async function baseFileOf(change: Change, base: ReplayBase): Promise<BaseFile | null> {
  if (change.op === 'create') return null;
  const entry = base.files.get(change.op === 'rename' ? change.from : change.path);
  if (entry === undefined) return null;
  const needed = change.op === 'patch' || change.op === 'json_patch' || change.op === 'rename';
  return { mode: entry.mode === '100755' ? '100755' : '100644', content: needed ? await base.readBlob(entry.blob) : new Uint8Array() };
}

export { planApply, toFileChanges } from './decide.apply.ts';
export type { WholeChange } from '#modules/change-requests/index.ts';
export { checkEffect } from './steps.effect.ts';
export { readAround } from './steps.view.ts';
export { isTakenApart } from './decide.ladder.ts';
export { changesOf, mergeTakenApart } from './steps.split.ts';
export type { FileEffect } from './model.ts';
export type { AdmissionRules } from '#modules/change-requests/index.ts';
export type { EvidenceRun } from '#modules/queue-schedule/index.ts';
