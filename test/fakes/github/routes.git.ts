import { created, listOf, noContent, notFound, ok, Refusal } from './answer.ts';
import { showCommit, showFile, showGitCommit, showRef } from './present.commits.ts';
import { showPull } from './present.pulls.ts';
import { apiUrl, htmlUrl } from './present.repository.ts';
import { isPull } from './issues.ts';
import { createRef, deleteRef, protectedBranches, updateRef } from './refs.ts';
import { flag, repo, text, type RepositoryCall, type Route } from './route.ts';
import type { Json } from './state.ts';

const READ = 'contents:read';
const WRITE = 'contents:write';

async function refJson({ world, repository }: RepositoryCall, name: string, sha: string): Promise<Json> {
  return showRef(world, repository, name, sha, (await repository.git.kind(sha)) ?? 'commit');
}

/** Branches and tags; what GitHub hides from listing (`refs/pull`) can be read one by one. */
async function getRef(call: RepositoryCall) {
  const name = `refs/${call.params['ref']}`;
  const sha = await call.repository.git.ref(name);
  if (sha === null) throw notFound();
  return ok(await refJson(call, name, sha));
}

async function matchingRefs(call: RepositoryCall) {
  const prefix = `refs/${call.params['ref']}`;
  const found = [...(await call.repository.git.refs())].filter(([name]) => name.startsWith(prefix));
  return listOf(found, ([name, sha]) => refJson(call, name, sha));
}

async function commitNamed({ repository }: RepositoryCall, name: string) {
  const sha = await repository.git.resolve(name);
  if (sha === null) throw new Refusal(422, `No commit found for SHA: ${name}`);
  return repository.git.commit(sha);
}

async function listCommits(call: RepositoryCall) {
  const { world, repository, query } = call;
  const start = query.get('sha') ?? repository.data.defaultBranch;
  const sha = await repository.git.resolve(start);
  if (sha === null && [...(await repository.git.refs())].length === 0) throw new Refusal(409, 'Git Repository is empty.');
  if (sha === null) throw notFound();
  const dates = ['since', 'until'].filter((name) => query.has(name)).map((name) => `--${name}=${query.get(name)}`);
  const path = query.get('path');
  const commits = await repository.git.log([...dates, sha, ...(path === null ? [] : ['--', path])]);
  return listOf(commits, (commit) => showCommit(world, repository, commit));
}

async function getCommit(call: RepositoryCall) {
  const { world, repository } = call;
  const commit = await commitNamed(call, call.params['ref'] ?? '');
  const files = await repository.git.changedFiles(commit.parents[0] ?? EMPTY_TREE, commit.sha);
  const stats = { additions: files.reduce((sum, file) => sum + file.additions, 0), deletions: files.reduce((sum, file) => sum + file.deletions, 0) };
  return ok({
    ...showCommit(world, repository, commit),
    stats: { ...stats, total: stats.additions + stats.deletions },
    files: files.map((file) => showFile(world, repository, commit.sha, file)),
  });
}

const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

async function compare(call: RepositoryCall) {
  const { world, repository, params } = call;
  const [left = '', right = ''] = (params['basehead'] ?? '').split('...', 2).map((side) => side.replace(/^[^:]+:/, ''));
  const base = await repository.git.resolve(left);
  const head = await repository.git.resolve(right);
  if (base === null || head === null) throw notFound();
  const start = await repository.git.mergeBase(base, head);
  if (start === null) throw new Refusal(404, `No common ancestor between ${left} and ${right}.`);
  const ahead = await repository.git.count(`${base}..${head}`);
  const behind = await repository.git.count(`${head}..${base}`);
  const status = ahead === 0 && behind === 0 ? 'identical' : ahead === 0 ? 'behind' : behind === 0 ? 'ahead' : 'diverged';
  const url = `${apiUrl(world, repository)}/compare/${params['basehead']}`;
  const html = `${htmlUrl(world, repository)}/compare/${params['basehead']}`;
  const commits = await repository.git.log(['--reverse', '--max-count=250', `${base}..${head}`]);
  const files = await repository.git.changedFiles(start, head);
  return ok({
    url,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: showCommit(world, repository, await repository.git.commit(base)),
    merge_base_commit: showCommit(world, repository, await repository.git.commit(start)),
    status,
    ahead_by: ahead,
    behind_by: behind,
    total_commits: ahead,
    commits: commits.map((commit) => showCommit(world, repository, commit)),
    files: files.slice(0, 300).map((file) => showFile(world, repository, head, file)),
  });
}

async function branchList({ repository }: RepositoryCall): Promise<Array<[string, string]>> {
  return [...(await repository.git.refs())]
    .filter(([name]) => name.startsWith('refs/heads/'))
    .map(([name, sha]) => [name.slice('refs/heads/'.length), sha]);
}

function isGuarded({ repository, actor }: RepositoryCall, branch: string): boolean {
  return protectedBranches(repository, { ...actor, login: '' }).includes(branch) || repository.data.protections.some((one) => one.branch === branch);
}

async function listBranches(call: RepositoryCall) {
  const { world, repository, query } = call;
  const only = query.get('protected');
  const found = (await branchList(call)).filter(([name]) => only === null || String(isGuarded(call, name)) === only);
  return listOf(found, ([name, sha]) => ({
    name,
    commit: { sha, url: `${apiUrl(world, repository)}/commits/${sha}` },
    protected: isGuarded(call, name),
  }));
}

