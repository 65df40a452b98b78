import type { TreeEntry } from '#ports/git.ts';
import { findCollisions } from '#kernel/paths.ts';
import { hasControlCharacter, refuseBranchName, refusePath } from './decide.path.ts';
import { isInScope, refuseScopePattern } from './decide.scope.ts';
import type { AdmissionRefusal, Change, ChangeRequestDocument, Publish, AdmissionRules, OwnedPath } from './model.ts';

/**
 * Admission: every reason to refuse a document, all at once, so that a submitter can mend everything in one go. These
 * functions look at the document, the base tree and the rules only; nothing here reads a file or the clock.
 */
const refusal = (code: string, path: string | null, detail: string): AdmissionRefusal => ({ code, path, detail });

/** Every path a change writes or removes. */
export function pathsOf(change: Change): string[] {
  return change.op === 'rename' ? [change.from, change.path] : [change.path];
}

/**
 * Text no row can hold or no person can read: unpaired surrogates anywhere, control characters outside of file contents.
 * Asked first, because everything after it hashes, compares and stores these strings.
 */
export function refuseText(document: ChangeRequestDocument): AdmissionRefusal[] {
  const named: Array<[string, string]> = [
    ['task_id', document.task_id],
    ['repo', document.repo],
    ['target', document.target],
    ...document.intent.depends_on.map((id, at): [string, string] => [`intent.depends_on.${at}`, id]),
    ['intent.reverts', document.intent.reverts ?? ''],
    ['summary', document.summary.replace(/[\t\n\r]/g, ' ')],
  ];
  const controlled = named
    .filter(([, text]) => hasControlCharacter(text))
    .map(([name]) => refusal('text_invalid', name, 'The text holds control characters.'));
  return [
    ...controlled,
    ...illFormed(document, '').map((place) => refusal('text_invalid', place, 'The text is not valid Unicode (an unpaired surrogate).')),
  ];
}

function illFormed(value: unknown, place: string): string[] {
  if (typeof value === 'string') return value.isWellFormed() ? [] : [place];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => illFormed(inner, place === '' ? key : `${place}.${key}`));
}

/** What can be told from the document alone. */
export function refuseDocument(document: ChangeRequestDocument, rules: AdmissionRules): AdmissionRefusal[] {
  const refusals: AdmissionRefusal[] = [];
  if (rules.repositoryName !== null && document.repo !== rules.repositoryName) {
    refusals.push(refusal('repo_mismatch', null, `The document is for ${document.repo}, this repository is ${rules.repositoryName}.`));
  }
  const branch = refuseBranchName(document.target);
  if (branch !== null) refusals.push(refusal('target_invalid', null, branch));
  for (const pattern of document.intent.scope) {
    const detail = refuseScopePattern(pattern);
    if (detail !== null) refusals.push(refusal('scope_invalid', null, detail));
  }
  return [...refusals, ...refusePaths(document, rules), ...refuseSize(document, rules), ...refuseChecks(document, rules)];
}

function refusePaths(document: ChangeRequestDocument, rules: AdmissionRules): AdmissionRefusal[] {
  const refusals: AdmissionRefusal[] = [];
  const seen = new Set<string>();
  for (const path of document.changes.flatMap(pathsOf)) {
    const bad = refusePath(path);
    if (bad !== null) refusals.push(refusal(bad.code, path, bad.detail));
    else if (!isInScope(path, document.intent.scope, rules.taskScope))
      refusals.push(refusal('out_of_scope', path, 'The path is outside the scope of the task.'));
    if (seen.has(path)) refusals.push(refusal('path_twice', path, 'The path is changed twice.'));
    seen.add(path);
  }
  return refusals;
}

function refuseSize(document: ChangeRequestDocument, rules: AdmissionRules): AdmissionRefusal[] {
  const files = document.changes.length;
  return files > rules.maxFiles ? [refusal('too_many_files', null, `The change touches ${files} files; ${rules.maxFiles} is the limit.`)] : [];
}

function refuseChecks(document: ChangeRequestDocument, rules: AdmissionRules): AdmissionRefusal[] {
  return rules.requiredChecks.flatMap((name) => {
    const runs = document.checks.filter((check) => check.name === name);
    if (runs.length === 0) return [refusal('check_missing', null, `The required check "${name}" was not run.`)];
    return runs.every((check) => check.exit_code === 0) ? [] : [refusal('check_failed', null, `The required check "${name}" failed.`)];
  });
}

