import { createRequire } from 'node:module';
import { installationFor, nodeId, showUser } from './present.accounts.ts';
import { showRepository } from './present.repository.ts';
import type { Account, Actor, Json, Repository } from './state.ts';
import type { World } from './world.ts';

const require = createRequire(import.meta.url);
const EXAMPLES = require('@octokit/webhooks-examples') as ReadonlyArray<{ name: string; examples: Json[] }>;

/**
 * The payload of one event in GitHub's shape: what the fake knows (`fields`, the repository, the sender, the installation), and
 * beneath it every field of GitHub's published example that the fake does not keep, so that a reader meets real payloads' breadth.
 * Null: the App of this hook is not installed there.
 */
export function payloadOf(
  world: World,
  repository: Repository,
  actor: Actor,
  event: string,
  action: string | null,
  fields: Json,
  appId: number | null,
): Json | null {
  const installation = appId === null ? null : installationFor(world, appId, repository);
  if (appId !== null && installation === null) return null;
  const own: Json = {
    ...(action === null ? {} : { action }),
    ...fields,
    repository: event === 'push' ? pushedRepository(world, repository) : showRepository(world, repository),
    sender: showUser(world, actor.login),
    ...(installation === null ? {} : { installation: { id: installation.id, node_id: nodeId('IN', installation.id) } }),
  };
  const account = world.account(repository.data.owner);
  if (account.type === 'Organization') own['organization'] = showOrganization(world, account);
  const example = exampleOf(event, action);
  return example === null ? own : (filled(own, renamed(example, repository, world)) as Json);
}

function showOrganization(world: World, { login, id }: Account): Json {
  const url = `${world.origin}/orgs/${login}`;
  const links = {
    repos_url: 'repos',
    events_url: 'events',
    hooks_url: 'hooks',
    issues_url: 'issues',
    members_url: 'members{/member}',
    public_members_url: 'public_members{/member}',
  };
  const addresses = Object.fromEntries(Object.entries(links).map(([name, rest]) => [name, `${url}/${rest}`]));
  return { login, id, node_id: nodeId('O', id), url, ...addresses, avatar_url: `${world.origin}/avatars/u/${id}`, description: '' };
}

/** In pushes alone GitHub writes the repository's instants as seconds, names its owner like a committer, and adds old words. */
function pushedRepository(world: World, repository: Repository): Json {
  const { data } = repository;
  const { name, email } = world.account(data.owner);
  const seconds = (instant: string): number => Math.floor(Date.parse(instant) / 1000);
  return {
    ...showRepository(world, repository),
    owner: { ...showUser(world, data.owner), name, email },
    created_at: seconds(data.createdAt),
    pushed_at: seconds(data.pushedAt),
    stargazers: 0,
    master_branch: data.defaultBranch,
  };
}

/** Parts of an example that belong to its own story and are never filled in: being there says something. */
const OWN_STORY = new Set([
  'installation',
  'organization',
  'enterprise',
  'action',
  'changes',
  'label',
  'assignee',
  'requested_reviewer',
  'requested_team',
  'requested_action',
  'pull_request',
  'in_reply_to_id',
]);

function exampleOf(event: string, action: string | null): Json | null {
  const examples = EXAMPLES.find(({ name }) => name === event)?.examples ?? [];
  return examples.find((one) => (one['action'] ?? null) === action) ?? examples[0] ?? null;
}

/** Keys that `own` lacks, from `example`; lists and values stay as they are. */
function filled(own: unknown, example: unknown): unknown {
  if (!isObject(own) || !isObject(example)) return own;
  const result: Json = { ...own };
  for (const [key, value] of Object.entries(example)) {
    if (key in result) result[key] = filled(result[key], value);
    else if (!OWN_STORY.has(key)) result[key] = value;
  }
  return result;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The example's addresses with this repository in the place of its own, so that no payload points elsewhere. */
function renamed(example: Json, repository: Repository, world: World): unknown {
  const theirs = (example['repository'] as { full_name?: string } | undefined)?.full_name;
  const swap = (value: unknown): unknown => {
    if (typeof value === 'string') {
      const named = theirs === undefined ? value : value.replaceAll(theirs, repository.fullName);
      return named.replaceAll('https://api.github.com', world.origin).replaceAll('https://github.com', world.origin);
    }
    if (Array.isArray(value)) return value.map(swap);
    return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, swap(inner)])) : value;
  };
  return swap(example);
}
