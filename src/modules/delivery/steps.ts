import type { RunRequest, WithRun } from '#modules/agents/index.ts';
import type { Suspect } from './decide.flaky.ts';
import type { CiRetry, CiRetryAsked, CiVerdict, CiView, PullView } from './model.ci.ts';
import type { FixView } from './model.review.ts';
import type { ActionView, EntryView, MoneyAnswer, PersonsWork, PlanView, PreparedRun, StoryEnd, TaskView, TestsView, TriageView } from './model.ts';
import { createAsideSteps } from './steps.aside.ts';
import { createBuildSteps } from './steps.build.ts';
import { createCiSteps } from './steps.ci.ts';
import type { DeliveryDeps } from './steps.context.ts';
import { createLandedSteps } from './steps.landed.ts';
import { createMoneySteps } from './steps.money.ts';
import { createPersonSteps } from './steps.person.ts';
import { createPlanSteps } from './steps.plan.ts';
import type { Turn } from './steps.turns.ts';
import { createRerunSteps } from './steps.rerun.ts';
import { createPullSteps } from './steps.pull.ts';
import { createReviewSteps } from './steps.review.ts';
import { createFixSteps } from './steps.fix.ts';
import { createReviewerSteps } from './steps.reviewers.ts';
import { createTesterSteps } from './steps.tester.ts';

/** A run that a person wants. */
export interface ByHand {
  /** Gets the task; null: whoever has it. */
  agent: string | null;
  /** Done in the transaction that makes the run. */
  also: WithRun;
}

/**
 * Every fact and effect of a story. Each member is one recorded step, so each is idempotent: it may run again when the process
 * dies before its result was recorded. `propose…` members write a proposal and answer how it stands; nothing leaves the system
 * before `executeAction`.
 */
export interface DeliverySteps {
  triage(workItemId: string): Promise<TriageView>;
  proposeTriageComment(workItemId: string): Promise<ActionView>;
  proposeTriageLabels(workItemId: string): Promise<ActionView>;
  /** From here on an answer starts the next generation, also before the questions' own step is recorded. */
  waitForAnswers(workItemId: string): Promise<void>;
  /** Null when there is no tracker issue to ask on (a typed request): the story's end then carries the questions. */
  proposeQuestions(workItemId: string, questions: string[]): Promise<ActionView | null>;
  proposeDuplicateClose(workItemId: string): Promise<ActionView>;

  draftPlan(workItemId: string): Promise<PlanView>;
  /** Null when there is no tracker issue to comment on (a typed request). */
  proposePlanComment(planId: string): Promise<ActionView | null>;
  proposePlanApproval(planId: string): Promise<ActionView>;
  planDecided(planId: string, approved: boolean): Promise<void>;

  proposeBranch(workItemId: string): Promise<ActionView>;
  /** Makes the branch in Reeve's mirror, at the base's head. */
  openBranch(workItemId: string): Promise<string>;
  tasksOf(planId: string): Promise<TaskView[]>;
  mostAttempts(): Promise<number>;
  /** Null: a person has the task, and no agent is sent. */
  proposeDispatch(taskId: string, attempt: number, waiting: string): Promise<ActionView | null>;
  /** How the work of the person who has the task stands, counting change requests from `fromAttempt` on; `waiting` is woken when it moves. */
  personsWork(taskId: string, fromAttempt: number, waiting: string): Promise<PersonsWork>;
  /** `rework`: how often the task's change was set aside before; null: never. */
  prepareRun(taskId: string, attempt: number, feedback: string | null, rework?: number | null, by?: ByHand): Promise<PreparedRun>;
  submit(
    taskId: string,
    runId: string,
    changeRequest: Record<string, unknown>,
    waiting: string,
  ): Promise<{ kind: 'submitted'; entryId: string } | { kind: 'refused'; reason: string }>;
  entry(entryId: string): Promise<EntryView>;
  taskLanded(taskId: string): Promise<void>;
  /** Marks the task failed, tells people; answers the sentence. A run of this attempt that was never begun ends. */
  taskFailed(taskId: string, reason: string, attempt?: number): Promise<string>;