/** What can be told from the tree of the document's base. Paths already refused are left out by the caller. */
export function refuseAgainstBase(changes: readonly Change[], base: ReadonlyMap<string, TreeEntry>): AdmissionRefusal[] {
  const refusals = changes.flatMap((change) => refuseChangeAgainstBase(change, base));
  const removed = new Set(changes.flatMap((change) => (change.op === 'delete' ? [change.path] : change.op === 'rename' ? [change.from] : [])));
  const added = changes.flatMap((change) => (change.op === 'create' || change.op === 'rename' ? [change.path] : []));
  const after = [...[...base.keys()].filter((path) => !removed.has(path)), ...added];
  for (const { path, other, kind } of findCollisions(after, added)) {
    const detail =
      kind === 'case'
        ? `On some file systems it is the same file as "${other}".`
        : `"${other}" is in the way: one path cannot be a file and a folder.`;
    refusals.push(refusal(kind === 'case' ? 'path_collision' : 'path_in_the_way', path, detail));
  }
  return refusals;
}

function refuseChangeAgainstBase(change: Change, base: ReadonlyMap<string, TreeEntry>): AdmissionRefusal[] {
  if (change.op === 'create')
    return base.has(change.path) ? [refusal('path_exists', change.path, 'The file exists at the base already; use "modify".')] : [];
  const source = change.op === 'rename' ? change.from : change.path;
  const entry = base.get(source);
  if (entry === undefined) return [refusal('path_unknown', source, 'There is no such file at the base.')];
  if (entry.mode === '120000') return [refusal('symlink', source, 'Symbolic links cannot be changed by a change request.')];
  if (entry.mode === '160000') return [refusal('submodule', source, 'Submodules cannot be changed by a change request.')];
  if (entry.blob !== change.base_blob)
    return [refusal('base_blob_mismatch', source, `The file at the base is ${entry.blob}, not ${change.base_blob}.`)];
  if (change.op === 'rename' && change.path !== source && base.has(change.path))
    return [refusal('path_exists', change.path, 'A file of that name exists at the base already.')];
  return [];
}

/** A branch that moves by approval only cannot be the target of a change request that would land by itself. */
export function refuseTarget(target: string, publish: Publish, rules: AdmissionRules): AdmissionRefusal[] {
  if (publish.kind === 'action' || !rules.protectedTargets.includes(target)) return [];
  return [refusal('target_protected', null, `The branch ${target} moves only by an approved merge.`)];
}

export function refuseBytes(totalBytes: number, rules: AdmissionRules): AdmissionRefusal[] {
  return totalBytes > rules.maxBytes
    ? [refusal('too_many_bytes', null, `The change holds ${totalBytes} bytes; ${rules.maxBytes} is the limit.`)]
    : [];
}

export function refuseOwned(owned: readonly OwnedPath[]): AdmissionRefusal[] {
  return owned.map(({ path, ownerTaskId }) => refusal('owned_by_other_task', path, `The task ${ownerTaskId} holds this path.`));
}

/** Ids of `depends_on` and `reverts` that name no change request. */
export function refuseReferences(document: ChangeRequestDocument, known: ReadonlySet<string>): AdmissionRefusal[] {
  const { depends_on: dependsOn, reverts } = document.intent;
  const missing = dependsOn
    .filter((id) => !known.has(id))
    .map((id) => refusal('unknown_dependency', null, `There is no change request ${id} to depend on.`));
  return reverts === null || known.has(reverts)
    ? missing
    : [...missing, refusal('unknown_reverted', null, `There is no change request ${reverts} to revert.`)];
}

/** The issues of a strict parse as refusals; `path` is the place in the document. */
export function refuseShape(
  issues: ReadonlyArray<{ code: string; path: ReadonlyArray<PropertyKey>; message: string; keys?: readonly string[] }>,
): AdmissionRefusal[] {
  return issues.flatMap((issue) => {
    const place = issue.path.map(String).join('.');
    if (issue.code !== 'unrecognized_keys') return [refusal('invalid_field', place === '' ? null : place, issue.message)];
    return (issue.keys ?? []).map((key) =>
      refusal('unknown_field', place === '' ? key : `${place}.${key}`, `The field "${key}" is not part of a change request.`),
    );
  });
}
