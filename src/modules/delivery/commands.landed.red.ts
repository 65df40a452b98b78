import type { Repository } from '#modules/projects/index.ts';
import type { ForgeRead, RepoRef } from '#ports/forge-read.ts';
import { isForeignCheck } from './decide.ci.ts';
import { decideSuspects, suspectSentence } from './decide.flaky.ts';
import {
  commitsOfLanding,
  decideTurnedRed,
  greenNow,
  isAwaited,
  needsOlder,
  revertBody,
  revertTitle,
  turnedRedComment,
  undecidedComment,
  type LineCommit,
  type TurnedRed,
} from './decide.landed.ts';
import type { LandingsDeps } from './commands.landed.ts';
import { landedSince, type LandedRow } from './store.landed.ts';

/** So long a landing may be found to have turned the branch red. */
const BLAMED_DAYS = 7;
/** So far back the last green commit is looked for. */
const MOST_COMMITS = 20;

/**
 * Looks at the default branch, from its tip, when checks of one of its commits (`headSha`) have ended. Where it turned red, and one landing of ours alone lies between the last
 * green commit and the first red one, taking that landing back is proposed: once for each landing, and a person decides. Where the branch
 * is green again before they did, the question is taken back. Safe to run twice.
 */
export async function noteDefaultBranch(deps: LandingsDeps, repository: Repository, headSha: string): Promise<void> {
  const landed = await landedSince(deps.db, repository.id, BLAMED_DAYS);
  if (landed.length === 0 || repository.forge !== 'github') return;
  const repo = { forge: repository.forge, name: repository.name };
  const forge = deps.forge(repo.forge);
  const commits = ((await forge.firstParents?.(repo, repository.defaultBranch, 2 * MOST_COMMITS)) ?? []).map(({ commit }) => commit);
  // Most checks that fail are of other branches.
  if (!commits.includes(headSha)) return;
  const line = await lineOf(forge, repo, commits);
  await withdrawGreen(deps, repository, line);
  const turned = decideTurnedRed(line);
  if (turned === null) return;
  const culprits: LandedRow[] = [];
  for (const row of landed.filter(({ baseBranch }) => baseBranch === repository.defaultBranch)) {
    // The base is needed where more than one commit may be of one landing.
    const base = turned.between.length > 1 && commits.includes(row.mergeSha) ? await baseOf(deps, row) : null;
    const own = new Set(commitsOfLanding(commits, row.mergeSha, base));
    if (turned.between.every((commit) => own.has(commit))) return proposeRevert(deps, repository, { turned, culprit: row, line });
    if (turned.between.some((commit) => own.has(commit))) culprits.push(row);
  }
  if (culprits.length > 0 && !isAwaited(line, turned)) await tellUndecided(deps, repository, { turned, culprits });
}

/** The commits of a branch from its tip back to where what failed was green, with their checks. */
async function lineOf(forge: ForgeRead, repo: RepoRef, commits: readonly string[]): Promise<LineCommit[]> {
  const line: LineCommit[] = [];
  for (const commit of commits.slice(0, MOST_COMMITS)) {
    line.push({ commit, checks: await forge.checks(repo, commit) });
    if (!needsOlder(line)) break;
  }
  return line;
}

/** Where the branch stood when this landed. Reeve's own merge compares it and keeps it in its receipt; of any other way to land it is not known. */
async function baseOf(deps: LandingsDeps, { workItemId, mergeSha }: LandedRow): Promise<string | null> {
  if (workItemId === null) return null;
  const { items } = await deps.actions.list({ workItemId, kind: 'pr.merge', status: 'executed', limit: 20 });
  const base = items.find(({ outcome }) => outcome?.['merge_sha'] === mergeSha)?.outcome?.['base_sha'];
  return typeof base === 'string' ? base : null;
}

interface Found {
  turned: TurnedRed;
  culprit: LandedRow;
  line: readonly LineCommit[];
}

/** The key of the question that is to be asked; null: it stands, or people have answered it. One that Reeve took back itself is asked anew. */
async function openKey(deps: LandingsDeps, pullId: string): Promise<string | null> {
  for (let round = 1; ; round += 1) {
    const key = `landed:${pullId}:pr.revert${round === 1 ? '' : `:${round}`}`;
    const before = await deps.actions.byKey(key);
    if (before === null) return key;
    if (before.status !== 'superseded' || before.outcome?.['withdrawn_by'] !== 'system') return null;
  }
}

