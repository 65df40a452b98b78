import { shownLines } from '#kernel/diff-lines.ts';
import { AppError } from '#kernel/errors.ts';
import { testGlobs } from '#modules/planning/index.ts';
import { quietInMs } from './decide.people.ts';
import { tellFindings } from './decide.rounds.ts';
import { tellMissing, tellProposal } from './decide.tests.ts';
import { helpArgs, reviewArgs } from './decide.text.ts';
import { tellReviewers, tellUntested } from './decide.told.ts';
import type { FixInHand } from './model.people.fix.ts';
import type { HelpChange, HelpRun, HelpSubject } from './model.people.ts';
import { createHelpContext, type HelpContext, type HelpDeps, type HelpOrder } from './steps.people.context.ts';
import { dispatch } from './steps.people.dispatch.ts';
import { createFixSteps } from './steps.people.fix.ts';
import { claimRun, endHelp, endRound, noteReviewed, peoplePull } from './store.people.ts';

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
  /** Takes up the oldest thing that a person asked to have mended; null: nothing is asked. `waiting`: the workflow that is told when a person allowed it. */
  prepareFix(pullId: string, waiting: string): Promise<FixInHand | null>;
  /** Proposes the push of what the agent did, or says that it did not get it done. */
  finishFix(pullId: string, commentId: string): Promise<void>;
  /** False: something was wanted meanwhile. */
  endRound(pullId: string, wanted: number): Promise<boolean>;
}

export function createHelpSteps(deps: HelpDeps): HelpSteps {
  const on = createHelpContext(deps);
  return {
    ...createLookSteps(deps, on),
    ...createFactSteps(deps, on),
    ...createRunSteps(deps, on),
    ...createTellSteps(deps, on),
    ...createFixSteps(deps, on),
    endRound: (pullId, wanted) => endRound(deps.db, pullId, wanted),
  };
}

function createLookSteps(deps: HelpDeps, on: HelpContext): Pick<HelpSteps, 'quietIn' | 'look'> {
  const { db } = deps;
  return {
    async quietIn(pullId) {
      const { project } = await on.placeOf(pullId);
      const row = await peoplePull(db, pullId);
      return row === null ? 0 : quietInMs(row.wantedAt, deps.clock.now(), project.settings.reviews.quiet_s);
    },

    async look(pullId) {
      const place = await on.placeOf(pullId);
      const row = await peoplePull(db, pullId);
      if (row === null) throw new AppError('not_found', `The pull request ${pullId} is none of a person's.`);
      const { wanted } = row;
      const pull = await deps.forge(place.repo.forge).pullByNumber(place.repo, place.number);
      if (pull === null) return { kind: 'nothing', wanted };
      await deps.pulls.save(db, { projectId: place.project.id, repositoryId: place.repository.id, pull });
      const end = pull.state === 'open' ? (pull.fromFork === true ? 'fork' : null) : pull.state;
      if (end !== null) await endHelp(db, pullId, end);
      if ((await on.refusal(pullId, pull)) !== null || pull.draft || pull.headSha === row.reviewedSha) return { kind: 'nothing', wanted };
      const base = await on.baseOf(place, pull);
      const { title, body, headSha, headBranch } = pull;
      return { kind: 'look', wanted, headSha, base, title, body, headBranch, author: row.author };
    },
  };
}

/** What is known of a change besides what a reviewer says. */
function createFactSteps(deps: HelpDeps, on: HelpContext): Pick<HelpSteps, 'measure' | 'suggest'> {
  return {
    async measure(pullId, { headSha }) {
      if ((await on.refusal(pullId)) !== null) return;
      const { project, repository } = await on.placeOf(pullId);
      const checks = project.settings.checks.filter(({ coverage }) => coverage !== undefined);
      if (checks.length === 0 || (await deps.coverage.of(repository.id, headSha)).length > 0) return;
      const { setup, sandbox, network } = project.settings;
      const report = await deps.runChecks({ repositoryId: repository.id, projectId: project.id, commit: headSha, checks, setup, sandbox, network });
      if (report.infrastructure) return;
      await deps.coverage.note({ projectId: project.id, repositoryId: repository.id, headSha, folder: report.folder ?? '' }, report.reports ?? []);
    },

    async suggest(pullId, { headSha, base, author }) {
      const { repository } = await on.placeOf(pullId);
      const person =
        (await deps.people.personFor(repository.forge, author)) ?? (repository.forge === 'local' ? await deps.people.byHandle(author) : null);
      const excluded = new Map(person === null ? [] : [[person.handle, 'wrote it']]);
      await deps.reviewers.suggest({ id: pullId, repository, base, head: headSha, excluded });
    },
  };
}

