import { created, invalidLabel, listOf, noContent, notFound, ok, Refusal } from './answer.ts';
import { showFullUser } from './present.accounts.ts';
import { roleOf, showLabel, showMilestone, showRepository, showRole } from './present.repository.ts';
import { has, number, repo, text, top, type RepositoryCall, type Route } from './route.ts';
import type { Label } from './state.ts';

const LABEL_READ = 'issues:read|pull_requests:read';
const LABEL_WRITE = 'issues:write|pull_requests:write';

function theLabel({ repository, params }: RepositoryCall): Label {
  const label = repository.data.labels.find(({ name }) => name.toLowerCase() === params['name']?.toLowerCase());
  if (label === undefined) throw notFound();
  return label;
}

function readRepository({ world, repository, who }: RepositoryCall) {
  const role = who.kind === 'user' ? roleOf(repository, who.login) : null;
  const { mergeMethods, deleteBranchOnMerge } = repository.data;
  const permissions = who.kind === 'user' ? { permissions: showRole(role) } : {};
  // "You must have push … access to the repository for the merge settings to be visible": everybody else simply lacks them.
  const settings = who.kind === 'installation' || role === 'admin' || role === 'maintain' || role === 'write';
  return ok({
    ...showRepository(world, repository),
    ...permissions,
    ...(settings
      ? {
          allow_merge_commit: mergeMethods.merge,
          allow_squash_merge: mergeMethods.squash,
          allow_rebase_merge: mergeMethods.rebase,
          allow_auto_merge: false,
          allow_update_branch: false,
          delete_branch_on_merge: deleteBranchOnMerge,
          squash_merge_commit_title: 'COMMIT_OR_PR_TITLE',
          squash_merge_commit_message: 'COMMIT_MESSAGES',
          merge_commit_title: 'MERGE_MESSAGE',
          merge_commit_message: 'PR_TITLE',
        }
      : {}),
    network_count: 0,
    subscribers_count: 0,
  });
}

function createLabel({ world, repository, actor, body }: RepositoryCall) {
  const name = text(body, 'name') ?? '';
  if (repository.data.labels.some((label) => label.name.toLowerCase() === name.toLowerCase())) throw invalidLabel('already_exists');
  const label: Label = { id: world.nextId(), name, color: text(body, 'color') ?? 'ededed', description: text(body, 'description') ?? null };
  repository.data.labels.push(label);
  world.did(repository, actor, 'label.created', name);
  world.emit(repository, actor, 'label', 'created', { label: showLabel(world, repository, label) });
  return created(showLabel(world, repository, label));
}

function updateLabel(call: RepositoryCall) {
  const { world, repository, actor, body } = call;
  const label = theLabel(call);
  const before = label.name;
  label.name = text(body, 'new_name') ?? label.name;
  label.color = text(body, 'color') ?? label.color;
  if (has(body, 'description')) label.description = text(body, 'description') ?? null;
  for (const issue of repository.data.issues) issue.labels = issue.labels.map((name) => (name === before ? label.name : name));
  world.did(repository, actor, 'label.edited', label.name);
  world.emit(repository, actor, 'label', 'edited', {
    label: showLabel(world, repository, label),
    changes: before === label.name ? {} : { name: { from: before } },
  });
  return ok(showLabel(world, repository, label));
}

function deleteLabel(call: RepositoryCall) {
  const { world, repository, actor } = call;
  const label = theLabel(call);
  repository.data.labels.splice(repository.data.labels.indexOf(label), 1);
  for (const issue of repository.data.issues) issue.labels = issue.labels.filter((name) => name !== label.name);
  world.did(repository, actor, 'label.deleted', label.name);
  world.emit(repository, actor, 'label', 'deleted', { label: showLabel(world, repository, label) });
  return noContent();
}

function createMilestone({ world, repository, actor, body }: RepositoryCall) {
  const now = world.now();
  const milestone = {
    id: world.nextId(),
    number: repository.data.milestones.length + 1,
    title: text(body, 'title') ?? '',
    description: text(body, 'description') ?? null,
    state: text(body, 'state') === 'closed' ? ('closed' as const) : ('open' as const),
    creator: actor.login,
    createdAt: now,
    updatedAt: now,
    dueOn: text(body, 'due_on') ?? null,
  };
  repository.data.milestones.push(milestone);
  world.did(repository, actor, 'milestone.created', milestone.title);
  return created(showMilestone(world, repository, milestone));
}

/** Old words for roles beside the new ones: `maintain` is `write`, `triage` is `read`. */
const PERMISSION = { admin: 'admin', maintain: 'write', write: 'write', triage: 'read', read: 'read' } as const;

function permissionOf({ world, repository, params }: RepositoryCall) {
  const account = world.accounts.get((params['username'] ?? '').toLowerCase());
  if (account === undefined) throw new Refusal(404, `${params['username']} is not a user`);
  const role = roleOf(repository, account.login);
  const permission = role === null ? 'none' : PERMISSION[role];
  return ok({
    permission,
    user: { ...showFullUser(world, account), permissions: showRole(role), role_name: role ?? 'none' },
    role_name: role ?? 'none',
  });
}

export const REPOSITORY_ROUTES: Route[] = [
  repo('GET', '', 'metadata:read', readRepository),
  repo('GET', '/labels', LABEL_READ, ({ world, repository }) => listOf(repository.data.labels, (label) => showLabel(world, repository, label))),
  repo('POST', '/labels', LABEL_WRITE, createLabel),
  repo('GET', '/labels/{name}', LABEL_READ, (call) => ok(showLabel(call.world, call.repository, theLabel(call)))),
  repo('PATCH', '/labels/{name}', LABEL_WRITE, updateLabel),
  repo('DELETE', '/labels/{name}', LABEL_WRITE, deleteLabel),
  repo('GET', '/milestones', LABEL_READ, ({ world, repository, query }) => {
    const state = query.get('state') ?? 'open';
    const found = repository.data.milestones.filter((milestone) => state === 'all' || milestone.state === state);
    return listOf(found, (milestone) => showMilestone(world, repository, milestone));
  }),
  repo('POST', '/milestones', LABEL_WRITE, createMilestone),
  repo('GET', '/milestones/{milestone_number}', LABEL_READ, ({ world, repository, params }) => {
    const found = repository.data.milestones.find((milestone) => milestone.number === number(params, 'milestone_number'));
    if (found === undefined) throw notFound();
    return ok(showMilestone(world, repository, found));
  }),
  repo('GET', '/collaborators/{username}/permission', 'metadata:read', permissionOf),
  top('GET', '/users/{username}', 'anyone', ({ world, params }) => {
    const account = world.accounts.get((params['username'] ?? '').toLowerCase());
    if (account === undefined) throw notFound();
    return ok(showFullUser(world, account));
  }),
];
