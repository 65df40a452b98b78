import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createCheckRun, createStatus, suiteOf, updateCheckRun } from './checks.ts';
import { ACTIONS_SLUG, latestRuns, showJob, showWorkflow, showWorkflowRun } from './present.checks.ts';
import type { Moment } from './refs.ts';
import type { Actor, Job, Repository, WorkflowRun } from './state.ts';
import type { World } from './world.ts';

/** What a scripted run is told. */
export interface CiPush {
  /** `owner/name`. */
  repository: string;
  branch: string;
  sha: string;
  /** Number of the pull request it runs for, or null. */
  pull: number | null;
  /** Runs on this branch so far, this one included: 1, 2, … */
  run: number;
  /** 1, and more where somebody asked for a re-run. */
  attempt: number;
  /** A folder with the files of the commit, removed when the script has ended. */
  dir: string;
}

export interface CiJob {
  name: string;
  conclusion: 'success' | 'failure' | 'cancelled' | 'neutral' | 'timed_out' | 'skipped';
  /** What `GET /actions/jobs/{id}/logs` answers. */
  log?: string;
  summary?: string;
}

export type CiScript = (push: CiPush) => CiJob[] | Promise<CiJob[]>;

export interface CiOptions {
  /** `pull`: what GitHub runs `on: [pull_request, merge_group]` (the default); `push`: every push to a branch. */
  on?: 'pull' | 'push';
  /** `actions`: workflow run, jobs, logs and check runs (the default); `statuses`: commit statuses of an outside CI. */
  as?: 'actions' | 'statuses';
  /** Only branches that match. */
  branches?: RegExp;
  /** Only this repository. */
  repository?: string;
}

/** Runs a command in the tree of the commit: one job, red where it ends with another code than 0, its output as the log. */
export function ciCommand(name: string, command: [string, ...string[]]): CiScript {
  const run = promisify(execFile);
  return async ({ dir }) => {
    const [file, ...args] = command;
    try {
      const { stdout, stderr } = await run(file, args, { cwd: dir, maxBuffer: 16 * 1024 * 1024 });
      return [{ name, conclusion: 'success', log: stdout + stderr }];
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      return [{ name, conclusion: 'failure', log: stdout + stderr }];
    }
  };
}

/** A script for one CI after another: the first answers the first run, the last all that follow. */
export class Ci {
  readonly #world: World;
  readonly #script: CiScript;
  readonly #options: CiOptions;
  readonly #runs = new Map<string, number>();
  readonly #rerun = new Map<number, (jobs: Job[] | null, actor: Actor) => Promise<void>>();

  constructor(world: World, script: CiScript, options: CiOptions) {
    this.#world = world;
    this.#script = script;
    this.#options = options;
  }

  /** Begins what a push or a pull request begins; the script runs afterwards, as CI does. */
  async begin(moment: Moment): Promise<void> {
    const { on = 'pull', as = 'actions', branches, repository } = this.#options;
    if (!(moment.kind === on || (on === 'pull' && moment.kind === 'queue')) || (branches !== undefined && !branches.test(moment.branch))) return;
    if (repository !== undefined && moment.repository.fullName !== repository) return;
    const key = `${moment.repository.fullName}:${moment.branch}`;
    const run = (this.#runs.get(key) ?? 0) + 1;
    this.#runs.set(key, run);
    const push = { repository: moment.repository.fullName, branch: moment.branch, sha: moment.sha, pull: moment.pull, run };
    if (as === 'statuses') return this.#statuses(moment.repository, push);
    await this.#workflow(moment, push);
  }

  /** Another attempt of a run: all jobs, or the given ones. False: this CI did not make it. */
  async again(run: WorkflowRun, jobs: Job[] | null, actor: Actor): Promise<boolean> {
    const start = this.#rerun.get(run.id);
    if (start === undefined) return false;
    await start(jobs, actor);
    return true;
  }

  async #statuses(repository: Repository, push: Omit<CiPush, 'dir' | 'attempt'>): Promise<void> {
    const world = this.#world;
    const actor = outsider(world);
    const pending = { state: 'pending' as const, context: 'ci/outside', description: 'queued', targetUrl: null };
    await createStatus(world, repository, actor, push.sha, pending);
    world.inBackground(async () => {
      const jobs = await this.#run(repository, { ...push, attempt: 1 });
      await world.inTurn(repository.fullName, async () => {
        const failed = jobs.find(({ conclusion }) => conclusion === 'failure');
        const state = failed === undefined ? ('success' as const) : ('failure' as const);
        await createStatus(world, repository, actor, push.sha, { ...pending, state, description: (failed ?? jobs[0])?.summary ?? state });
      });
    });
  }

