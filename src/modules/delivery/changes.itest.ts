import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createManualClock, type ManualClock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import { createGit } from '#connectors/git/index.ts';
import type { Mirror } from '#ports/git.ts';
import { createRepository, GIT_ENV, type Repository } from '../../connectors/git/__fixtures__/repository.ts';
import { createPullReads, type PullReads } from './queries.pulls.ts';

/* What a pull request changes, read from a real repository; how often its forge is asked is counted. */
let source: Repository;
let mirror: Mirror;
let clock: ManualClock;
let reads: PullReads;
let fetches = 0;
let isAway = false;

beforeEach(async () => {
  source = createRepository();
  source.commit({ 'a.txt': 'one\n' });
  const real = await createGit({ env: GIT_ENV }).mirror({ dir: path.join(source.root, 'mirror.git'), source: source.dir });
  await real.fetch();
  mirror = Object.assign(Object.create(real) as Mirror, {
    fetch: async () => {
      fetches += 1;
      if (isAway) throw new AppError('unavailable', 'The forge is away.');
      await real.fetch();
    },
  });
  [fetches, isAway] = [0, false];
  clock = createManualClock(new Date('2026-11-22T00:00:00Z'));
  reads = createPullReads({ db: {} as never, clock, mirror: async () => mirror, reviews: { last: async () => null }, redact: (text) => text });
});
afterEach(() => source.remove());

const changes = (headSha: string, headBranch = 'work') =>
  reads.changes({ repositoryId: 'repo_1', state: 'open', headSha, headBranch, baseBranch: 'main', mergeSha: null });

function branch(content: string): string {
  source.git('checkout', '--quiet', '-B', 'work', 'main');
  const head = source.commit({ 'a.txt': content });
  source.git('checkout', '--quiet', 'main');
  return head;
}

it('are those of its very head: a branch of the same name that stands elsewhere is never shown for it', async () => {
  branch('of somebody else\n');
  const fork = 'f'.repeat(40);
  expect(await changes(fork)).toBeNull();
  expect(await changes(fork, 'main')).toBeNull();
  const head = branch('mine\n');
  expect(await changes(head)).toMatchObject({ head, onto: source.git('rev-parse', 'main'), files: [{ path: 'a.txt', added: 1, deleted: 1 }] });
});

it('are tried against the base as it is now', async () => {
  const head = branch('mine\n');
  expect(await changes(head)).toMatchObject({ merge: { state: 'clean' } });
  const theirs = source.commit({ 'a.txt': 'theirs\n' });
  clock.advance(61_000);
  expect(await changes(head)).toMatchObject({ onto: theirs, merge: { state: 'conflict', files: ['a.txt'] } });
});

it('of a commit that is nowhere ask the forge once a minute, however often and at once they are looked at', async () => {
  const gone = 'f'.repeat(40);
  await Promise.all([1, 2, 3].map(() => changes(gone)));
  await changes(gone);
  expect(fetches).toBe(1);
  clock.advance(61_000);
  await changes(gone);
  expect(fetches).toBe(2);
});

it('are shown as far as they are here while the forge is away, which is asked once a minute', async () => {
  const head = branch('mine\n');
  await changes(head);
  isAway = true;
  clock.advance(61_000);
  expect(await changes(head)).toMatchObject({ head });
  const other = 'e'.repeat(40);
  for (const _ of [1, 2]) await expect(changes(other)).rejects.toMatchObject({ kind: 'unavailable' });
  expect(fetches).toBe(3);
});
