import { AppError } from '#kernel/errors.ts';
import { ChangeRequestDocument, resolveChange } from '#modules/change-requests/index.ts';
import type { FileChange, Mirror } from '#ports/git.ts';
import type { RunOutcome } from './model.ts';
import type { Artifact, RunDiff } from './model.log.ts';
import type { AgentsDeps } from './steps.context.ts';
import { submittedDocument } from './store.about.ts';
import { loadRun, type RunRow } from './store.ts';

type Deps = Pick<AgentsDeps, 'db' | 'blobs' | 'mirror' | 'redact'>;

/** A diff is for reading; the whole work lies in the change request or under its ref. */
const MOST_DIFF_BYTES = 2_000_000;

/** What a run left, the most useful first. Null: there is no such run. */
export async function artifactsOf(deps: Pick<AgentsDeps, 'db'>, runId: string): Promise<Artifact[] | null> {
  const run = await loadRun(deps.db, runId);
  if (run === undefined) return null;
  const found: Artifact[] = [];
  const at = `/v1/jobs/${runId}`;
  if (run.changeRequestId !== null)
    found.push({ kind: 'change_request', title: 'Change request', detail: run.changeRequestId, href: `/v1/change-requests/${run.changeRequestId}` });
  if (documentIn(run.outcome) !== null || run.changeRequestId !== null)
    found.push({ kind: 'diff', title: 'Diff', detail: 'What the agent changed, as it was handed in.', href: `${at}/diff` });
  else if (run.keptPatch !== null)
    found.push({ kind: 'diff', title: 'Diff', detail: 'What the agent left behind. It was not handed in.', href: `${at}/diff` });
  if (answerIn(run.outcome) !== null)
    found.push({ kind: 'answer', title: 'Answer', detail: 'What the agent said at its end.', href: `${at}/answer` });
  if (run.keptRef !== null) found.push({ kind: 'kept_work', title: 'Kept work', detail: `A commit under ${run.keptRef} in the mirror.`, href: null });
  if (run.promptHash !== null)
    found.push({ kind: 'prompt', title: 'Prompt', detail: `${run.promptVersion ?? ''} SHA-256 ${run.promptHash}`.trim(), href: null });
  found.push({ kind: 'log', title: 'Execution log', detail: 'JSON lines.', href: `${at}/log` });
  return found;
}

/** What the agent said at its end: the answer of a reviewer, the words beside a change request. Untrusted; null: nothing. */
export async function answerOfRun(deps: Pick<AgentsDeps, 'db'>, runId: string): Promise<string | null> {
  return answerIn((await loadRun(deps.db, runId))?.outcome ?? null);
}

/** Null: the run changed nothing that was kept. AppError not_found. */
export async function diffOfRun(deps: Deps, runId: string): Promise<RunDiff | null> {
  const run = await loadRun(deps.db, runId);
  if (run === undefined) throw new AppError('not_found', `There is no run ${runId}.`);
  const document = await documentOf(deps, run);
  if (document !== null) return diffOfDocument(deps, run, document);
  if (run.keptPatch === null) return null;
  const size = (await deps.blobs.size(run.keptPatch)) ?? 0;
  const bytes = await deps.blobs.read(run.keptPatch, 0, Math.min(size, MOST_DIFF_BYTES));
  // Retention may have taken the patch; its commit is still there.
  if (bytes === null) return null;
  return { source: 'kept', base: run.baseCommit, patch: bytes.toString('utf8'), truncated: size > MOST_DIFF_BYTES, leftOut: [] };
}

async function documentOf(deps: Deps, run: RunRow): Promise<ChangeRequestDocument | null> {
  const handedIn = documentIn(run.outcome);
  const stored = handedIn ?? (run.changeRequestId === null ? null : await submittedDocument(deps.db, run.changeRequestId));
  const parsed = ChangeRequestDocument.safeParse(stored);
  return parsed.success ? parsed.data : null;
}

/** What was handed in does not change; each is worked out once while somebody has it before them. Not redacted: what counts as a secret may grow. */
const MOST_REMEMBERED = 8;
const worked = new WeakMap<Deps['mirror'], Map<string, Promise<RunDiff | null>>>();

async function diffOfDocument(deps: Deps, run: Pick<RunRow, 'id' | 'execution' | 'repositoryId'>, document: ChangeRequestDocument) {
  const known = worked.get(deps.mirror) ?? new Map<string, Promise<RunDiff | null>>();
  worked.set(deps.mirror, known);
  const key = `${run.id}:${run.execution}`;
  const diff = known.get(key) ?? workOut(await deps.mirror(run.repositoryId), document);
  known.set(key, diff);
  const [oldest] = known.keys();
  if (known.size > MOST_REMEMBERED && oldest !== undefined) known.delete(oldest);
  const found = await diff.catch((error: unknown) => {
    known.delete(key);
    throw error;
  });
  // Its base may come back with a fetch.
  if (found === null) known.delete(key);
  return found === null ? null : { ...found, patch: deps.redact(found.patch) };
}

const AT_ONCE = 8;

async function workOut(mirror: Mirror, { base, changes }: ChangeRequestDocument): Promise<RunDiff | null> {
  if ((await mirror.resolve(base)) === null) return null;
  const files: FileChange[] = [];
  const leftOut: string[] = [];
  for (let start = 0; start < changes.length; start += AT_ONCE) {
    const some = changes.slice(start, start + AT_ONCE);
    const resolved = await Promise.all(some.map((change) => toFileChanges(mirror, base, change)));
    for (const [at, { path }] of some.entries()) {
      const found = resolved[at];
      if (found === undefined || found === null) leftOut.push(path);
      else files.push(...found);
    }
  }
  const tree = await mirror.writeTree(base, files);
  const patch = await mirror.diffText(await mirror.treeOf(base), tree, MOST_DIFF_BYTES);
  return { source: 'change_request', base, patch, truncated: Buffer.byteLength(patch) >= MOST_DIFF_BYTES, leftOut };
}

/** Null: the change does not fit its base; its own page says why. */
async function toFileChanges(mirror: Mirror, base: string, change: ChangeRequestDocument['changes'][number]): Promise<FileChange[] | null> {
  const from = change.op === 'rename' ? change.from : change.path;
  const content = change.op === 'create' ? null : await mirror.readFile(base, from);
  const resolved = resolveChange(change, content === null ? null : { mode: '100644', content });
  if (!resolved.ok) return null;
  const whole = resolved.value;
  if (whole.op === 'delete') return [{ path: whole.path, content: null }];
  const gone = whole.from === null ? [] : [{ path: whole.from, content: null }];
  return [...gone, { path: whole.path, content: whole.content, ...('mode' in change && change.mode !== undefined ? { mode: change.mode } : {}) }];
}

function documentIn(outcome: RunOutcome | null): Record<string, unknown> | null {
  if (outcome?.kind !== 'change_request') return null;
  return 'changes' in outcome.changeRequest ? outcome.changeRequest : null;
}

function answerIn(outcome: RunOutcome | null): string | null {
  if (outcome?.kind === 'text') return outcome.text;
  return outcome?.kind === 'change_request' ? (outcome.said ?? null) : null;
}
