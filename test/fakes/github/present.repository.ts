import { nodeId, showUser } from './present.accounts.ts';
import type { Json, Label, Milestone, Release, Repository, Role } from './state.ts';
import type { World } from './world.ts';

const LINKS = {
  forks_url: 'forks',
  keys_url: 'keys{/key_id}',
  collaborators_url: 'collaborators{/collaborator}',
  teams_url: 'teams',
  hooks_url: 'hooks',
  issue_events_url: 'issues/events{/number}',
  events_url: 'events',
  assignees_url: 'assignees{/user}',
  branches_url: 'branches{/branch}',
  tags_url: 'tags',
  blobs_url: 'git/blobs{/sha}',
  git_tags_url: 'git/tags{/sha}',
  git_refs_url: 'git/refs{/sha}',
  trees_url: 'git/trees{/sha}',
  statuses_url: 'statuses/{sha}',
  languages_url: 'languages',
  stargazers_url: 'stargazers',
  contributors_url: 'contributors',
  subscribers_url: 'subscribers',
  subscription_url: 'subscription',
  commits_url: 'commits{/sha}',
  git_commits_url: 'git/commits{/sha}',
  comments_url: 'comments{/number}',
  issue_comment_url: 'issues/comments{/number}',
  contents_url: 'contents/{+path}',
  compare_url: 'compare/{base}...{head}',
  merges_url: 'merges',
  archive_url: '{archive_format}{/ref}',
  downloads_url: 'downloads',
  issues_url: 'issues{/number}',
  pulls_url: 'pulls{/number}',
  milestones_url: 'milestones{/number}',
  notifications_url: 'notifications{?since,all,participating}',
  labels_url: 'labels{/name}',
  releases_url: 'releases{/id}',
  deployments_url: 'deployments',
};

export const apiUrl = (world: World, repository: Repository): string => `${world.origin}/repos/${repository.fullName}`;
export const htmlUrl = (world: World, repository: Repository): string => `${world.origin}/${repository.fullName}`;

export function showRepository(world: World, repository: Repository): Json {
  const { data, fullName } = repository;
  const url = apiUrl(world, repository);
  const html = htmlUrl(world, repository);
  const open = data.issues.filter(({ state }) => state === 'open').length;
  return {
    id: data.id,
    node_id: nodeId('R', data.id),
    name: data.name,
    full_name: fullName,
    private: data.private,
    owner: showUser(world, data.owner),
    html_url: html,
    description: data.description,
    fork: false,
    url,
    ...Object.fromEntries(Object.entries(LINKS).map(([name, rest]) => [name, `${url}/${rest}`])),
    created_at: data.createdAt,
    updated_at: data.updatedAt,
    pushed_at: data.pushedAt,
    git_url: `${html.replace('http:', 'git:')}.git`,
    ssh_url: `git@${new URL(world.origin).host}:${fullName}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: data.hasIssues,
    has_projects: true,
    has_downloads: true,
    has_wiki: true,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    mirror_url: null,
    archived: data.archived,
    disabled: false,
    open_issues_count: open,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: data.private ? 'private' : 'public',
    forks: 0,
    open_issues: open,
    watchers: 0,
    default_branch: data.defaultBranch,
  };
}

const ROLES: readonly Role[] = ['read', 'triage', 'write', 'maintain', 'admin'];

/** A role at least as strong as `wanted`. */
export function reaches(role: Role | null, wanted: Role): boolean {
  return role !== null && ROLES.indexOf(role) >= ROLES.indexOf(wanted);
}

/** Of a person on a repository: the owner administers, a stranger reads what is public. */
export function roleOf(repository: Repository, login: string): Role | null {
  const { owner, collaborators } = repository.data;
  if (login.toLowerCase() === owner.toLowerCase()) return 'admin';
  const named = Object.entries(collaborators).find(([name]) => name.toLowerCase() === login.toLowerCase());
  return named?.[1] ?? (repository.data.private ? null : 'read');
}

export function showRole(role: Role | null): Json {
  return {
    admin: reaches(role, 'admin'),
    maintain: reaches(role, 'maintain'),
    push: reaches(role, 'write'),
    triage: reaches(role, 'triage'),
    pull: role !== null,
  };
}

export function showLabel(world: World, repository: Repository, label: Label): Json {
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: `${apiUrl(world, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

export function showMilestone(world: World, repository: Repository, milestone: Milestone): Json {
  const url = `${apiUrl(world, repository)}/milestones/${milestone.number}`;
  const of = repository.data.issues.filter((issue) => issue.milestone === milestone.number);
  return {
    url,
    html_url: `${htmlUrl(world, repository)}/milestone/${milestone.number}`,
    labels_url: `${url}/labels`,
    id: milestone.id,
    node_id: nodeId('MI', milestone.id),
    number: milestone.number,
    title: milestone.title,
    description: milestone.description,
    creator: showUser(world, milestone.creator),
    open_issues: of.filter(({ state }) => state === 'open').length,
    closed_issues: of.filter(({ state }) => state === 'closed').length,
    state: milestone.state,
    created_at: milestone.createdAt,
    updated_at: milestone.updatedAt,
    due_on: milestone.dueOn,
    closed_at: milestone.state === 'closed' ? milestone.updatedAt : null,
  };
}

export function showRelease(world: World, repository: Repository, release: Release): Json {
  const url = `${apiUrl(world, repository)}/releases/${release.id}`;
  const html = htmlUrl(world, repository);
  return {
    url,
    assets_url: `${url}/assets`,
    upload_url: `${url}/assets{?name,label}`,
    html_url: `${html}/releases/tag/${release.tag}`,
    id: release.id,
    author: showUser(world, release.author),
    node_id: nodeId('RE', release.id),
    tag_name: release.tag,
    target_commitish: release.target,
    name: release.name,
    draft: release.draft,
    immutable: false,
    prerelease: release.prerelease,
    created_at: release.createdAt,
    published_at: release.publishedAt,
    assets: [],
    tarball_url: `${apiUrl(world, repository)}/tarball/${release.tag}`,
    zipball_url: `${apiUrl(world, repository)}/zipball/${release.tag}`,
    body: release.body,
  };
}
