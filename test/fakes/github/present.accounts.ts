import { notFound } from './answer.ts';
import type { Account, App, Installation, Json, Permissions, Repository } from './state.ts';
import type { World } from './world.ts';

/** GitHub's opaque ids of GraphQL: the kind's letters and the number, so that a query finds its object again. */
export function nodeId(kind: string, id: number): string {
  return `${kind}_${Buffer.from(String(id)).toString('base64url')}`;
}

export function parseNodeId(text: string): { kind: string; id: number } {
  const [kind = '', number = ''] = text.split('_', 2);
  return { kind, id: Number(Buffer.from(number, 'base64url').toString('utf8')) };
}

const USER_LINKS = {
  followers_url: 'followers',
  following_url: 'following{/other_user}',
  gists_url: 'gists{/gist_id}',
  starred_url: 'starred{/owner}{/repo}',
  subscriptions_url: 'subscriptions',
  organizations_url: 'orgs',
  repos_url: 'repos',
  events_url: 'events{/privacy}',
  received_events_url: 'received_events',
};

export function showUser(world: World, login: string): Json {
  const account = world.account(login);
  const url = `${world.origin}/users/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.type === 'Bot' ? 'BOT' : 'U', account.id),
    avatar_url: `${world.origin}/avatars/u/${account.id}`,
    gravatar_id: '',
    url,
    html_url: `${world.origin}/${account.type === 'Bot' ? `apps/${account.login.replace('[bot]', '')}` : account.login}`,
    ...Object.fromEntries(Object.entries(USER_LINKS).map(([name, rest]) => [name, `${url}/${rest}`])),
    type: account.type,
    user_view_type: 'public',
    site_admin: false,
  };
}

export function showFullUser(world: World, account: Account): Json {
  const counts = { public_repos: 0, public_gists: 0, followers: 0, following: 0 };
  const about = { name: account.name, company: null, blog: '', location: null, email: null, hireable: null, bio: null, twitter_username: null };
  return { ...showUser(world, account.login), ...about, ...counts, created_at: account.createdAt, updated_at: account.createdAt };
}

export function showApp(world: World, app: App): Json {
  return {
    id: app.id,
    client_id: app.clientId,
    slug: app.slug,
    node_id: nodeId('A', app.id),
    owner: showUser(world, app.owner),
    name: app.name,
    description: '',
    external_url: world.origin,
    html_url: `${world.origin}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events: app.events,
  };
}

export function appOf(world: World, id: number): App {
  const app = world.apps.get(id);
  if (app === undefined) throw notFound();
  return app;
}

export function showInstallation(world: World, installation: Installation): Json {
  const app = appOf(world, installation.appId);
  return {
    id: installation.id,
    account: showUser(world, installation.account),
    repository_selection: installation.repositories === null ? 'all' : 'selected',
    access_tokens_url: `${world.origin}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${world.origin}/installation/repositories`,
    html_url: `${world.origin}/settings/installations/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: world.account(installation.account).id,
    target_type: world.account(installation.account).type,
    permissions: app.permissions,
    events: app.events,
    created_at: installation.createdAt,
    updated_at: installation.createdAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: null,
  };
}

/** Repositories that an installation reaches. */
export function installed(world: World, installation: Installation): Repository[] {
  return world.repositories.filter(
    ({ data, fullName }) =>
      data.owner === installation.account && (installation.repositories === null || installation.repositories.includes(fullName)),
  );
}

/** What an App holds on a repository, or null where it is not installed. */
export function installationFor(world: World, appId: number, repository: Repository): Installation | null {
  return [...world.installations.values()].find((one) => one.appId === appId && installed(world, one).includes(repository)) ?? null;
}

const RANK = { read: 1, write: 2, admin: 3 };

export function holds(permissions: Permissions, wanted: string): boolean {
  const [name, level] = wanted.split(':') as [string, keyof typeof RANK];
  const held = permissions[name];
  return held !== undefined && RANK[held] >= RANK[level];
}