async function proposeRevert(deps: LandingsDeps, repository: Repository, { turned, culprit, line }: Found): Promise<void> {
  const key = await openKey(deps, culprit.id);
  if (key === null) return;
  const suspects = await suspectsOf(deps, repository, { turned, culprit, line });
  const again = suspects.length === 0 ? 'none' : await askAgain(deps, repository, culprit, suspects);
  if (again === 'asked') return;
  const pull = { number: culprit.number, title: culprit.title, mergeSha: culprit.mergeSha };
  const flaky = suspectSentence(suspects, again === 'refused' ? 'The forge did not run it again.' : null);
  const facts = { ...turned, pull, branch: repository.defaultBranch, flaky };
  const about = { subject: culprit.id, projectId: culprit.projectId, workItemId: culprit.workItemId };
  const evidence = { red: turned.red, green_at: turned.greenAt, culprit: culprit.mergeSha, suspected_flaky: suspects.length > 0 };
  await deps.actions.transaction(async (tx) => {
    await deps.actions.propose(tx, {
      kind: 'pr.revert',
      target: { forge: repository.forge, repo: repository.name, number: culprit.number },
      args: { title: revertTitle(facts), body: revertBody(facts), merge_sha: culprit.mergeSha, evidence },
      proposer: { subject: 'system' },
      triggerUser: null,
      projectId: culprit.projectId,
      workItemId: culprit.workItemId,
      idempotencyKey: key,
      runBy: 'executor',
    });
    // Nobody decides by a comment what is not shown there.
    await deps.actions.propose(tx, {
      kind: 'pr.comment.output',
      target: { forge: repository.forge, repo: repository.name, number: culprit.number },
      args: { body: turnedRedComment(facts), marker: 'reeve:turned-red' },
      proposer: { subject: 'system' },
      triggerUser: null,
      projectId: culprit.projectId,
      workItemId: culprit.workItemId,
      idempotencyKey: `${key}:told`,
      runBy: 'executor',
    });
    deps.ledger.append(tx, { kind: 'landing.turned_red', actor: 'system', ...about, payload: { number: culprit.number, ...evidence } });
    await deps.outbox.put(tx, { type: 'landing.turned_red', ...about, data: { number: culprit.number, title: culprit.title, ...evidence } });
  });
}

/** Reeve verified exactly the tree that landed, and a check of that name passed: what is red there is probably flaky. */
async function suspectsOf(deps: LandingsDeps, repository: Repository, { turned, culprit, line }: Found) {
  const checks = line.find(({ commit }) => commit === culprit.mergeSha)?.checks ?? [];
  const red = checks.filter((check) => isForeignCheck(check) && turned.red.includes(check.name) && check.conclusion === 'failure');
  const { items } = await deps.queue.list({ taskId: culprit.id, state: 'landed', limit: 10 });
  const isVerified = items.some(({ landedTree, verifiedTree }) => landedTree !== null && landedTree === verifiedTree);
  if (red.length === 0 || !isVerified) return [];
  const project = await deps.projects.get(repository.projectId);
  return decideSuspects(
    red,
    (project?.settings.checks ?? []).map(({ name }) => ({ name, conclusion: 'success' as const })),
  );
}

/** Asks once for what is probably flaky to be run again; `asked`: its answer is to be waited for. */
async function askAgain(
  deps: LandingsDeps,
  repository: Repository,
  culprit: LandedRow,
  suspects: ReadonlyArray<{ name: string; id: string }>,
): Promise<'asked' | 'over' | 'refused'> {
  let answer: 'asked' | 'over' | 'refused' = 'over';
  for (const { name, id } of suspects) {
    const key = `landed:${culprit.id}:ci.rerun:${name.slice(0, 100)}`;
    const before = await deps.actions.byKey(key);
    if (before === null) {
      await deps.actions.transaction((tx) =>
        deps.actions.propose(tx, {
          kind: 'ci.rerun',
          target: { forge: repository.forge, repo: repository.name, number: culprit.number },
          args: { check_id: id, name, head_sha: culprit.mergeSha },
          preconditions: { headSha: culprit.mergeSha },
          proposer: { subject: 'system' },
          triggerUser: null,
          projectId: culprit.projectId,
          workItemId: culprit.workItemId,
          idempotencyKey: key,
          runBy: 'executor',
        }),
      );
      answer = 'asked';
    } else if (before.status === 'executed') {
      // The run that failed first is shown until the forge has begun the next.
      if (before.record.args['check_id'] === id) return 'asked';
    } else if (before.status === 'approved' || before.status === 'executing') return 'asked';
    else answer = answer === 'asked' ? answer : 'refused';
  }
  return answer;
}

/** Several landed between green and red: nothing is proposed on a guess, and each of ours says under it what is known. */
async function tellUndecided(deps: LandingsDeps, repository: Repository, found: { turned: TurnedRed; culprits: LandedRow[] }): Promise<void> {
  const { turned, culprits } = found;
  const facts = { ...turned, branch: repository.defaultBranch, landings: culprits.map(({ number }) => number) };
  for (const { id, number, projectId, workItemId } of culprits) {
    const idempotencyKey = `landed:${id}:turned-red:${turned.greenAt}`;
    if ((await deps.actions.byKey(idempotencyKey)) !== null) continue;
    await deps.actions.transaction((tx) =>
      deps.actions.propose(tx, {
        kind: 'pr.comment.output',
        target: { forge: repository.forge, repo: repository.name, number },
        args: { body: undecidedComment(facts), marker: 'reeve:turned-red' },
        proposer: { subject: 'system' },
        triggerUser: null,
        projectId,
        workItemId,
        idempotencyKey,
        runBy: 'executor',
      }),
    );
  }
  deps.log.warn({ repository: repository.name, ...facts }, 'The default branch turned red, and several changes may have done it.');
}

/** A question that nobody needs to answer any more: by how its checks stand at the tip. */
async function withdrawGreen(deps: LandingsDeps, repository: Repository, line: readonly LineCommit[]): Promise<void> {
  const { items } = await deps.actions.list({ projectId: repository.projectId, kind: 'pr.revert', status: 'pending', limit: 20 });
  const green = greenNow(line);
  for (const { id, record } of items) {
    const { red } = (record.args['evidence'] ?? {}) as { red?: string[] };
    if (record.target.repo === repository.name && red !== undefined && red.every((name) => green.has(name)))
      await deps.db.tx((tx) => deps.actions.withdraw(tx, id, `${repository.defaultBranch} is green again.`));
  }
}
