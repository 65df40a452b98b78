import type { ChangedFile, Commit } from './git.ts';
import { nodeId, showUser } from './present.accounts.ts';
import { apiUrl, htmlUrl } from './present.repository.ts';
import type { Json, Repository, Status } from './state.ts';
import type { World } from './world.ts';

/** The account whose address a commit bears, as GitHub attributes commits; null where nobody has it. */
function accountOf(world: World, email: string): Json | null {
  const account = [...world.accounts.values()].find((one) => one.email === email);
  return account === undefined ? null : showUser(world, account.login);
}

export function loginOf(world: World, email: string): string | null {
  return [...world.accounts.values()].find((one) => one.email === email)?.login ?? null;
}

const unverified = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };

export function showCommit(world: World, repository: Repository, commit: Commit): Json {
  const url = apiUrl(world, repository);
  return {
    url: `${url}/commits/${commit.sha}`,
    sha: commit.sha,
    node_id: `C_${commit.sha}`,
    html_url: `${htmlUrl(world, repository)}/commit/${commit.sha}`,
    comments_url: `${url}/commits/${commit.sha}/comments`,
    commit: {
      url: `${url}/git/commits/${commit.sha}`,
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { url: `${url}/git/trees/${commit.tree}`, sha: commit.tree },
      comment_count: 0,
      verification: unverified,
    },
    author: accountOf(world, commit.author.email),
    committer: accountOf(world, commit.committer.email),
    parents: commit.parents.map((sha) => ({ url: `${url}/commits/${sha}`, sha, html_url: `${htmlUrl(world, repository)}/commit/${sha}` })),
  };
}

export function showGitCommit(world: World, repository: Repository, commit: Commit): Json {
  const url = apiUrl(world, repository);
  return {
    sha: commit.sha,
    node_id: `C_${commit.sha}`,
    url: `${url}/git/commits/${commit.sha}`,
    html_url: `${htmlUrl(world, repository)}/commit/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    message: commit.message,
    tree: { url: `${url}/git/trees/${commit.tree}`, sha: commit.tree },
    parents: commit.parents.map((sha) => ({ url: `${url}/git/commits/${sha}`, sha, html_url: `${htmlUrl(world, repository)}/commit/${sha}` })),
    verification: unverified,
  };
}

export function showFile(world: World, repository: Repository, sha: string, file: ChangedFile): Json {
  const path = encodeURIComponent(file.filename).replaceAll('%2F', '/');
  return {
    sha: file.blob,
    filename: file.filename,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${htmlUrl(world, repository)}/blob/${sha}/${path}`,
    raw_url: `${htmlUrl(world, repository)}/raw/${sha}/${path}`,
    contents_url: `${apiUrl(world, repository)}/contents/${path}?ref=${sha}`,
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.previous === null ? {} : { previous_filename: file.previous }),
  };
}

export function showRef(world: World, repository: Repository, name: string, sha: string, kind: string): Json {
  const url = apiUrl(world, repository);
  return {
    ref: name,
    node_id: `REF_${Buffer.from(name).toString('base64url')}`,
    url: `${url}/git/${name}`,
    object: { sha, type: kind, url: `${url}/git/${kind}s/${sha}` },
  };
}

/** A commit as pushes and workflow runs name it. */
export function showPushed(world: World, repository: Repository, commit: Commit, files: ChangedFile[] = []): Json {
  const person = ({ name, email }: { name: string; email: string }): Json => {
    const username = loginOf(world, email);
    return { name, email, ...(username === null ? {} : { username }) };
  };
  const named = (...kinds: string[]) => files.filter(({ status }) => kinds.includes(status)).map(({ filename }) => filename);
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${htmlUrl(world, repository)}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: named('added'),
    removed: named('removed'),
    modified: named('modified', 'renamed'),
  };
}

export function showStatus(world: World, repository: Repository, status: Status): Json {
  return {
    url: `${apiUrl(world, repository)}/statuses/${status.sha}`,
    avatar_url: `${world.origin}/avatars/u/${world.account(status.creator).id}`,
    id: status.id,
    node_id: nodeId('SC', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    creator: showUser(world, status.creator),
  };
}
