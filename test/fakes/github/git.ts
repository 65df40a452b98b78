import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Signature {
  name: string;
  email: string;
  /** ISO, seconds. */
  date: string;
}

export interface Commit {
  sha: string;
  tree: string;
  parents: string[];
  author: Signature;
  committer: Signature;
  message: string;
}

export interface ChangedFile {
  filename: string;
  status: 'added' | 'removed' | 'modified' | 'renamed';
  additions: number;
  deletions: number;
  previous: string | null;
  patch: string | null;
  /** Of the blob, after the change (before it where the file was removed). */
  blob: string;
}

export const ZERO = '0'.repeat(40);
const ENVIRONMENT = { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };

/** Runs git; an ending other than 0 throws with git's own words in `stderr`. */
export async function git(dir: string, args: string[], options: { input?: string; env?: Record<string, string> } = {}): Promise<string> {
  const promise = run('git', args, { cwd: dir, env: { ...ENVIRONMENT, ...options.env }, maxBuffer: 64 * 1024 * 1024 });
  if (options.input !== undefined) promise.child.stdin?.end(options.input);
  return (await promise).stdout;
}

async function succeeds(dir: string, args: string[]): Promise<boolean> {
  return git(dir, args).then(
    () => true,
    () => false,
  );
}

/** A bare repository on disk. Everything that commits, trees and refs say is read from here. */
export class BareRepository {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  static async create(
    dir: string,
    start: { defaultBranch: string; files: Record<string, string>; author: Signature; from?: string },
  ): Promise<BareRepository> {
    await mkdir(dir, { recursive: true });
    if (start.from === undefined) await git(dir, ['init', '--quiet', '--bare', `--initial-branch=${start.defaultBranch}`]);
    else await git(dir, ['clone', '--quiet', '--bare', start.from, '.']);
    await git(dir, ['config', 'http.receivepack', 'true']);
    await git(dir, ['config', 'uploadpack.allowAnySHA1InWant', 'true']);
    await git(dir, ['config', 'receive.hideRefs', 'refs/pull']);
    await git(dir, ['config', 'gc.auto', '0']);
    const repository = new BareRepository(dir);
    if (start.from === undefined && Object.keys(start.files).length > 0) {
      await repository.commitFiles({ branch: start.defaultBranch, files: start.files, message: 'Initial commit', author: start.author });
    }
    return repository;
  }

  /** Every ref with the object it names, as git has them now. */
  async refs(): Promise<Map<string, string>> {
    const text = await git(this.dir, ['for-each-ref', '--format=%(objectname) %(refname)']);
    return new Map(lines(text).map((line) => [line.slice(41), line.slice(0, 40)]));
  }

  async ref(name: string): Promise<string | null> {
    return git(this.dir, ['rev-parse', '--verify', '--quiet', name]).then(
      (text) => text.trim(),
      () => null,
    );
  }

  /** The commit that a branch, a tag or a (possibly short) sha names, or null. */
  async resolve(name: string): Promise<string | null> {
    for (const candidate of [`refs/heads/${name}`, `refs/tags/${name}`, name]) {
      const sha = await this.ref(`${candidate}^{commit}`);
      if (sha !== null) return sha;
    }
    return null;
  }

  /** `blob`, `tree`, `commit`, `tag`, or null where there is no such object. */
  async kind(sha: string): Promise<string | null> {
    return git(this.dir, ['cat-file', '-t', sha]).then(
      (text) => text.trim(),
      () => null,
    );
  }

  /** Compare-and-swap; false where the ref was not at `from`. */
  async setRef(name: string, to: string, from: string): Promise<boolean> {
    return succeeds(this.dir, to === ZERO ? ['update-ref', '-d', name, from] : ['update-ref', name, to, from]);
  }

  async commit(sha: string): Promise<Commit> {
    const [commit] = await this.log([`--max-count=1`, sha]);
    if (commit === undefined) throw new Error(`no commit ${sha}`);
    return commit;
  }