  async #workflow(moment: Moment, push: Omit<CiPush, 'dir' | 'attempt'>): Promise<void> {
    const world = this.#world;
    const { repository, actor } = moment;
    const appId = actionsApp(world);
    const suite = suiteOf(world, repository, { appId, sha: push.sha, branch: push.branch, before: moment.before });
    const now = world.now();
    const run: WorkflowRun = {
      id: world.nextId(),
      suite: suite.id,
      name: 'CI',
      branch: push.branch,
      sha: push.sha,
      event: { pull: 'pull_request', push: 'push', queue: 'merge_group' }[moment.kind],
      number: repository.data.runs.length + 1,
      attempt: 0,
      status: 'queued',
      conclusion: null,
      actor: actor.login,
      createdAt: now,
      updatedAt: now,
    };
    repository.data.runs.push(run);
    const start = async (jobs: Job[] | null, asker: Actor): Promise<void> => {
      Object.assign(run, { attempt: run.attempt + 1, status: 'queued', conclusion: null, updatedAt: world.now() });
      await tellRun(world, repository, asker, run, 'requested');
      const names = jobs?.map(({ name }) => name) ?? null;
      world.inBackground(() => this.#attempt(repository, asker, run, { ...push, attempt: run.attempt }, names));
    };
    this.#rerun.set(run.id, start);
    await start(null, actor);
  }

  async #attempt(repository: Repository, actor: Actor, run: WorkflowRun, push: Omit<CiPush, 'dir'>, names: string[] | null): Promise<void> {
    const world = this.#world;
    const jobs = (await this.#run(repository, push)).filter(({ name }) => names === null || names.includes(name));
    await world.inTurn(repository.fullName, async () => {
      run.status = 'in_progress';
      await tellRun(world, repository, actor, run, 'in_progress');
      const appId = actionsApp(world);
      const started = [];
      for (const job of jobs) {
        const check = await createCheckRun(world, repository, actor, appId, run.sha, { name: job.name, status: 'in_progress' });
        repository.data.jobs.push({ id: check.id, run: run.id, attempt: run.attempt, name: job.name, log: job.log ?? '' });
        started.push({ job, check });
      }
      for (const { job, check } of started) {
        const output = { title: job.name, summary: job.summary ?? '' };
        await updateCheckRun(world, repository, actor, check, { conclusion: job.conclusion, output });
      }
      const latest = latestRuns(repository.data.checkRuns.filter(({ suite }) => suite === run.suite));
      const red = latest.find(({ conclusion }) => conclusion !== 'success' && conclusion !== 'neutral' && conclusion !== 'skipped');
      Object.assign(run, { status: 'completed', conclusion: red?.conclusion ?? 'success', updatedAt: world.now() });
      await tellRun(world, repository, actor, run, 'completed');
    });
  }

  async #run(repository: Repository, push: Omit<CiPush, 'dir'>): Promise<CiJob[]> {
    const dir = await mkdtemp(join(tmpdir(), 'reeve-fake-github-ci-'));
    try {
      await repository.git.exportTo(push.sha, dir);
      return await this.#script({ ...push, dir });
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }
}

/** GitHub Actions is an App that nobody installs. */
export function actionsApp(world: World): number {
  const known = [...world.apps.values()].find(({ slug }) => slug === ACTIONS_SLUG);
  if (known !== undefined) return known.id;
  world.addAccount(`${ACTIONS_SLUG}[bot]`, 'Bot');
  const owner = world.addAccount('github', 'Organization').login;
  const app = {
    id: 15368,
    slug: ACTIONS_SLUG,
    name: 'GitHub Actions',
    clientId: 'Iv1.05c79e9ad1f6bdfa',
    publicKey: '',
    permissions: {},
    events: [],
    owner,
    createdAt: world.now(),
  };
  world.apps.set(app.id, app);
  return app.id;
}

function outsider(world: World): Actor {
  return { login: world.addAccount('outside-ci', 'User').login, appId: null, installationId: null };
}

async function tellRun(world: World, repository: Repository, actor: Actor, run: WorkflowRun, action: string): Promise<void> {
  const shown = await showWorkflowRun(world, repository, run);
  world.emit(repository, actor, 'workflow_run', action, { workflow_run: shown, workflow: showWorkflow(world, repository, run) });
  if (action !== 'completed') return;
  for (const job of repository.data.jobs.filter((one) => one.run === run.id && one.attempt === run.attempt)) {
    world.emit(repository, actor, 'workflow_job', 'completed', { workflow_job: showJob(world, repository, job) });
  }
}