async function getBranch(call: RepositoryCall) {
  const { world, repository } = call;
  const name = call.params['branch'] ?? '';
  const sha = await repository.git.ref(`refs/heads/${name}`);
  if (sha === null) throw new Refusal(404, 'Branch not found');
  const url = `${apiUrl(world, repository)}/branches/${name}`;
  const guarded = isGuarded(call, name);
  const checks = repository.data.protections.find(({ branch }) => branch === name)?.requiredChecks ?? [];
  return ok({
    name,
    commit: showCommit(world, repository, await repository.git.commit(sha)),
    _links: { self: url, html: `${htmlUrl(world, repository)}/tree/${name}` },
    protected: guarded,
    protection: {
      enabled: guarded,
      required_status_checks: {
        enforcement_level: checks.length > 0 ? 'non_admins' : 'off',
        contexts: checks,
        checks: checks.map((context) => ({ context, app_id: null })),
      },
    },
    protection_url: `${url}/protection`,
  });
}

async function getContents(call: RepositoryCall) {
  const { world, repository, params, query } = call;
  const path = params['path'] ?? '';
  const sha = await repository.git.resolve(query.get('ref') ?? repository.data.defaultBranch);
  const content = sha === null ? null : await repository.git.file(sha, path);
  const blob = sha === null ? null : await repository.git.ref(`${sha}:${path}`);
  if (sha === null || content === null || blob === null) throw notFound();
  const url = `${apiUrl(world, repository)}/contents/${path}?ref=${sha}`;
  const html = `${htmlUrl(world, repository)}/blob/${sha}/${path}`;
  const gitUrl = `${apiUrl(world, repository)}/git/blobs/${blob}`;
  return ok({
    type: 'file',
    encoding: 'base64',
    size: Buffer.byteLength(content),
    name: path.split('/').at(-1),
    path,
    content: `${Buffer.from(content).toString('base64')}\n`,
    sha: blob,
    url,
    git_url: gitUrl,
    html_url: html,
    download_url: `${htmlUrl(world, repository)}/raw/${sha}/${path}`,
    _links: { git: gitUrl, self: url, html },
  });
}

export const GIT_ROUTES: Route[] = [
  repo('GET', '/git/ref/{ref}', READ, getRef),
  repo('GET', '/git/matching-refs/{ref}', READ, matchingRefs),
  repo('POST', '/git/refs', WRITE, async (call) => {
    const [ref, sha] = [text(call.body, 'ref') ?? '', text(call.body, 'sha') ?? ''];
    await createRef(call.world, call.repository, call.actor, ref, sha);
    return created(await refJson(call, ref, sha));
  }),
  repo('PATCH', '/git/refs/{ref}', WRITE, async (call) => {
    const [ref, sha] = [`refs/${call.params['ref']}`, text(call.body, 'sha') ?? ''];
    await updateRef(call.world, call.repository, call.actor, ref, sha, flag(call.body, 'force'));
    return ok(await refJson(call, ref, sha));
  }),
  repo('DELETE', '/git/refs/{ref}', WRITE, async (call) => {
    await deleteRef(call.world, call.repository, call.actor, `refs/${call.params['ref']}`);
    return noContent();
  }),
  repo('GET', '/git/commits/{commit_sha}', READ, async (call) => {
    const sha = call.params['commit_sha'] ?? '';
    if ((await call.repository.git.kind(sha)) !== 'commit') throw notFound();
    return ok(showGitCommit(call.world, call.repository, await call.repository.git.commit(sha)));
  }),
  repo('GET', '/commits', READ, listCommits),
  repo('GET', '/commits/{commit_sha}/pulls', 'pull_requests:read', async (call) => {
    const { world, repository, params } = call;
    const sha = params['commit_sha'] ?? '';
    const found = [];
    for (const issue of repository.data.issues.filter(isPull)) {
      const head = await repository.git.ref(`refs/pull/${issue.number}/head`);
      if (issue.pull.mergeSha === sha || (head !== null && (await repository.git.isAncestor(sha, head)))) found.push(issue);
    }
    return listOf(found, (issue) => showPull(world, repository, issue));
  }),
  repo('GET', '/compare/{basehead}', READ, compare),
  repo('GET', '/branches', READ, listBranches),
  repo('GET', '/contents/{path}', READ, getContents),
  repo('GET', '/tags', READ, async ({ world, repository }) => {
    const tags = [...(await repository.git.refs())]
      .filter(([name]) => name.startsWith('refs/tags/'))
      .map(([name]) => name.slice('refs/tags/'.length));
    return listOf(tags.toReversed(), async (name) => {
      const sha = (await repository.git.resolve(name)) ?? '';
      const url = apiUrl(world, repository);
      return {
        name,
        commit: { sha, url: `${url}/commits/${sha}` },
        zipball_url: `${url}/zipball/refs/tags/${name}`,
        tarball_url: `${url}/tarball/refs/tags/${name}`,
        node_id: `REF_${name}`,
      };
    });
  }),
];

/** These come after everything that goes on beneath a commit or a branch, because their names may hold slashes. */
export const GIT_ROUTES_LAST: Route[] = [repo('GET', '/commits/{ref}', READ, getCommit), repo('GET', '/branches/{branch}', READ, getBranch)];