  /** Commits that `git log` answers to these arguments. */
  async log(args: string[]): Promise<Commit[]> {
    const text = await git(this.dir, ['log', '-z', '--format=%H%n%T%n%P%n%an%n%ae%n%aI%n%cn%n%ce%n%cI%n%B', ...args]);
    return text
      .split('\0')
      .filter((entry) => entry !== '')
      .map(parseCommit);
  }

  async isAncestor(ancestor: string, of: string): Promise<boolean> {
    return succeeds(this.dir, ['merge-base', '--is-ancestor', ancestor, of]);
  }

  async mergeBase(a: string, b: string): Promise<string | null> {
    return git(this.dir, ['merge-base', a, b]).then(
      (text) => text.trim(),
      () => null,
    );
  }

  async count(range: string): Promise<number> {
    return Number(await git(this.dir, ['rev-list', '--count', range]));
  }

  /** The tree of a clean merge, or null where it conflicts. */
  async mergeTree(base: string, head: string): Promise<string | null> {
    return git(this.dir, ['merge-tree', '--write-tree', base, head]).then(
      (text) => lines(text)[0] ?? null,
      () => null,
    );
  }

  /** The tree of `head` without what came between `to` and `from`; null where that is in the way of something later. */
  async takenBack(head: string, { from, to }: { from: string; to: string }): Promise<string | null> {
    const nobody = { name: 'GitHub', email: 'noreply@github.com', date: '2026-01-01T00:00:00Z' };
    const undone = await this.commitTree({ tree: `${to}^{tree}`, parents: [from], message: 'Undone', author: nobody });
    return this.mergeTree(head, undone);
  }

  async commitTree(commit: { tree: string; parents: string[]; message: string; author: Signature; committer?: Signature }): Promise<string> {
    const parents = commit.parents.flatMap((parent) => ['-p', parent]);
    const env = signed(commit.author, commit.committer ?? commit.author);
    return (await git(this.dir, ['commit-tree', commit.tree, ...parents], { input: commit.message, env })).trim();
  }

  /** Commits of `head` that `base` lacks, put on top of `base` one by one; null where one conflicts. */
  async rebase(base: string, head: string, committer: Signature): Promise<string | null> {
    const place = await mkdtemp(join(tmpdir(), 'reeve-fake-github-rebase-'));
    try {
      await git(this.dir, ['worktree', 'add', '--quiet', '--detach', '--force', place, head]);
      const env = { GIT_COMMITTER_NAME: committer.name, GIT_COMMITTER_EMAIL: committer.email, GIT_COMMITTER_DATE: committer.date };
      if (
        !(await git(place, ['rebase', '--quiet', '--force-rebase', base], { env }).then(
          () => true,
          () => false,
        ))
      )
        return null;
      return (await git(place, ['rev-parse', 'HEAD'])).trim();
    } finally {
      await rm(place, { recursive: true, force: true });
      await git(this.dir, ['worktree', 'prune']);
    }
  }

  /** Makes one commit on top of a branch (or of nothing); null as content removes the file. Answers the new head. */
  async commitFiles(change: { branch: string; files: Record<string, string | null>; message: string; author: Signature }): Promise<string> {
    const parent = await this.ref(`refs/heads/${change.branch}`);
    const seconds = Math.floor(Date.parse(change.author.date) / 1000);
    const who = `${change.author.name} <${change.author.email}> ${seconds} +0000`;
    const parts = [`commit refs/heads/${change.branch}\nauthor ${who}\ncommitter ${who}\n${data(change.message)}`];
    if (parent !== null) parts.push(`from ${parent}\n`);
    for (const [path, content] of Object.entries(change.files)) {
      parts.push(content === null ? `D ${path}\n` : `M 100644 inline ${path}\n${data(content)}`);
    }
    await git(this.dir, ['fast-import', '--quiet', '--force'], { input: `${parts.join('')}\n` });
    return (await this.ref(`refs/heads/${change.branch}`)) ?? ZERO;
  }

  async changedFiles(from: string, to: string): Promise<ChangedFile[]> {
    const raw = lines(await git(this.dir, ['diff', '--raw', '--no-abbrev', '--find-renames', from, to]));
    const numbers = lines(await git(this.dir, ['diff', '--numstat', '--find-renames', from, to]));
    const patches = splitPatches(await git(this.dir, ['diff', '--find-renames', from, to]));
    return raw.map((line, index) => changedFile(line, numbers[index] ?? '', patches[index] ?? ''));
  }