  proposePush(workItemId: string): Promise<ActionView>;
  /** Pushes a request's work to a branch beside the one it named; null: no name is free. */
  proposePushAside(workItemId: string): Promise<ActionView | null>;
  /** Records the branch of that push with the story; answers where the work is and why, with how to take it over. */
  pushedAsideSentence(workItemId: string, actionId: string, why: string): Promise<string>;
  proposePull(workItemId: string): Promise<ActionView>;
  /** Stored by earlier versions: the id alone. */
  recordPull(workItemId: string): Promise<PullView>;
  proposeChecks(workItemId: string): Promise<ActionView[]>;
  /**
   * Reads the forge's own checks on the pull request's head. `since`: since when it is waited for, as ISO text. `told`: what was said of this
   * head before, which is not waited for again.
   */
  readCi(workItemId: string, since: string, told?: CiVerdict): Promise<CiView>;
  /** Asks the forge to run checks again that are probably flaky; once for each head and check. */
  proposeReruns(workItemId: string, headSha: string, suspects: Suspect[]): Promise<ActionView[]>;
  /** Whether the forge still shows the old, failed runs of these checks. */
  readRerun(workItemId: string, headSha: string, suspects: Suspect[]): Promise<'waiting' | 'over'>;
  /** The task that mends a red head, with the failing part of the logs; the same retry again after a crash. */
  prepareCiRetry(workItemId: string, planId: string, asked: CiRetryAsked): Promise<CiRetry>;
  /** Asks a person whether an agent may try once more. */
  proposeCiRetry(workItemId: string, asked: CiRetryAsked & { tried: string[] }): Promise<ActionView>;
  /** Null when no reviewer agent is configured. */
  prepareReview(workItemId: string, round: number): Promise<{ workflowId: string; request: RunRequest } | null>;
  /** What the reviewer said, as the one review of the pull request; null: it said nothing. */
  proposeReviewComment(workItemId: string, runId: string): Promise<ActionView | null>;
  /** What a tester is to do about the head; once for each, and nothing where no report shows changed lines without tests. */
  prepareTests(workItemId: string, planId: string): Promise<TestsView>;
  /** Keeps what people are told of it. `runId` null: it worked on the plan's task; `landed`: with success. */
  keepTests(workItemId: string, of: { headSha: string; runId: string | null; landed: boolean }): Promise<void>;
  /** Looks who should review the pull request as it is now; its text names them. */
  suggestReviewers(workItemId: string): Promise<void>;
  /** Null: the project asks nobody on the forge, or nobody who was suggested is known there. */
  proposeReviewers(workItemId: string): Promise<ActionView | null>;
  /** Takes up what people asked to have mended before the merge is asked for; the same again after a crash. */
  beginFix(workItemId: string, planId: string): Promise<FixView>;
  /** `reason` null: it landed, and is to be pushed; else what is told to whoever asked. */
  fixLanded(workItemId: string, fixId: string, reason: string | null): Promise<ActionView | null>;
  /** Answers to the conversations that the agent dealt with, and their ends, in this order. */
  proposeThreadAnswers(workItemId: string, fixId: string): Promise<ActionView[]>;
  fixTold(workItemId: string, fixId: string): Promise<void>;
  /** `ci`: what the forge's checks said, to be told in the pull request; left out: it has none. */
  proposeReady(workItemId: string, ci?: CiVerdict): Promise<ActionView>;
  proposeMerge(workItemId: string): Promise<ActionView>;
  submitPull(workItemId: string, actionId: string, round: number, waiting: string): Promise<string>;
  withdrawMerge(actionId: string, reason: string): Promise<void>;
  /** Executes a merge that the forge's own queue carries out; `executing`: it waits there. */
  mergeByForge(actionId: string): Promise<ActionView>;
  /** Whether the pull request still waits in the forge's own queue, and the merge that put it there may still be done. */
  readForgeQueue(workItemId: string, actionId: string): Promise<'waiting' | 'over'>;
  /** Why it left the forge's queue; `behind`: the base has commits that the branch has not, and `conflicts` are the paths both changed. */
  whyLeftQueue(workItemId: string): Promise<{ cause: 'conflict' | 'checks' | 'person' | 'other'; behind: boolean; conflicts: string[] }>;
  /**
   * Brings the base into the branch, keeping what merges; answers the tasks to build again, with the conflict as feedback. `entryId` null: no
   * change request was set aside, and `conflicts` are what the base changed as well.
   */
  startAfresh(
    workItemId: string,
    planId: string,
    entryId: string | null,
    conflicts?: string[],
  ): Promise<Array<{ taskId: string; firstAttempt: number; feedback: string | null }>>;
  mergedSentence(workItemId: string): Promise<string>;
  landedSentence(workItemId: string): Promise<string>;

  /** `lack` null: nothing can be asked, only waited for. `waiting` is woken when money or leave arrives. */
  askForMoney(lack: { pool: string; amountMicros: number } | null, waiting: string): Promise<MoneyAnswer>;
  readAction(actionId: string): Promise<ActionView>;
  executeAction(actionId: string): Promise<ActionView>;
  finish(workItemId: string, workflowId: string, end: StoryEnd): Promise<void>;
}

/** What a story's workflow is given. */
export interface DeliveryEffects {
  steps: DeliverySteps;
  turn: Turn;
  /** Whether a model takes part in triage and planning; rules alone compute, and take their turn like any step. */
  asksModel: boolean;
  /** How somebody else ended the story of this workflow, or null; `look`: asks the forge first (`Endings.ended`). */
  ended(workflowId: string, look: boolean): Promise<StoryEnd | null>;
  /** Ends a story whose steps cannot be run any more (`Endings.abandon`). */
  abandon(workflowId: string, detail: string): Promise<StoryEnd>;
}

export function createDeliverySteps(deps: DeliveryDeps): DeliverySteps {
  return {
    ...createPlanSteps(deps),
    ...createBuildSteps(deps),
    ...createPersonSteps(deps),
    ...createPullSteps(deps),
    ...createLandedSteps(deps),
    ...createReviewSteps(deps),
    ...createFixSteps(deps),
    ...createReviewerSteps(deps),
    ...createTesterSteps(deps),
    ...createCiSteps(deps),
    ...createRerunSteps(deps),
    ...createAsideSteps(deps),
    ...createMoneySteps(deps),
  };
}
