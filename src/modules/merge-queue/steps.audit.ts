import type { Mirror } from '#ports/git.ts';
import {
  attributionSentence,
  allFrom,
  searchCulprit,
  toRevert,
  type Attribution,
  type Audit,
  type EvidenceRun,
} from '#modules/queue-schedule/index.ts';
import { targetMovedEvent } from './events.ts';
import type { QueueEntry } from './model.ts';
import { toMove } from './steps.build.ts';
import { runChecks, type CheckRun, type CheckSubject, type Held } from './steps.checks.ts';
import { settingsOf, type MergeQueueDeps } from './steps.context.ts';
import { LeaseLost, moveUnderLease, type Move } from './steps.lease.ts';
import { listEntriesById } from './store.read.ts';
import { holdLease, readTarget, saveTarget } from './store.targets.ts';

/**
 * Verifies the combined tree of lanes that landed before it was verified, and takes back the landing that broke it with
 * everything that needs it, by inverse commits on top: history is never rewritten. Runs again from the rows after a crash.
 * `onRed` is called at the first failure: nothing should land on top of it meanwhile.
 */
export async function auditTarget(deps: MergeQueueDeps, audit: Audit, held: Held & { onRed(): void }): Promise<void> {
  const members = await landedMembers(deps, audit);
  const [first, ...rest] = members;
  if (first === undefined) return settle(deps, audit, held);
  const mirror = await deps.mirrors(first.repositoryId);
  const ask = async (commit: string): Promise<CheckRun> => {
    const build: CheckSubject['build'] = { id: `audit_${audit.tip.slice(0, 12)}`, kind: 'join', lane: 0, members: [first, ...rest] };
    return runChecks(deps, { build, role: 'audit', commit, tree: await mirror.treeOf(commit) }, held);
  };
  const runs = [await ask(audit.tip)];
  if (runs[0]?.passed === false) {
    held.onRed();
    runs.push(await ask(audit.tip));
  }
  const last = runs.at(-1);
  if (last === undefined || last.passed) return settle(deps, audit, held);
  const culprit = await search(members, ask);
  // What was there before fails too: none of them broke it.
  if (culprit === 0 && !(await ask(audit.good)).passed) {
    deps.log.warn({ target: held.lease.target, commit: audit.good }, 'The combined tree fails as the target did before it; nothing is taken back.');
    return settle(deps, audit, held);
  }
  // What landed while the culprit was looked for may need it.
  const { audit: now } = await readTarget(deps.db, held.lease);
  const all = await landedMembers(deps, { ...audit, members: [...new Set([...audit.members, ...(now?.members ?? [])])] });
  await takeBack(deps, { audit, members: all, culprit, mirror, last, runs }, held);
}

/** In the order in which they landed; what was taken back or dropped since is left out. */
async function landedMembers(deps: MergeQueueDeps, audit: Audit): Promise<QueueEntry[]> {
  const found = new Map((await listEntriesById(deps.db, audit.members)).map((entry): [string, QueueEntry] => [entry.id, entry]));
  return audit.members.flatMap((id) => {
    const entry = found.get(id);
    return entry?.state === 'landed' ? [entry] : [];
  });
}

/** The combined tree passes: nothing is owed but what landed since. */
async function settle(deps: MergeQueueDeps, audit: Audit, { lease }: Held): Promise<void> {
  await deps.db.tx(async (tx) => {
    if (!(await holdLease(tx, lease))) throw new LeaseLost(lease);
    const { audit: now } = await readTarget(tx, lease);
    if (now === null) return;
    const left = now.members.filter((id) => !audit.members.includes(id));
    await saveTarget(tx, lease, { audit: left.length === 0 ? null : { ...now, good: audit.tip, members: left } });
  });
}

async function search(members: readonly QueueEntry[], ask: (commit: string) => Promise<CheckRun>): Promise<number> {
  const [passed, failed]: [number[], number[]] = [[], []];
  for (;;) {
    const next = searchCulprit(members.length, passed, failed);
    if (next.kind === 'found') return next.at;
    const run = await ask(members[next.at]?.landedCommit ?? '');
    (run.passed ? passed : failed).push(next.at);
  }
}

interface Broken {
  audit: Audit;
  members: readonly QueueEntry[];
  culprit: number;
  mirror: Mirror;
  last: CheckRun;
  runs: readonly CheckRun[];
}