  /** Content of a file at a commit, or null. */
  async file(sha: string, path: string): Promise<string | null> {
    return git(this.dir, ['cat-file', 'blob', `${sha}:${path}`]).catch(() => null);
  }

  /** Writes the files of a commit to `place`. */
  async exportTo(sha: string, place: string): Promise<void> {
    await mkdir(place, { recursive: true });
    const archive = spawn('git', ['archive', '--format=tar', sha], { cwd: this.dir, env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'ignore'] });
    const tar = spawn('tar', ['-x', '-C', place], { stdio: [archive.stdout, 'ignore', 'ignore'] });
    await new Promise<void>((resolve, reject) => {
      tar.on('error', reject);
      tar.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`tar ended with ${code}`))));
    });
  }

  /**
   * What the next push may not do, for the hook that refuses it in GitHub's words: move these branches, and change workflow files where
   * an App lacks the permission for them.
   */
  async protect(branches: string[], mayChangeWorkflows: boolean): Promise<void> {
    await writeFile(join(this.dir, 'workflows-allowed'), mayChangeWorkflows ? 'yes\n' : 'no\n');
    await writeFile(join(this.dir, 'protected-branches'), branches.map((branch) => `refs/heads/${branch}\n`).join(''));
    await writeFile(join(this.dir, 'hooks', 'pre-receive'), PRE_RECEIVE, { mode: 0o755 });
  }
}

const PRE_RECEIVE = `#!/bin/sh
while read -r old new ref; do
  if grep -qxF "$ref" protected-branches; then
    echo "error: GH006: Protected branch update failed for $ref." >&2
    exit 1
  fi
  if [ "$(cat workflows-allowed)" = no ] && [ "$new" != ${ZERO} ]; then
    file=$(git rev-list "$new" --not --all | git diff-tree --stdin --root -r --name-only --no-commit-id -- .github/workflows | head -1)
    if [ -n "$file" ]; then
      printf 'refusing to allow a GitHub App to create or update workflow \\140%s\\140 without \\140workflows\\140 permission\\n' "$file" >&2
      exit 1
    fi
  fi
done
`;

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

function signed(author: Signature, committer: Signature): Record<string, string> {
  return {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: author.date,
    GIT_COMMITTER_NAME: committer.name,
    GIT_COMMITTER_EMAIL: committer.email,
    GIT_COMMITTER_DATE: committer.date,
  };
}

function parseCommit(entry: string): Commit {
  const [sha = '', tree = '', parents = '', an = '', ae = '', ad = '', cn = '', ce = '', cd = '', ...message] = entry.split('\n');
  return {
    sha,
    tree,
    parents: parents === '' ? [] : parents.split(' '),
    author: { name: an, email: ae, date: utc(ad) },
    committer: { name: cn, email: ce, date: utc(cd) },
    message: message.join('\n').replace(/\n+$/, ''),
  };
}

/** GitHub writes instants in UTC, in whole seconds. */
function utc(date: string): string {
  return new Date(date).toISOString().replace(/\.\d+Z$/, 'Z');
}

function splitPatches(text: string): string[] {
  return text.split(/^(?=diff --git )/m).filter((part) => part.startsWith('diff --git '));
}

function changedFile(raw: string, numbers: string, patch: string): ChangedFile {
  const [meta = '', first = '', second] = raw.split('\t');
  const [, , before = '', after = '', letter = 'M'] = meta.split(' ');
  const [added = '0', deleted = '0'] = numbers.split('\t');
  const start = patch.indexOf('\n@@');
  return {
    filename: second ?? first,
    status: letter === 'A' ? 'added' : letter === 'D' ? 'removed' : letter.startsWith('R') ? 'renamed' : 'modified',
    additions: Number(added) || 0,
    deletions: Number(deleted) || 0,
    previous: second === undefined ? null : first,
    patch: start === -1 ? null : patch.slice(start + 1).trimEnd(),
    blob: letter === 'D' ? before : after,
  };
}
