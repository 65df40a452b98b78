import { shownLines } from '#kernel/diff-lines.ts';
import type { Clock } from '#kernel/clock.ts';
import { AppError, isAppError } from '#kernel/errors.ts';
import type { Ids } from '#kernel/ids.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';
import type { Actions } from '#modules/actions/index.ts';
import type { Agents, CheckRunner, RunRequest } from '#modules/agents/index.ts';
import type { People } from '#modules/people/index.ts';
import { testGlobs } from '#modules/planning/index.ts';
import type { Project, Projects, Repository } from '#modules/projects/index.ts';
import type { ForgeRead, PullRequest, RepoRef } from '#ports/forge-read.ts';
import type { Mirror } from '#ports/git.ts';
import type { CoverageReports } from './commands.coverage.ts';
import type { Reviewers } from './commands.reviewers.ts';
import type { Reviews } from './commands.ts';
import { isOptedIn, quietInMs } from './decide.people.ts';
import { tellFindings } from './decide.rounds.ts';
import { tellMissing, tellProposal } from './decide.tests.ts';
import { helpArgs, reviewArgs } from './decide.text.ts';
import { tellReviewers, tellUntested } from './decide.told.ts';
import type { HelpChange, HelpRun, HelpSubject } from './model.people.ts';
import { claimRun, endHelp, endRound, noteReviewed, peoplePull } from './store.people.ts';

export interface HelpDeps {
  db: Db;
  clock: Clock;
  ids: Ids;
  log: Log;
  people: Pick<People, 'personFor' | 'byHandle'>;
  projects: Pick<Projects, 'get' | 'repository'>;
  agents: Pick<Agents, 'ensureRun' | 'outcome' | 'get'>;
  actions: Pick<Actions, 'transaction' | 'propose' | 'byKey'>;
  reviews: Pick<Reviews, 'record' | 'last'>;
  reviewers: Reviewers;
  coverage: CoverageReports;
  /** Installation-wide role -> agent name. */
  roles: Readonly<Partial<Record<'reviewer' | 'tester', string>>>;
  forge(name: string): ForgeRead;
  mirror(repositoryId: string): Promise<Mirror>;
  runChecks: CheckRunner;
  /** Where the pull request is kept. */
  pulls: {
    get(id: string): Promise<{ id: string; repositoryId: string; number: number } | null>;
    save(on: Db | Tx, pull: { projectId: string; repositoryId: string; pull: PullRequest }): Promise<string>;
  };
}

/** What one round of help does; each member is one recorded step, so each may run again. */
export interface HelpSteps {
  /** Milliseconds until the pull request has been quiet for as long as its project says. */
  quietIn(pullId: string): Promise<number>;
  /** The pull request as it is now; nothing where it ended, opted out, or its head was looked at. */
  look(pullId: string): Promise<HelpSubject>;
  /** Runs the project's checks that write coverage, where nobody did for this head. */
  measure(pullId: string, change: HelpChange): Promise<void>;
  suggest(pullId: string, change: HelpChange): Promise<void>;
  /** Null: nobody reviews here, or there is no money for it. */
  prepareReview(pullId: string, change: HelpChange): Promise<HelpRun | null>;
  /** Null: nothing is missing, nobody tests here, or there is no money for it. */
  prepareTests(pullId: string, change: HelpChange): Promise<HelpRun | null>;
  /** Puts the one review, or edits it. */
  tell(pullId: string, change: HelpChange, runs: { reviewRun: string | null; testRun: string | null }): Promise<void>;
  askReviewers(pullId: string): Promise<void>;
  /** False: something was wanted meanwhile. */
  endRound(pullId: string, wanted: number): Promise<boolean>;
}

const MOST_DIFF_BYTES = 200_000;

interface Place {
  project: Project;
  repository: Repository;
  repo: RepoRef;
  number: number;
}