function createRunSteps(deps: HelpDeps, on: HelpContext): Pick<HelpSteps, 'prepareReview' | 'prepareTests'> {
  /** To the head, once for each role. */
  async function send(
    pullId: string,
    change: HelpChange,
    order: Omit<HelpOrder, 'runId' | 'base' | 'target' | 'role'> & { role: 'reviewer' | 'tester' },
  ): Promise<HelpRun | null> {
    const { role, agent } = order;
    const sent = await dispatch(deps, on, pullId, { key: `${role}:${change.headSha}`, role, agent, triggerUser: null, waiting: null });
    if (sent.kind !== 'go') {
      deps.log.info({ pullId, role, reason: sent.kind === 'no' ? sent.why : sent.actionId }, 'no agent was sent to a pull request');
      return null;
    }
    const runId = await claimRun(deps.db, { pullId, headSha: change.headSha, role: order.role, runId: deps.ids.next('run') });
    return on.prepare(pullId, change, { ...order, runId, base: change.headSha, target: change.headBranch });
  }

  return {
    async prepareReview(pullId, change) {
      const place = await on.placeOf(pullId);
      const agent = on.agentFor(place, 'reviewer');
      if (agent === null || (await on.refusal(pullId)) !== null) return null;
      const last = await deps.reviews.last(pullId);
      const feedback = last === null ? null : tellFindings(last.findings) || null;
      return send(pullId, change, { role: 'reviewer', agent, feedback, material: await on.diffOf(place, change) });
    },

    async prepareTests(pullId, change) {
      const place = await on.placeOf(pullId);
      const agent = on.agentFor(place, 'tester');
      if (agent === null || place.project.settings.reviews.tests === 'off' || (await on.refusal(pullId)) !== null) return null;
      const untested = await deps.coverage.untested({ repositoryId: place.repository.id, base: change.base, head: change.headSha });
      if (untested === null || untested.length === 0) return null;
      const files = (await (await deps.mirror(place.repository.id)).listTree(change.headSha)).map(({ path }) => path);
      return send(pullId, change, {
        role: 'tester',
        agent,
        feedback: tellMissing(untested),
        material: await on.diffOf(place, change),
        scope: testGlobs(files),
      });
    },
  };
}

function createTellSteps(deps: HelpDeps, on: HelpContext): Pick<HelpSteps, 'tell' | 'askReviewers'> {
  const { db } = deps;
  return {
    async tell(pullId, change, { reviewRun, testRun }) {
      // Minutes have passed since it was looked at.
      if ((await on.refusal(pullId)) !== null) return;
      const place = await on.placeOf(pullId);
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
        const args = reviewArgs(review, shownLines(await on.diffOf(place, change)), { sections });
        await on.propose(pullId, 'pr.review', { key: headSha, args, by: { subject: `agent:${reviewer}`, run: reviewRun } });
        // What a reviewer said of an earlier head is worth more than no word of this one.
      } else if (sections.length > 0 && (await deps.reviews.last(pullId)) === null)
        await on.propose(pullId, 'pr.review', { key: headSha, args: helpArgs(headSha, sections) });
      await noteReviewed(db, pullId, headSha);
    },

    async askReviewers(pullId) {
      const { project } = await on.placeOf(pullId);
      if (project.settings.reviews.ask_reviewers === 'off' || (await on.refusal(pullId)) !== null) return;
      const stored = await deps.reviewers.suggested(pullId);
      const logins = (stored?.answer.suggested ?? []).flatMap(({ login }) => (login === null ? [] : [login]));
      if (logins.length > 0) await on.propose(pullId, 'pr.reviewers', { key: logins.toSorted().join(','), args: { reviewers: logins } });
    },
  };
}
