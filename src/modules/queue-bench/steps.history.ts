import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#kernel/errors.ts';
import type { Mirror } from '#ports/git.ts';
import { foldHistory, type Commit, type History } from './decide.history.ts';
import type { RepositoryFacts } from './model.ts';
import type { QueueBenchDeps, RunGit } from './steps.context.ts';

/** A repository under test: its history, and a mirror of our own that sees its objects and takes ours. */
export interface Subject {
  name: string;
  /** A bare repository of ours that borrows the objects of the repository under test; nothing is ever written to that. */
  mirror: Mirror;
  history: History;
  /** Heads of pull requests, by number. */
  pulls: Array<{ number: number; commit: string }>;
  files: number;
  run: RunGit;
}

const FIELD = '\u001f';

export async function openSubject(deps: Pick<QueueBenchDeps, 'git'>, run: RunGit, given: { dir: string; scratch: string }): Promise<Subject> {
  const dir = path.resolve(given.dir);
  const common = (await read(run, dir, ['rev-parse', '--path-format=absolute', '--git-common-dir'])).trim();
  const mirror = await borrow(deps, run, { common, scratch: given.scratch });
  const text = await read(run, dir, ['log', '--topo-order', '--reverse', `--format=%H${FIELD}%P${FIELD}%ct${FIELD}%s`, 'HEAD', '--']);
  const commits = text
    .split('\n')
    .filter((line) => line !== '')
    .map(toCommit);
  const history = foldHistory(commits);
  const head = history.mainline.at(-1);
  if (head === undefined) throw new AppError('refused', `${given.dir} has no commit.`, { code: 'unborn_branch' });
  return {
    name: nameOf(dir),
    mirror,
    history,
    pulls: toPulls(await read(run, dir, ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/pull/'])),
    files: (await mirror.listTree(head.id)).length,
    run,
  };
}

async function read(run: RunGit, dir: string, args: readonly string[]): Promise<string> {
  try {
    return (await run(dir, args)).stdout;
  } catch (error) {
    throw new AppError('invalid', `${dir} cannot be read as a git repository.`, { code: 'not_a_repository', cause: error });
  }
}

/** An empty mirror whose objects are, beside its own, those of the repository: nothing is copied and nothing is written there. */
async function borrow(deps: Pick<QueueBenchDeps, 'git'>, run: RunGit, { common, scratch }: { common: string; scratch: string }): Promise<Mirror> {
  const empty = path.join(scratch, 'empty.git');
  const format = (await run(common, ['--git-dir=.', 'rev-parse', '--show-object-format'])).stdout.trim();
  await mkdir(scratch, { recursive: true });
  await run(scratch, ['init', '--quiet', '--bare', `--object-format=${format}`, empty]);
  const dir = path.join(scratch, 'mirror.git');
  const mirror = await deps.git.mirror({ dir, source: empty });
  await mkdir(path.join(dir, 'objects', 'info'), { recursive: true });
  await writeFile(path.join(dir, 'objects', 'info', 'alternates'), `${path.join(common, 'objects')}\n`);
  return mirror;
}

function toCommit(line: string): Commit {
  const [id = '', parents = '', at = '0', ...subject] = line.split(FIELD);
  return { id, parents: parents.split(' ').filter((parent) => parent !== ''), atUnixS: Number(at), subject: subject.join(FIELD) };
}

function toPulls(text: string): Subject['pulls'] {
  return text
    .split('\n')
    .flatMap((line) => {
      const found = /^([0-9a-f]+) refs\/pull\/(\d+)\/head$/.exec(line);
      return found === null ? [] : [{ number: Number(found[2]), commit: found[1] ?? '' }];
    })
    .toSorted((a, b) => a.number - b.number);
}

/** The last two folders that say something: `owner+name/repo` and `name/.git` are both `name`. */
function nameOf(dir: string): string {
  const parts = dir.split(path.sep).filter((part) => part !== '' && part !== '.git' && part !== 'repo');
  return (parts.at(-1) ?? dir).replace(/\.git$/, '').replace('+', '/');
}

export function factsOf(subject: Subject): RepositoryFacts {
  const { history } = subject;
  return {
    name: subject.name,
    head: history.mainline.at(-1)?.id ?? '',
    files: subject.files,
    mainline: history.mainline.length,
    pullHeads: subject.pulls.length,
    mergeCommits: history.merges.length,
  };
}
