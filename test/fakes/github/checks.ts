import { notFound, Refusal } from './answer.ts';
import { installationFor, nodeId, showUser } from './present.accounts.ts';
import { showCheckRun, showSuite, suiteState } from './present.checks.ts';
import { showCommit } from './present.commits.ts';
import { apiUrl } from './present.repository.ts';
import type { Moment } from './refs.ts';
import type { Actor, CheckRun, CheckSuite, Json, Repository, Status } from './state.ts';
import type { World } from './world.ts';

/** The one suite of an App for a commit. */
export function suiteOf(
  world: World,
  repository: Repository,
  wish: { appId: number; sha: string; branch: string | null; before: string | null },
): CheckSuite {
  const known = repository.data.suites.find(({ appId, sha }) => appId === wish.appId && sha === wish.sha);
  if (known !== undefined) return known;
  const now = world.now();
  const suite: CheckSuite = { id: world.nextId(), ...wish, createdAt: now, updatedAt: now };
  repository.data.suites.push(suite);
  return suite;
}

/** The branch a commit is the head of, as check suites name it. */
export async function branchAt(repository: Repository, sha: string): Promise<string | null> {
  const found = [...(await repository.git.refs())].filter(([name, at]) => name.startsWith('refs/heads/') && at === sha);
  return found[0]?.[0].slice('refs/heads/'.length) ?? null;
}

/**
 * "By default, check suites are automatically created when you create a check run", and for each App that may write checks when code
 * is pushed; the App hears `check_suite.requested`. https://docs.github.com/rest/checks/suites
 */
export function requestSuites(world: World): (moment: Moment) => Promise<void> {
  return async ({ kind, repository, actor, branch, before, sha }) => {
    if (kind !== 'push') return;
    for (const app of world.apps.values()) {
      if (app.permissions['checks'] !== 'write' || installationFor(world, app.id, repository) === null) continue;
      const suite = suiteOf(world, repository, { appId: app.id, sha, branch, before });
      world.emit(repository, actor, 'check_suite', 'requested', { check_suite: await showSuite(world, repository, suite) });
    }
  };
}

export interface CheckChange {
  name?: string;
  externalId?: string;
  detailsUrl?: string;
  status?: string;
  conclusion?: string;
  startedAt?: string;
  completedAt?: string;
  output?: Json;
}

export async function createCheckRun(
  world: World,
  repository: Repository,
  actor: Actor,
  appId: number,
  sha: string,
  change: CheckChange & { name: string },
): Promise<CheckRun> {
  if ((await repository.git.kind(sha)) !== 'commit') throw new Refusal(422, `No commit found for SHA: ${sha}`);
  const suite = suiteOf(world, repository, { appId, sha, branch: await branchAt(repository, sha), before: null });
  const run: CheckRun = {
    id: world.nextId(),
    suite: suite.id,
    name: change.name,
    sha,
    externalId: '',
    detailsUrl: null,
    status: 'queued',
    conclusion: null,
    startedAt: world.now(),
    completedAt: null,
    output: { title: null, summary: null, text: null },
    annotations: [],
  };
  repository.data.checkRuns.push(run);
  apply(world, run, change);
  world.did(repository, actor, 'check_run.created', sha, run.name);
  await tellCheck(world, repository, actor, suite, run, 'created');
  if (run.status === 'completed') await completed(world, repository, actor, suite, run);
  return run;
}

export async function updateCheckRun(world: World, repository: Repository, actor: Actor, run: CheckRun, change: CheckChange): Promise<void> {
  const wasCompleted = run.status === 'completed';
  apply(world, run, change);
  world.did(repository, actor, 'check_run.updated', run.sha, `${run.name} ${run.conclusion ?? run.status}`);
  const suite = repository.data.suites.find(({ id }) => id === run.suite);
  if (suite !== undefined && run.status === 'completed' && !wasCompleted) await completed(world, repository, actor, suite, run);
}

/** "Providing `conclusion` will automatically set the `status` parameter to `completed`." Annotations add up over requests. */
function apply(world: World, run: CheckRun, change: CheckChange): void {
  run.name = change.name ?? run.name;
  run.externalId = change.externalId ?? run.externalId;
  run.detailsUrl = change.detailsUrl ?? run.detailsUrl;
  run.status = change.conclusion === undefined ? (change.status ?? run.status) : 'completed';
  run.conclusion = change.conclusion ?? (run.status === 'completed' ? run.conclusion : null);
  run.startedAt = change.startedAt ?? run.startedAt;
  run.completedAt = run.status === 'completed' ? (change.completedAt ?? run.completedAt ?? world.now()) : null;
  const { title, summary, text, annotations } = (change.output ?? {}) as { title?: string; summary?: string; text?: string; annotations?: Json[] };
  run.output = { title: title ?? run.output.title, summary: summary ?? run.output.summary, text: text ?? run.output.text };
  run.annotations.push(...(annotations ?? []));
}

async function completed(world: World, repository: Repository, actor: Actor, suite: CheckSuite, run: CheckRun): Promise<void> {
  suite.updatedAt = world.now();
  await tellCheck(world, repository, actor, suite, run, 'completed');
  if (suiteState(repository, suite).status !== 'completed') return;
  world.emit(repository, actor, 'check_suite', 'completed', { check_suite: await showSuite(world, repository, suite) });
  await world.checked(repository, actor);
}

/** In webhooks a run bears its suite. */
async function tellCheck(world: World, repository: Repository, actor: Actor, suite: CheckSuite, run: CheckRun, action: string): Promise<void> {
  const shown = { ...(await showCheckRun(world, repository, run)), check_suite: await showSuite(world, repository, suite) };
  world.emit(repository, actor, 'check_run', action, { check_run: shown });
}

export function checkRunOf(repository: Repository, id: number): CheckRun {
  const run = repository.data.checkRuns.find((one) => one.id === id);
  if (run === undefined) throw notFound();
  return run;
}

export interface NewStatus {
  state: Status['state'];
  context: string;
  description: string | null;
  targetUrl: string | null;
}

export async function createStatus(world: World, repository: Repository, actor: Actor, sha: string, wish: NewStatus): Promise<Status> {
  if ((await repository.git.kind(sha)) !== 'commit') throw new Refusal(422, `No commit found for SHA: ${sha}`);
  const status: Status = { id: world.nextId(), sha, ...wish, creator: actor.login, createdAt: world.now() };
  repository.data.statuses.push(status);
  world.did(repository, actor, 'status.created', sha, `${wish.context} ${wish.state}`);
  await tellStatus(world, repository, actor, status);
  await world.checked(repository, actor);
  return status;
}

async function tellStatus(world: World, repository: Repository, actor: Actor, status: Status): Promise<void> {
  const branches: Json[] = [];
  for (const [name, sha] of await repository.git.refs()) {
    if (!name.startsWith('refs/heads/') || !(await repository.git.isAncestor(status.sha, sha))) continue;
    const commit = { sha, url: `${apiUrl(world, repository)}/commits/${sha}` };
    branches.push({ name: name.slice('refs/heads/'.length), commit, protected: false });
  }
  world.emit(repository, actor, 'status', null, {
    id: status.id,
    node_id: nodeId('SC', status.id),
    sha: status.sha,
    name: repository.fullName,
    target_url: status.targetUrl,
    avatar_url: showUser(world, status.creator)['avatar_url'],
    context: status.context,
    description: status.description,
    state: status.state,
    commit: showCommit(world, repository, await repository.git.commit(status.sha)),
    branches: branches.slice(0, 10),
    created_at: status.createdAt,
    updated_at: status.createdAt,
  });
}