async function takeBack(deps: MergeQueueDeps, broken: Broken, { lease }: Held): Promise<void> {
  const { audit, members, culprit, mirror } = broken;
  const ref = `refs/heads/${lease.target}`;
  const head = await mirror.resolve(ref);
  if (head === null) return;
  const facts = members.map((entry) => ({ id: entry.id, dependsOn: entry.document.intent.depends_on }));
  const inverse =
    (await invert(deps, broken, head, toRevert(facts, culprit))) ?? (await invert(deps, broken, head, allFrom(members.length, culprit)));
  if (inverse === null) return;
  const files = (await mirror.diffNames(head, inverse.tip)).map(({ path }) => path);
  await deps.db.tx(async (tx) => {
    if (!(await holdLease(tx, lease))) throw new LeaseLost(lease);
    if (!(await mirror.compareAndSwap(ref, head, inverse.tip))) return;
    const ids = inverse.reverts.map(({ entry }): string => entry.id);
    for (const revert of inverse.reverts) await moveUnderLease(deps, tx, { lease, entry: revert.entry }, takenBack(broken, revert, head));
    const { audit: now } = await readTarget(tx, lease);
    const left = (now?.members ?? []).filter((id) => !ids.includes(id));
    const owed = { good: now?.good ?? audit.good, tip: inverse.tip, members: left };
    await saveTarget(tx, lease, { landedCommit: inverse.tip, announcedCommit: inverse.tip, audit: left.length === 0 ? null : owed });
    const [first] = inverse.reverts;
    if (first !== undefined)
      await deps.outbox.put(tx, targetMovedEvent({ ...toMove(first.entry), from: head, to: inverse.tip, by: 'queue', files, changeRequestIds: ids }));
  });
}

interface Reverted {
  entry: QueueEntry;
  /** The head below, the inverse commit and its tree. */
  on: string;
  commit: string;
  tree: string;
}

/** The culprit is set aside; what had to go with it is innocent and waits in the queue as it came. */
function takenBack(broken: Broken, { entry, commit, tree, on }: Reverted, head: string): Move {
  const { members, culprit, last } = broken;
  const guilty = members[culprit]?.id ?? null;
  const detail = { head: on, commit, tree, reverted: entry.landedCommit, culprit: guilty };
  if (entry.id !== guilty) {
    const change = { build: null, candidate: null, verifiedTree: null, landedCommit: null, landedTree: null, landedAt: null };
    return { to: 'queued', event: 'reverted', detail, change, announce: { type: 'change_request.requeued', reason: 'reverted' } };
  }
  const attribution = describe(broken);
  const reason = { kind: 'checks_failed' as const, checks: last.checks.filter((check) => check.exit_code !== 0), head, attribution };
  return {
    to: 'quarantined',
    event: 'reverted',
    detail,
    change: { quarantine: reason, attribution, lastError: attribution.detail, build: null },
    announce: { type: 'change_request.quarantined', reason: 'reverted' },
  };
}

/** Inverse commits on top of the head, in that order; null when one does not come off cleanly. One that is off already needs none. */
async function invert(
  deps: MergeQueueDeps,
  { members, mirror }: Broken,
  head: string,
  positions: readonly number[],
): Promise<{ tip: string; reverts: Reverted[] } | null> {
  const reverts: Reverted[] = [];
  let tip = head;
  for (const at of positions) {
    const entry = members[at];
    if (entry === undefined || entry.landedCommit === null || entry.candidate === null) return null;
    const merged = await mirror.merge({ base: entry.landedCommit, ours: tip, theirs: entry.candidate.head });
    if (merged.kind === 'conflict') return null;
    const message = `Revert: ${entry.document.summary.split('\n')[0] ?? ''}\n\nIts combined tree fails the checks.\n\nReeve-Reverts: ${entry.id}\n`;
    const atUnixS = Math.floor(deps.clock.now().getTime() / 1000);
    const off = merged.tree === (await mirror.treeOf(tip));
    const commit = off ? tip : await mirror.commit({ tree: merged.tree, parents: [tip], message, author: settingsOf(deps).author, atUnixS });
    reverts.push({ entry, on: tip, commit, tree: merged.tree });
    tip = commit;
  }
  return { tip, reverts };
}

function describe({ members, culprit, runs }: Broken): Attribution {
  const evidence = runs.map((run, at): EvidenceRun => ({
    role: at === 0 ? 'candidate' : 'again',
    tree: run.tree,
    passed: run.passed,
    failed: run.failed,
  }));
  const others = members.slice(0, culprit).map(({ id }) => id);
  return { kind: 'interaction', detail: attributionSentence('interaction', evidence, others), with: others, runs: evidence };
}
