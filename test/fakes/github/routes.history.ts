import { created, listOf, notFound, ok } from './answer.ts';
import { nodeId, showUser } from './present.accounts.ts';
import { number, repo, text, type RepositoryCall, type Route } from './route.ts';
import type { Deployment, DeploymentStatus, Json } from './state.ts';

/*
 * What happened to a repository, as it is read later on: the events of an issue, deployments, and the names of secrets (which nobody of ours
 * should ever see).
 */
const EVENTS: Readonly<Record<string, string>> = {
  labeled: 'labeled',
  unlabeled: 'unlabeled',
  assigned: 'assigned',
  unassigned: 'unassigned',
  closed: 'closed',
  reopened: 'reopened',
};

/** From the journal, which keeps who did what. https://docs.github.com/rest/issues/events#list-issue-events */
function eventsOf({ world, repository, params }: RepositoryCall) {
  const issue = repository.data.issues.find((one) => one.number === number(params, 'issue_number'));
  if (issue === undefined) throw notFound();
  const found = world.journal.effects.flatMap((effect, index) => {
    const [subject = '', word = '', ...rest] = effect.kind.split('.');
    const event = rest.length === 0 && (subject === 'issue' || subject === 'pull') ? EVENTS[word] : undefined;
    return event === undefined || effect.repo !== repository.fullName || effect.subject !== `#${issue.number}` ? [] : [{ effect, event, index }];
  });
  return listOf(found, ({ effect, event, index }): Json => {
    const label = event === 'labeled' || event === 'unlabeled' ? { label: { name: effect.detail, color: 'ededed' } } : {};
    return {
      id: index + 1,
      node_id: nodeId('LE', index + 1),
      url: `${world.origin}/repos/${repository.fullName}/issues/events/${index + 1}`,
      actor: showUser(world, effect.by),
      event,
      commit_id: null,
      commit_url: null,
      created_at: effect.at ?? issue.updatedAt,
      performed_via_github_app: null,
      ...label,
    };
  });
}

const deploymentsOf = ({ repository }: RepositoryCall): Deployment[] => (repository.data.deployments ??= []);

function theDeployment(call: RepositoryCall): Deployment {
  const found = deploymentsOf(call).find(({ id }) => id === number(call.params, 'deployment_id'));
  if (found === undefined) throw notFound();
  return found;
}

function showDeployment({ world, repository }: RepositoryCall, deployment: Deployment): Json {
  const url = `${world.origin}/repos/${repository.fullName}/deployments/${deployment.id}`;
  return {
    url,
    id: deployment.id,
    node_id: nodeId('DE', deployment.id),
    sha: deployment.sha,
    ref: deployment.ref,
    task: 'deploy',
    payload: {},
    environment: deployment.environment,
    original_environment: deployment.environment,
    description: null,
    creator: showUser(world, deployment.creator),
    created_at: deployment.createdAt,
    updated_at: deployment.createdAt,
    statuses_url: `${url}/statuses`,
    repository_url: `${world.origin}/repos/${repository.fullName}`,
    transient_environment: false,
    production_environment: deployment.environment === 'production',
    performed_via_github_app: null,
  };
}

function showStatus(call: RepositoryCall, deployment: Deployment, status: DeploymentStatus): Json {
  const { world, repository } = call;
  const url = `${world.origin}/repos/${repository.fullName}/deployments/${deployment.id}`;
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId('DES', status.id),
    state: status.state,
    creator: showUser(world, status.creator),
    description: '',
    environment: deployment.environment,
    target_url: '',
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: url,
    repository_url: `${world.origin}/repos/${repository.fullName}`,
    environment_url: '',
    log_url: '',
    performed_via_github_app: null,
  };
}

async function deploy(call: RepositoryCall) {
  const { world, repository, actor, body } = call;
  const ref = text(body, 'ref') ?? repository.data.defaultBranch;
  const sha = await repository.git.resolve(ref);
  if (sha === null) throw notFound();
  const deployment: Deployment = {
    id: world.nextId(),
    ref,
    sha,
    environment: text(body, 'environment') ?? 'production',
    creator: actor.login,
    createdAt: world.now(),
    statuses: [],
  };
  deploymentsOf(call).push(deployment);
  world.did(repository, actor, 'deployment.created', ref, deployment.environment);
  world.emit(repository, actor, 'deployment', 'created', { deployment: showDeployment(call, deployment) });
  return created(showDeployment(call, deployment));
}

function tellState(call: RepositoryCall) {
  const { world, repository, actor, body } = call;
  const deployment = theDeployment(call);
  const status = { id: world.nextId(), state: text(body, 'state') ?? 'pending', creator: actor.login, createdAt: world.now() };
  deployment.statuses.push(status);
  world.did(repository, actor, 'deployment.status', deployment.ref, status.state);
  const fields = { deployment: showDeployment(call, deployment), deployment_status: showStatus(call, deployment, status) };
  world.emit(repository, actor, 'deployment_status', 'created', fields);
  return created(showStatus(call, deployment, status));
}

export const HISTORY_ROUTES: Route[] = [
  repo('GET', '/issues/{issue_number}/events', 'issues:read|pull_requests:read', eventsOf),
  repo('GET', '/deployments', 'deployments:read', (call) => listOf(deploymentsOf(call).toReversed(), (one) => showDeployment(call, one))),
  repo('POST', '/deployments', 'deployments:write', deploy),
  repo('GET', '/deployments/{deployment_id}/statuses', 'deployments:read', (call) => {
    const deployment = theDeployment(call);
    return listOf(deployment.statuses.toReversed(), (status) => showStatus(call, deployment, status));
  }),
  repo('POST', '/deployments/{deployment_id}/statuses', 'deployments:write', tellState),
  repo('GET', '/actions/secrets', 'secrets:read', () => ok({ total_count: 0, secrets: [] }), 'write'),
];
