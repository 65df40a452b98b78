import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';

const AUTHOR = { GIT_AUTHOR_NAME: 'hub', GIT_AUTHOR_EMAIL: 'hub@example.com', GIT_COMMITTER_NAME: 'hub', GIT_COMMITTER_EMAIL: 'hub@example.com' };

/** A bare repository in a folder: whoever has the folder may fetch and push by `file://`, and its branches are what the API shows. */
export interface Bare {
  head(branch: string): string | null;
  has(sha: string): boolean;
  contains(branch: string, sha: string): boolean;
  /** Makes a branch; false: it is there. */
  branch(name: string, sha: string): boolean;
  remove(name: string): void;
  /** What the branch or commit consists of, newest first. */
  log(from: string): Array<{ sha: string; parents: string[]; at: string; message: string }>;
  /** Merges two commits and moves the branch; null: they conflict. */
  merge(branch: string, sha: string, message: string): string | null;
}

export function makeBare(root: string, fullName: string, files: Readonly<Record<string, string>>): Bare {
  const dir = path.join(root, `${fullName}.git`);
  mkdirSync(dir, { recursive: true });
  const git = (args: string[], input?: string): string =>
    execFileSync('git', [`--git-dir=${dir}`, ...args], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1', ...AUTHOR },
      stdio: ['pipe', 'pipe', 'ignore'],
      ...(input === undefined ? {} : { input }),
    }).trim();
  const asked = (args: string[]): string | null => {
    try {
      return git(args);
    } catch {
      return null;
    }
  };
  git(['init', '--quiet', '--bare', '--initial-branch=trunk']);
  git(['fast-import', '--quiet'], imported(files));
  const head = (branch: string): string | null => asked(['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`]);
  return {
    head,
    has: (sha) => asked(['cat-file', '-e', `${sha}^{commit}`]) !== null,
    contains: (branch, sha) => asked(['merge-base', '--is-ancestor', sha, `refs/heads/${branch}`]) !== null,
    branch: (name, sha) => asked(['update-ref', `refs/heads/${name}`, sha, '0'.repeat(40)]) !== null,
    remove: (name) => void git(['update-ref', '-d', `refs/heads/${name}`]),
    log: (from) =>
      git(['log', '--max-count=100', '--format=%H%x09%P%x09%cI%x09%s', from, '--'])
        .split('\n')
        .map((line) => {
          const [sha = '', parents = '', at = '', message = ''] = line.split('\t');
          return { sha, parents: parents.split(' ').filter((parent) => parent !== ''), at, message };
        }),
    merge(branch, sha, message) {
      const base = head(branch);
      const tree = base === null ? null : asked(['merge-tree', '--write-tree', base, sha]);
      if (base === null || tree === null) return null;
      const commit = git(['commit-tree', tree, '-p', base, '-p', sha, '-m', message]);
      git(['update-ref', `refs/heads/${branch}`, commit, base]);
      return commit;
    },
  };
}

/** A first commit as git's own import language has it. */
function imported(files: Readonly<Record<string, string>>): string {
  const told = Object.entries(files).map(([name, text]) => `M 100644 inline ${name}\ndata ${Buffer.byteLength(text)}\n${text}\n`);
  return `commit refs/heads/trunk\ncommitter hub <hub@example.com> 1700000000 +0000\ndata 5\nFirst\n${told.join('')}\n`;
}