export function createHelpSteps(deps: HelpDeps): HelpSteps {
  const { db } = deps;

  async function placeOf(pullId: string): Promise<Place> {
    const pull = await deps.pulls.get(pullId);
    const repository = pull === null ? null : await deps.projects.repository(pull.repositoryId);
    const project = repository === null ? null : await deps.projects.get(repository.projectId);
    if (pull === null || repository === null || project === null) throw new AppError('not_found', `There is no pull request ${pullId}.`);
    return { project, repository, repo: { forge: repository.forge, name: repository.name }, number: pull.number };
  }

  const agentFor = ({ project }: Place, role: 'reviewer' | 'tester'): string | null => project.settings.roles[role] ?? deps.roles[role] ?? null;

  async function prepare(
    pullId: string,
    change: HelpChange,
    run: Pick<RunRequest, 'agent' | 'feedback' | 'material'> & { role: 'reviewer' | 'tester'; scope?: string[] },
  ) {
    const { repository, number } = await placeOf(pullId);
    const { scope, ...given } = run;
    const runId = await claimRun(db, { pullId, headSha: change.headSha, role: run.role, runId: deps.ids.next('run') });
    const request = {
      ...given,
      runId: runId as RunRequest['runId'],
      taskId: null,
      workItemId: null,
      about: {
        projectId: repository.projectId,
        repositoryId: repository.id,
        number,
        title: change.title,
        body: change.body,
        ...(scope === undefined ? {} : { scope }),
      },
      attempt: 1,
      base: change.headSha,
      target: change.headBranch,
    };
    return unlessUnfunded(deps, async () => {
      await deps.agents.ensureRun(request);
      return { workflowId: `agents.run:${runId}:1`, request };
    });
  }

  async function propose(
    pullId: string,
    kind: 'pr.review' | 'pr.reviewers',
    proposal: { key: string; args: Parameters<Actions['propose']>[1]['args']; by?: { subject: string; run: string } },
  ) {
    const { repository, repo, number } = await placeOf(pullId);
    const idempotencyKey = `people:${pullId}:${kind}:${proposal.key}`;
    // Said before a crash: it may read otherwise by now, and one thing is not said in two ways.
    if ((await deps.actions.byKey(idempotencyKey)) !== null) return;
    await deps.actions.transaction((tx) =>
      deps.actions.propose(tx, {
        kind,
        target: { forge: repo.forge, repo: repo.name, number },
        args: proposal.args,
        proposer: proposal.by ?? { subject: 'system' },
        triggerUser: null,
        projectId: repository.projectId,
        workItemId: null,
        idempotencyKey,
        runBy: 'executor',
      }),
    );
  }

  const diffOf = async (place: Place, { base, headSha }: HelpChange) =>
    (await deps.mirror(place.repository.id)).diffText(base, headSha, MOST_DIFF_BYTES);

  return {
    async quietIn(pullId) {
      const { project } = await placeOf(pullId);
      const row = await peoplePull(db, pullId);
      return row === null ? 0 : quietInMs(row.wantedAt, deps.clock.now(), project.settings.reviews.quiet_s);
    },

    async look(pullId) {
      const place = await placeOf(pullId);
      const row = await peoplePull(db, pullId);
      if (row === null) throw new AppError('not_found', `The pull request ${pullId} is none of a person's.`);
      const { wanted } = row;
      const pull = await deps.forge(place.repo.forge).pullByNumber(place.repo, place.number);
      if (pull === null) return { kind: 'nothing', wanted };
      await deps.pulls.save(db, { projectId: place.project.id, repositoryId: place.repository.id, pull });
      const end = pull.state === 'open' ? (pull.fromFork === true ? 'fork' : null) : pull.state;
      if (end !== null) await endHelp(db, pullId, end);
      const isWanted =
        !place.project.optedOut && place.repository.allowlisted && isOptedIn(place.project.settings.reviews.people_pulls, place.repository.name);
      if (end !== null || row.endedAs === 'stopped' || pull.draft || !isWanted || pull.headSha === row.reviewedSha)
        return { kind: 'nothing', wanted };
      const base = await baseOf(deps, place, pull);
      const { title, body, headSha, headBranch } = pull;
      return { kind: 'look', wanted, headSha, base, title, body, headBranch, author: row.author };
    },

    async measure(pullId, { headSha }) {
      const { project, repository } = await placeOf(pullId);
      const checks = project.settings.checks.filter(({ coverage }) => coverage !== undefined);
      if (checks.length === 0 || (await deps.coverage.of(repository.id, headSha)).length > 0) return;
      const { setup, sandbox, network } = project.settings;
      const report = await deps.runChecks({ repositoryId: repository.id, projectId: project.id, commit: headSha, checks, setup, sandbox, network });
      if (report.infrastructure) return;
      await deps.coverage.note({ projectId: project.id, repositoryId: repository.id, headSha, folder: report.folder ?? '' }, report.reports ?? []);
    },

    async suggest(pullId, { headSha, base, author }) {
      const { repository } = await placeOf(pullId);
      const person =
        (await deps.people.personFor(repository.forge, author)) ?? (repository.forge === 'local' ? await deps.people.byHandle(author) : null);
      const excluded = new Map(person === null ? [] : [[person.handle, 'wrote it']]);
      await deps.reviewers.suggest({ id: pullId, repository, base, head: headSha, excluded });
    },

    async prepareReview(pullId, change) {
      const place = await placeOf(pullId);
      const agent = agentFor(place, 'reviewer');
      if (agent === null) return null;
      const last = await deps.reviews.last(pullId);
      const feedback = last === null ? null : tellFindings(last.findings) || null;
      return prepare(pullId, change, { role: 'reviewer', agent, feedback, material: await diffOf(place, change) });
    },

    async prepareTests(pullId, change) {
      const place = await placeOf(pullId);
      const agent = agentFor(place, 'tester');
      if (agent === null || place.project.settings.reviews.tests === 'off') return null;
      const untested = await deps.coverage.untested({ repositoryId: place.repository.id, base: change.base, head: change.headSha });
      if (untested === null || untested.length === 0) return null;
      const files = (await (await deps.mirror(place.repository.id)).listTree(change.headSha)).map(({ path }) => path);
      return prepare(pullId, change, {
        role: 'tester',
        agent,
        feedback: tellMissing(untested),
        material: await diffOf(place, change),
        scope: testGlobs(files),
      });
    },

    async tell(pullId, change, { reviewRun, testRun }) {
      const place = await placeOf(pullId);
      const { base, headSha } = change;
      const untested = await deps.coverage.untested({ repositoryId: place.repository.id, base, head: headSha });
      const suggested = await deps.reviewers.suggested(pullId);
      const sections = [
        tellUntested(untested),
        testRun === null ? null : tellProposal(await deps.agents.outcome(testRun), (await deps.agents.get(testRun))?.agent ?? 'the tester'),
        suggested === null ? null : tellReviewers(suggested.answer),
      ].filter((section) => section !== null);
      const outcome = reviewRun === null ? null : await deps.agents.outcome(reviewRun);
      if (reviewRun !== null && outcome?.kind === 'text') {
        const reviewer = (await deps.agents.get(reviewRun))?.agent ?? 'reviewer';
        const review = await deps.reviews.record({ pullId, runId: reviewRun, headSha, reviewer, text: outcome.text });
        const args = reviewArgs(review, shownLines(await diffOf(place, change)), { sections, isPersons: true });
        await propose(pullId, 'pr.review', { key: headSha, args, by: { subject: `agent:${reviewer}`, run: reviewRun } });
        // What a reviewer said of an earlier head is worth more than no word of this one.
      } else if (sections.length > 0 && (await deps.reviews.last(pullId)) === null)
        await propose(pullId, 'pr.review', { key: headSha, args: helpArgs(headSha, sections) });
      await noteReviewed(db, pullId, headSha);
    },

    async askReviewers(pullId) {
      const { project } = await placeOf(pullId);
      if (project.settings.reviews.ask_reviewers === 'off') return;
      const stored = await deps.reviewers.suggested(pullId);
      const logins = (stored?.answer.suggested ?? []).flatMap(({ login }) => (login === null ? [] : [login]));
      if (logins.length > 0) await propose(pullId, 'pr.reviewers', { key: logins.toSorted().join(','), args: { reviewers: logins } });
    },

    endRound: (pullId, wanted) => endRound(db, pullId, wanted),
  };
}

/** Where the change began; the forge may have told of commits that its git does not give yet. */
async function baseOf(deps: HelpDeps, place: Place, pull: PullRequest): Promise<string> {
  const mirror = await deps.mirror(place.repository.id);
  await mirror.fetch();
  if ((await mirror.resolve(pull.headSha)) === null)
    throw new AppError('unavailable', `${place.repository.name} does not give the commit ${pull.headSha} yet.`, { code: 'forge_behind' });
  const base = await mirror.mergeBase(pull.headSha, `refs/remotes/source/${pull.baseBranch}`);
  if (base === null) throw new AppError('refused', `${pull.headBranch} and ${pull.baseBranch} share no history.`, { code: 'no_common_history' });
  return base;
}

/** Help is worth no question about money: without any it is left out this time. */
async function unlessUnfunded<T>(deps: Pick<HelpDeps, 'log'>, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!isAppError(error, 'refused')) throw error;
    deps.log.info({ err: error }, 'help with a pull request was left out');
    return null;
  }
}
