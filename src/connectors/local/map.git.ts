import { AppError } from '#kernel/errors.ts';

/** What git's words of failure mean. `LC_ALL=C` keeps them English. */
const FAILURES: ReadonlyArray<{ says: RegExp; error(words: string): AppError }> = [
  {
    says: /not a git repository|does not appear to be a git repository/i,
    error: () =>
      new AppError('invalid', 'The folder is not a git repository.', {
        code: 'not_a_repository',
        hint: 'Name the top folder of a repository, or run `git init` there.',
      }),
  },
  {
    says: /index\.lock.*File exists|Unable to create '.*\.lock': File exists/is,
    error: () =>
      new AppError('unavailable', 'Another git program holds the repository.', { code: 'repository_locked', hint: 'Let it finish, then try again.' }),
  },
  {
    says: /Permission denied|insufficient permission|Read-only file system|detected dubious ownership/i,
    error: (words) =>
      new AppError('forbidden', `The repository may not be used: ${words}`, {
        code: 'repository_not_accessible',
        hint: 'Give the user that runs Reeve access to the folder.',
      }),
  },
  {
    says: /No space left on device|Disk quota exceeded/i,
    error: () => new AppError('unavailable', 'The disk of the repository is full.', { code: 'disk_full' }),
  },
];

/** The AppError of a failed git call. */
export function toGitFailure(verb: string, stderr: string): AppError {
  const words = stderr.trim().split('\n').slice(-3).join(' ').slice(0, 500);
  const known = FAILURES.find((failure) => failure.says.test(stderr));
  return known?.error(words) ?? new AppError('internal', `git ${verb} failed: ${words}`, { code: 'git_failed' });
}

export interface Worktree {
  dir: string;
  /** Branch checked out there; null when detached or bare. */
  branch: string | null;
  bare: boolean;
  /** The folder is gone; git keeps the branch as checked out until `git worktree prune`. */
  missing: boolean;
}

/** Reads `git worktree list --porcelain -z`: records end with an empty line; the first is the main one. */
export function parseWorktrees(output: string): Worktree[] {
  const worktrees: Worktree[] = [];
  for (const record of output.split('\0\0')) {
    const fields = record.split('\0').filter((field) => field !== '');
    const dir = fields.find((field) => field.startsWith('worktree '))?.slice('worktree '.length);
    if (dir === undefined) continue;
    const branch = fields.find((field) => field.startsWith('branch refs/heads/'));
    worktrees.push({
      dir,
      branch: branch?.slice('branch refs/heads/'.length) ?? null,
      bare: fields.includes('bare'),
      missing: fields.some((field) => field === 'prunable' || field.startsWith('prunable ')),
    });
  }
  return worktrees;
}

/** Reads `git merge-tree --write-tree --name-only -z`: the tree, then the conflicted paths up to an empty field. */
export function parseMergeTree(output: string): { tree: string; conflicts: string[] } {
  const [tree = '', ...rest] = output.split('\0');
  const end = rest.indexOf('');
  return { tree: tree.trim(), conflicts: [...new Set(rest.slice(0, end === -1 ? rest.length : end))] };
}

/**
 * A `git fast-import` stream of one commit with these files. Paths and contents are counted in bytes, so nothing in them is
 * read as a command.
 */
export function toFirstCommit(
  branch: string,
  commit: { message: string; atUnixS: number; files: ReadonlyArray<{ path: string; content: string | Uint8Array; mode?: '100644' | '100755' }> },
): Buffer {
  const data = (bytes: Uint8Array): Uint8Array[] => [Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')];
  const parts: Uint8Array[] = [
    Buffer.from(`commit refs/heads/${branch}\ncommitter Reeve <reeve@localhost> ${commit.atUnixS} +0000\n`),
    ...data(Buffer.from(commit.message)),
  ];
  for (const file of commit.files) {
    parts.push(Buffer.from(`M ${file.mode ?? '100644'} inline ${quotePath(file.path)}\n`), ...data(Buffer.from(file.content)));
  }
  return Buffer.concat([...parts, Buffer.from('done\n')]);
}

function quotePath(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
